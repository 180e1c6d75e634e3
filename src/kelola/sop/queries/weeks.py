"""Reads of a week: its figures, what runs out in it, and what the next one brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from kelola.sop.models import Step
from kelola.sop.queries.definitions import current_hashes, definition
from kelola.sop.queries.inboxes import due_days, listed, open_steps, role_filter
from kelola.sop.queries.samples import WEEK, of_their_people
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from kelola.sop.definition.shape import Strand
    from kelola.sop.policies import Roles
    from kelola.sop.queries.samples import Heads


@dataclass(frozen=True, slots=True)
class Figures:
    """How many steps a week saw finished, of these late and told afterwards, and how many not."""

    finished: int
    late: int
    afterwards: int
    undone: int

    @property
    def in_time(self) -> int:
        """How many were done by their due time."""
        return self.finished - self.late


def figures(start: datetime, end: datetime) -> Figures:
    """Return the figures of the open office from ``start`` up to ``end``, by their recording."""
    done = Q(state__in=("done", "ordered", "returned"))
    closed = ("done", "ordered", "returned", "not_carried_out")
    of_week = Step.objects.filter(recorded_at__gte=start, recorded_at__lt=end, state__in=closed)
    counts = of_week.aggregate(
        finished=Count("id", filter=done),
        late=Count("id", filter=done & Q(due_at__lt=F("performed_at"))),
        afterwards=Count("id", filter=done & ~Q(late_reason="")),
        undone=Count("id", filter=Q(state="not_carried_out")),
    )
    return Figures(**counts)


def running_out(heads: Heads, roles: Roles, at: datetime, *, limit: int = 20) -> list[Step]:
    """Return the open steps of others in these procedures whose time is nearly or wholly used."""
    theirs = open_steps().filter(of_their_people(heads)).exclude(role_filter(roles))
    ticking = theirs.filter(remind_at__lte=at, state__in=("ready", "started"))
    return listed(ticking, "due_at", "id", limit=limit)


@dataclass(frozen=True, slots=True)
class Coming:
    """A day to come: the strands of which a round begins, and the activities that are due."""

    day: date
    begins: tuple[Strand, ...]
    due: tuple[str, ...]


def coming(calendar: workcal.Calendar, monday: date) -> list[Coming]:
    """Return the days of a week that bring something, from what runs and from the schedule."""
    due = due_days(monday, monday + WEEK)
    begins: dict[date, list[Strand]] = {}
    for strand, slot in _begins(calendar, monday):
        begins.setdefault(slot.opens_on, []).append(strand)
        if slot.due_on < monday + WEEK:
            due.setdefault(slot.due_on, set()).update(strand.due_with_slot)
    days = sorted(begins.keys() | {day for day, codes in due.items() if codes})
    return [Coming(d, tuple(begins.get(d, ())), tuple(sorted(due.get(d, ())))) for d in days]


def _begins(calendar: workcal.Calendar, monday: date) -> Iterator[tuple[Strand, workcal.Slot]]:
    """Yield the rounds that begin in a week."""
    week = [monday + WEEK / 7 * n for n in range(7)]
    for content_hash in current_hashes().values():
        for procedure in definition(content_hash).procedures:
            for strand in procedure.strands:
                found = [workcal.slot_on(calendar, strand.rule, d) for d in week if strand.rule]
                slots = {slot.key: slot for slot in found if slot is not None}
                yield from ((strand, s) for s in slots.values() if s.opens_on in week)
