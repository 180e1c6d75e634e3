"""What changed between two versions of an SOP: the list *semula / menjadi* of a revision.

The list compares what binds people: the Indonesian text, who acts, in which order, by when and with
which output. A better translation, another spelling in the transcript of the source, a note about
it, codes that nobody reads and how a field of a form is filled in are no revision of an SOP.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kelola.sop.definition.shape import (
        Activity,
        FormField,
        Identity,
        LegalBasis,
        Outcome,
        Procedure,
        SopDefinition,
        Strand,
        Words,
    )

Coded = TypeVar("Coded")


class Part(StrEnum):
    """What of an SOP, a procedure, a strand or an activity a difference is about."""

    NUMBER = "number"
    TITLE = "title"
    OFFICE = "office"
    UNIT = "unit"
    ADDRESS = "address"
    CREATED_ON = "created_on"
    REVISED_ON = "revised_on"
    EFFECTIVE_ON = "effective_on"
    APPROVED_BY = "approved_by"
    LEGAL_BASES = "legal_bases"
    QUALIFICATIONS = "qualifications"
    RELATED = "related"
    EQUIPMENT = "equipment"
    WARNINGS = "warnings"
    RECORD_KEEPING = "record_keeping"
    PROCEDURE = "procedure"
    ACTORS = "actors"
    HEAD = "head"
    STRAND = "strand"
    ROAD = "road"
    SCHEDULE = "schedule"
    DUE_WITH_SLOT = "due_with_slot"
    CLOSES_MONTH = "closes_month"
    ACTIVITY = "activity"
    ACTOR = "actor"
    REQUIREMENT = "requirement"
    TIME = "time"
    CLOCK = "clock"
    OUTPUT = "output"
    REMARKS = "remarks"
    OUTCOMES = "outcomes"
    FOUR_EYES = "four_eyes"
    FORM = "form"
    FIELDS = "fields"
    REMINDER = "reminder"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the list.

    ``place`` is the code of a procedure, strand or activity and empty for the identity block.
    An empty ``before`` was not there, an empty ``after`` is there no more.
    """

    place: str
    part: Part
    before: str
    after: str


def differences(old: SopDefinition, new: SopDefinition) -> list[Difference]:
    """Return every difference in the order of the newer version; what went comes last of its kind.

    Args:
        old: the version before.
        new: the version after it.

    """
    return [
        *_changed("", _identity(old.identity), _identity(new.identity)),
        *_paired(
            {p.code: p for p in old.procedures},
            {p.code: p for p in new.procedures},
            Part.PROCEDURE,
            lambda p: p.title.id,
            _of_procedures,
        ),
    ]


def _changed(place: str, old: dict[Part, str], new: dict[Part, str]) -> Iterator[Difference]:
    for part, after in new.items():
        before = old[part]
        if before != after:
            yield Difference(place, part, before, after)


def _paired(
    old: dict[str, Coded],
    new: dict[str, Coded],
    part: Part,
    title: Callable[[Coded], str],
    compare: Callable[[Coded, Coded], Iterable[Difference]],
) -> Iterator[Difference]:
    """Yield what came, what changed within and what went, of things that have a code."""
    for key, item in new.items():
        if key in old:
            yield from compare(old[key], item)
        else:
            yield Difference(key, part, "", title(item))
    for key, item in old.items():
        if key not in new:
            yield Difference(key, part, title(item), "")


def _of_procedures(old: Procedure, new: Procedure) -> Iterator[Difference]:
    yield from _changed(new.code, _procedure(old), _procedure(new))
    yield from _paired(
        {s.key: s for s in old.strands},
        {s.key: s for s in new.strands},
        Part.STRAND,
        lambda s: s.title.id,
        lambda a, b: _changed(b.key, _strand(a), _strand(b)),
    )
    yield from _paired(
        {a.key: a for a in old.activities},
        {a.key: a for a in new.activities},
        Part.ACTIVITY,
        lambda a: a.title.id,
        lambda a, b: _changed(b.key, _activity(a, old), _activity(b, new)),
    )


