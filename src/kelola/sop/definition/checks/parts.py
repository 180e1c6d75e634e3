"""Identity, roles and activities: codes, dates, times and who they name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kelola.sop.definition.checks.node import Node, named, twice
from kelola.workcal.rules import parse_standard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.problems import Found


def faults(sop: Node) -> Iterator[Found]:
    """Yield what is wrong with the parts of an SOP, each looked at by itself."""
    yield from _identity(sop.at("identity"))
    procedures = sop.each("procedures")
    yield from twice(procedures, "code")
    # Steps, entries and forms name activities and strands without their procedure.
    yield from twice([a for p in procedures for a in p.each("activities")], "key")
    yield from twice([s for p in procedures for s in p.each("strands")], "key")
    yield from twice(sop.each("parties"), "key")
    for procedure in procedures:
        yield from _procedure(procedure)


def _identity(identity: Node) -> Iterator[Found]:
    for name in ("created_on", "revised_on", "effective_on"):
        value = identity.text(name)
        if value and not _is_date(value):
            yield identity.at(name).found("not_a_date", value=value)
    for basis in identity.each("legal_bases"):
        if basis.text("status") == "superseded" and not basis.has("superseded_by"):
            yield basis.found("superseded_without_successor")


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _procedure(procedure: Node) -> Iterator[Found]:
    code = procedure.text("code")
    roles = dict.fromkeys(role.text("key") for role in procedure.each("roles"))
    yield from twice(procedure.each("roles"), "key")
    head = procedure.text("head")
    if head and head not in roles:
        yield procedure.at("head").found(
            "role_unknown", role=head, procedure=code, known=named(roles)
        )
    before = 0
    for activity in procedure.each("activities"):
        yield from _activity(activity, code, roles)
        order = activity.number("order")
        if order is not None and order <= before:
            yield activity.at("order").found(
                "order_not_rising", order=f"{order:g}", before=f"{before:g}"
            )
        before = max(before, int(order or 0))


def _activity(activity: Node, procedure: str, roles: dict[str, None]) -> Iterator[Found]:
    for name, code in (
        ("actor", "actor_unknown"),
        ("actor_alternative", "role_unknown"),
        ("escalate_to", "role_unknown"),
    ):
        role = activity.text(name)
        if role and role not in roles:
            yield activity.at(name).found(code, role=role, procedure=procedure, known=named(roles))
    time = activity.text("time")
    if time and not _readable(time):
        yield activity.at("time").found("time_unreadable", time=time)
    yield from twice(activity.each("outcomes"), "code")


def _readable(time: str) -> bool:
    try:
        parse_standard(time)
    except ValueError:
        return False
    return True
