"""The strands: what they hold, how they open, where outcomes lead and who may not meet oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.definition.checks import groups, reach
from kelola.sop.definition.checks.node import Node, named, repeated
from kelola.sop.definition.checks.road import END, Road, roads
from kelola.workcal.rules import Recurrence, Standard, parse_standard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.problems import Found

_WORDS = ("text", "long_text")


def faults(procedure: Node) -> Iterator[Found]:
    """Yield what is wrong with the strands of a procedure."""
    strands = roads(procedure)
    placed = {key for strand in strands for key in strand.places}
    for activity in procedure.each("activities"):
        key = activity.text("key")
        if key and key not in placed:
            yield activity.at("key").found("activity_without_strand", activity=key)
    for strand in strands:
        yield from _members(strand)
        yield from _opening(strand)
        yield from groups.faults(strand)
        for key, activity in strand.activities.items():
            yield from _outcomes(strand, key, activity)
            yield from _four_eyes(strand, key, activity)
        yield from reach.faults(strand)


def _members(strand: Road) -> Iterator[Found]:
    node, procedure = strand.strand, strand.procedure
    for name in ("activities", "due_with_slot"):
        yield from repeated(node.texts(name))
    for item in node.texts("activities"):
        if item.text() not in strand.everywhere:
            yield item.found(
                "activity_unknown",
                activity=item.text(),
                procedure=procedure.text("code"),
                known=named(strand.everywhere),
            )
    for item in (node.at("first"), *node.texts("due_with_slot")):
        if item.text() and item.text() not in strand.places:
            yield item.found(
                "activity_not_in_strand",
                activity=item.text(),
                strand=strand.key,
                known=named(strand.places),
            )


def _opening(strand: Road) -> Iterator[Found]:
    node = strand.strand
    opens = [item.text() for item in node.texts("opens")]
    yield from repeated(node.texts("opens"))
    rule = node.text("rule")
    if rule and not isinstance(_standard(rule), Recurrence):
        yield node.at("rule").found("rule_unreadable", rule=rule)
    if "on_schedule" in opens and not rule:
        yield node.found("rule_missing", strand=strand.key)
    if rule and "on_schedule" not in opens:
        yield node.at("rule").found("rule_without_schedule", strand=strand.key)
    verbs = node.texts("verbs")
    if "on_verb" in opens and not verbs:
        yield node.found("verbs_missing", strand=strand.key)
    if verbs and "on_verb" not in opens:
        yield node.at("verbs").found("verbs_unused", strand=strand.key)
    yield from _extras(strand)
    if rule:
        return
    for item in node.texts("due_with_slot"):
        yield item.found("slot_without_schedule", strand=strand.key, activity=item.text())
    for key, activity in strand.activities.items():
        if isinstance(_standard(activity.text("time")), Recurrence):
            yield activity.at("time").found(
                "recurrence_without_schedule", strand=strand.key, activity=key
            )


def _extras(strand: Road) -> Iterator[Found]:
    monthly = strand.strand.text("rule").startswith("FREQ=MONTHLY")
    if strand.strand.true("closes_month") and not monthly:
        yield strand.strand.at("closes_month").found("month_without_rule", strand=strand.key)
    node = strand.strand.at("done_record")
    if node.value is None:
        return
    if "on_request" not in [item.text() for item in strand.strand.texts("opens")]:
        yield node.found("done_record_without_request", strand=strand.key)
    first = strand.activities.get(strand.strand.text("first"))
    if first is None:
        return
    fields = first.at("form").each("fields")
    texts = [f.text("key") for f in fields if f.text("type") in _WORDS]
    for name in ("what", "who"):
        key = node.text(name)
        if key and key not in texts:
            yield node.at(name).found("done_record_unknown", field=key, known=named(texts))


def _standard(text: str) -> Standard | None:
    try:
        return parse_standard(text)
    except ValueError:
        return None


def _outcomes(strand: Road, key: str, activity: Node) -> Iterator[Found]:
    for outcome in activity.each("outcomes"):
        if outcome.text("to"):
            yield from _outcome(strand, key, outcome)


def _outcome(strand: Road, key: str, outcome: Node) -> Iterator[Found]:
    to, code, here = outcome.text("to"), outcome.text("code"), outcome.at("to")
    own = strand.fork_of(key)
    if to != END and not strand.known(to):
        fault = "outcome_other_strand" if to in strand.everywhere else "outcome_nowhere"
        yield here.found(
            fault, outcome=code, to=to, strand=strand.key, known=named(strand.targets())
        )
    elif outcome.true("is_return"):
        if to == END or not strand.before(to, key):
            earlier = named(k for k in strand.places if strand.before(k, key))
            yield here.found("return_not_earlier", outcome=code, to=to, known=earlier)
    elif own is not None and to == own.key:
        return  # this member's part is done
    elif (entered := strand.fork_of(to)) is not None:
        yield here.found("group_member_entered", outcome=code, to=to, group=entered.key)
    elif to != END and not strand.after(to, key):
        yield here.found("back_without_return", outcome=code, to=to)


def _four_eyes(strand: Road, key: str, activity: Node) -> Iterator[Found]:
    own = strand.fork_of(key)
    yield from repeated(activity.texts("not_same_person_as"))
    for item in activity.texts("not_same_person_as"):
        other = item.text()
        if other not in strand.places:
            earlier = named(k for k in strand.places if strand.before(k, key))
            yield item.found("four_eyes_unknown", activity=other, strand=strand.key, known=earlier)
        elif other != key and own is not None and other in own.members:
            continue  # members of a group run side by side and bar each other
        elif not strand.before(other, key):
            yield item.found("four_eyes_later", activity=other)