def _identity(block: Identity) -> dict[Part, str]:
    approved = (block.approved_by.id, block.approved_by_name, block.approved_by_nip)
    return {
        Part.NUMBER: block.number,
        Part.TITLE: block.title.id,
        Part.OFFICE: block.office.id,
        Part.UNIT: block.unit.id,
        Part.ADDRESS: "\n".join(block.address),
        Part.CREATED_ON: block.created_on,
        Part.REVISED_ON: block.revised_on,
        Part.EFFECTIVE_ON: block.effective_on,
        Part.APPROVED_BY: "\n".join(text for text in approved if text),
        Part.LEGAL_BASES: "\n".join(map(_basis, block.legal_bases)),
        Part.QUALIFICATIONS: _lines(block.qualifications),
        Part.RELATED: _lines(block.related),
        Part.EQUIPMENT: _lines(block.equipment),
        Part.WARNINGS: _lines(block.warnings),
        Part.RECORD_KEEPING: _lines(block.record_keeping),
    }


def _lines(words: Iterable[Words]) -> str:
    return "\n".join(w.id for w in words)


def _basis(basis: LegalBasis) -> str:
    return f"{basis.number}. {basis.words.id} ({basis.status_words.id})"


def _procedure(procedure: Procedure) -> dict[Part, str]:
    return {
        Part.TITLE: procedure.title.id,
        Part.ACTORS: "\n".join(role.title.id for role in procedure.roles),
        Part.HEAD: procedure.role(procedure.head).title.id,
    }


def _strand(strand: Strand) -> dict[Part, str]:
    groups = (f"{g.key} ({g.join.value}): {', '.join(g.members)} → {g.to}" for g in strand.groups)
    opens = (*(way.value for way in strand.opens), strand.rule, *strand.verbs)
    first = "" if strand.first == strand.activities[0] else f"{strand.first}: "
    return {
        Part.TITLE: strand.title.id,
        Part.ROAD: first + "\n".join((" → ".join(strand.activities), *groups)),
        Part.SCHEDULE: "\n".join(text for text in opens if text),
        Part.DUE_WITH_SLOT: ", ".join(strand.due_with_slot),
        Part.CLOSES_MONTH: "✓" if strand.closes_month else "",
    }


def _activity(activity: Activity, procedure: Procedure) -> dict[Part, str]:
    waits = activity.waits_for.id if activity.waits_for else ""
    return {
        Part.TITLE: activity.title.id,
        Part.ACTOR: procedure.role(activity.actor).title.id,
        Part.REQUIREMENT: "\n".join(text for text in (activity.requirement.id, waits) if text),
        Part.TIME: activity.time_words.id,
        Part.CLOCK: activity.time,
        Part.OUTPUT: activity.output.id,
        Part.REMARKS: activity.remarks,
        Part.OUTCOMES: "\n".join(map(_outcome, activity.outcomes)),
        Part.FOUR_EYES: ", ".join(activity.not_same_person_as),
        Part.FORM: f"{activity.form.number} {activity.form.name.id}".strip(),
        Part.FIELDS: "\n".join(_fields(activity.form.fields)),
        Part.REMINDER: _reminder(activity, procedure),
        Part.KIND: activity.kind,
    }


def _reminder(activity: Activity, procedure: Procedure) -> str:
    titles = {role.key: role.title.id for role in procedure.roles}
    above = titles.get(activity.escalate_to, activity.escalate_to)
    return (
        f"{activity.remind_at_percent} % → {above}" if above else f"{activity.remind_at_percent} %"
    )


def _outcome(outcome: Outcome) -> str:
    arrow = "↩" if outcome.is_return else "→"
    return f"{outcome.label.id} {arrow} {outcome.to}"


def _fields(fields: Iterable[FormField], depth: int = 0) -> Iterator[str]:
    for field in fields:
        star = " *" if field.required else ""
        options = f" ({'; '.join(o.label.id for o in field.options)})" if field.options else ""
        yield f"{'  ' * depth}{field.label.id}{star}{options}"
        yield from _fields(field.columns, depth + 1)
