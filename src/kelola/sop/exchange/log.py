"""The log of an office's runs as others mine it: one trace for each run, a mark for each change.

It is read by portions and never held as a whole: memory stays the same for ten runs and a million.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from kelola.office.queries import names_of
from kelola.office.scope import unscoped
from kelola.sop import queries
from kelola.sop.models import Run, Step, StepPause
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo
    from uuid import UUID

PORTION = 300
# Of an activity and of its actor, by version and activity.
Titles = dict[tuple[str, str], tuple[str, str]]
# The life of a step in the words of IEEE 1849: what closed it, by its state.
CLOSED_BY = {
    "done": "complete",
    "returned": "complete",
    "ordered": "complete",
    "skipped": "autoskip",
    "not_carried_out": "manualskip",
    "cancelled": "withdraw",
}


class Mark(NamedTuple):
    """One change of a step. ``recorded`` is when it was written down, for what closed it."""

    at: datetime
    transition: str
    activity: str
    title: str
    resource: str
    role: str
    version: str
    attempt: int
    due: datetime | None
    outcome: str
    recorded: datetime | None


class Trace(NamedTuple):
    """One run with the marks of its steps, in order of their time."""

    name: str
    procedure: str
    strand: str
    state: str
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Period:
    """The runs that were opened between two moments, the second left out; times are told in
    ``zone``.
    """

    start: datetime
    end: datetime
    zone: tzinfo


def period(office: UUID, first: date, last: date) -> Period:
    """Return the period between two days of an office, both included."""
    calendar = calendar_of(office)
    zone = workcal.zone_on(calendar, first)
    until = last + timedelta(days=1)
    ends = datetime.combine(until, time(), workcal.zone_on(calendar, until))
    return Period(datetime.combine(first, time(), zone), ends, zone)


def traces(asked: Period) -> Iterator[Trace]:
    """Yield the runs of the open office that were opened in a period, in that order, with every
    mark they have by now.
    """
    names: dict[UUID, str] = {}
    titles: Titles = {}
    for runs in _portions(asked):
        steps = _steps([run[0] for run in runs], names)
        for run in runs:
            number, procedure, strand, state, version = run[2:]
            marks = [
                mark
                for step in steps.get(run[0], ())
                for mark in _marks(step, version, titles, names)
            ]
            marks.sort(key=lambda mark: mark.at)  # stable: equal times keep the steps' order
            yield Trace(number, procedure, strand, state, marks)


_Run = tuple["UUID", datetime, str, str, str, str, str]


def _portions(asked: Period) -> Iterator[list[_Run]]:
    rows = Run.objects.filter(opened_at__lt=asked.end).order_by("opened_at", "id")
    names = ("id", "opened_at", "number", "procedure", "strand", "state", "version__definition_id")
    after = Q(opened_at__gte=asked.start)
    while True:
        found: list[_Run] = list(rows.filter(after).values_list(*names)[:PORTION])
        if found:
            yield found
        if len(found) < PORTION:
            return
        key, at = found[-1][0], found[-1][1]
        # One lower bound alone: of two, SQLite enters its index by the first, the farther one.
        after = Q(opened_at__gte=at) & (Q(opened_at__gt=at) | Q(id__gt=key))


class _Step(NamedTuple):
    id: UUID
    run: UUID
    activity: str
    attempt: int
    state: str
    opened_at: datetime
    started_at: datetime | None
    performed_at: datetime | None
    recorded_at: datetime | None
    due_at: datetime | None
    outcome: str
    assignee: UUID | None
    performer: UUID | None
    has_pauses: bool
    pauses: list[tuple[datetime, datetime | None]]


_FIELDS = ("id", "run_id", "activity", "attempt", "state", "opened_at", "started_at",
           "performed_at", "recorded_at", "due_at", "outcome", "assignee_id", "performer_id",
           "has_pauses")  # fmt: skip


def _steps(runs: list[UUID], names: dict[UUID, str]) -> dict[UUID, list[_Step]]:
    found: dict[UUID, list[_Step]] = defaultdict(list)
    stood: dict[UUID, _Step] = {}
    people: set[UUID] = set()
    for row in _rows_of(runs):
        step = _Step._make((*row, []))
        found[step.run].append(step)
        for person in (step.assignee, step.performer):
            if person is not None and person not in names:
                people.add(person)
        if step.has_pauses:
            stood[step.id] = step
    if stood:
        pauses = StepPause.objects.filter(step__in=stood).order_by("starts_at")
        for key, start, end in pauses.values_list("step_id", "starts_at", "ends_at"):
            stood[key].pauses.append((start, end))
    if people:
        told = names_of(str(p) for p in people)
        names.update({p: told.get(str(p), "") for p in people})
    return found


def _rows_of(runs: list[UUID]) -> list[tuple[Any, ...]]:
    """Return the steps of runs of the open office."""
    # Asked for the office too, SQLite would read all of its steps for each portion.
    with unscoped("the runs are the open office's, and steps are found by their runs alone"):
        rows = Step.objects.filter(run__in=runs).order_by("opened_at", "position", "attempt")
        return list(rows.values_list(*_FIELDS))


def _marks(
    step: _Step,
    version: str,
    titles: Titles,
    names: dict[UUID, str],
) -> Iterator[Mark]:
    title, role = _titled(version, step.activity, titles)
    due, key, attempt, pin = step.due_at, step.activity, step.attempt, version[:12]
    who = names.get(step.assignee, "") if step.assignee else ""
    yield Mark(step.opened_at, "schedule", key, title, "", role, pin, attempt, due, "", None)
    if step.started_at is not None:
        yield Mark(step.started_at, "start", key, title, who, role, pin, attempt, due, "", None)
    for start, end in step.pauses:
        yield Mark(start, "suspend", key, title, who, role, pin, attempt, due, "", None)
        if end is not None:
            yield Mark(end, "resume", key, title, who, role, pin, attempt, due, "", None)
    closed, written = CLOSED_BY.get(step.state), step.recorded_at
    if closed is not None and written is not None:
        by = names.get(step.performer, "") if step.performer else ""
        at = step.performed_at or written
        yield Mark(at, closed, key, title, by, role, pin, attempt, due, step.outcome, written)


def _titled(version: str, activity: str, known: Titles) -> tuple[str, str]:
    """Return the titles of an activity and of its actor, as that version has them."""
    place = (version, activity)
    if place not in known:
        for procedure in queries.definition(version).procedures:
            for each in procedure.activities:
                role = procedure.role(each.actor).title.id
                known[version, each.key] = (each.title.id, role)
    return known.get(place, ("", ""))
