"""The rows of the list of runs, a page at a time.

A page begins behind the last row of the page before (keyset), so the thousandth page costs what
the first one does, and a run opened meanwhile moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils import timezone

from kelola.office.models import Person
from kelola.sop import queries
from kelola.sop.lists.asked import RunsAsked, Sort, words
from kelola.sop.models import RoleHolder, Run, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

CHUNK = 500
_TICKING = ("ready", "started")


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which row to go on. ``at`` is None among rows without a running clock."""

    at: datetime | None
    key: UUID


def page(asked: RunsAsked, *, at: datetime, after: str = "", limit: int) -> tuple[list[Run], str]:
    """Return a page of runs with their open steps, and the place to go on behind, or nothing.

    Args:
        asked: filters and order.
        at: now, aware.
        after: the place that the page before returned.
        limit: rows of a page.

    Raises:
        ValueError: ``after`` is no place.

    """
    place = _read_place(after)
    found = _by_due if asked.sort is Sort.DUE else _by_opening
    rows, places = found(asked, at, place, limit + 1)
    if len(rows) <= limit:
        return rows, ""
    return rows[:limit], _say_place(places[limit - 1])


def every_row(asked: RunsAsked, *, at: datetime) -> Iterator[Run]:
    """Yield all rows in their order, reading ahead only a little."""
    after = ""
    while True:
        rows, after = page(asked, at=at, after=after, limit=CHUNK)
        yield from rows
        if not after:
            return


def _by_opening(
    asked: RunsAsked, at: datetime, place: Place | None, limit: int
) -> tuple[list[Run], list[Place]]:
    rows = _shown(_filtered(asked, at))
    newest = asked.sort is Sort.NEWEST
    if place is not None:
        if place.at is None:
            raise ValueError("a place of another order")
        near, same = ("opened_at__lt", "id__lt") if newest else ("opened_at__gt", "id__gt")
        # The first condition alone bounds the index; the rest breaks ties.
        edge = "opened_at__lte" if newest else "opened_at__gte"
        rows = rows.filter(
            Q(**{near: place.at}) | Q(**{same: place.key}, opened_at=place.at), **{edge: place.at}
        )
    order = ("-opened_at", "-id") if newest else ("opened_at", "id")
    found = list(rows.order_by(*order)[:limit])
    return found, [Place(row.opened_at, row.id) for row in found]


def _by_due(
    asked: RunsAsked, at: datetime, place: Place | None, limit: int
) -> tuple[list[Run], list[Place]]:
    """Return open runs: the nearest due first, then those whose clock has not begun."""
    runs = _filtered(asked, at).filter(state="open")
    ids: list[UUID] = []
    places: list[Place] = []
    if place is None or place.at is not None:
        for run_id, step_id, due_at in _next_dues(runs, place, limit):
            ids.append(run_id)
            places.append(Place(due_at, step_id))
    if len(ids) < limit:
        # Not one question a run: SQLite would answer each from the index of dues, from its start.
        rest = runs.exclude(id__in=_ticking().values("run_id")).order_by("-id")
        if place is not None and place.at is None:
            rest = rest.filter(id__lt=place.key)
        for run_id in rest.values_list("id", flat=True)[: limit - len(ids)]:
            ids.append(run_id)
            places.append(Place(None, run_id))
    by_id = {run.id: run for run in _shown(Run.objects.filter(id__in=ids))}
    return [by_id[key] for key in ids], places


def _ticking() -> QuerySet[Step]:
    return Step.objects.filter(recorded_at__isnull=True, due_at__isnull=False)


def _next_dues(
    runs: QuerySet[Run], place: Place | None, limit: int
) -> list[tuple[UUID, UUID, datetime]]:
    """Return (run, step, due) of each run's nearest due, in the order of the index.

    Steps are taken a few more than needed at a time; a run with several open steps stands at the
    nearest one, and its others are passed over.
    """
    found: list[tuple[UUID, UUID, datetime]] = []
    batch = 2 * limit
    while len(found) < limit:
        rows = _ticking().filter(run__in=runs)
        if place is not None and place.at is not None:
            rows = rows.filter(
                Q(due_at__gt=place.at) | Q(due_at=place.at, id__gt=place.key), due_at__gte=place.at
            )
        steps = list(rows.order_by("due_at", "id").values_list("run_id", "id", "due_at")[:batch])
        nearest = _nearest({run for run, _step, _due in steps})
        found += [(r, s, due) for r, s, due in steps if nearest[r] == s and due is not None]
        if len(steps) < batch:
            break
        place = Place(steps[-1][2], steps[-1][1])
    return found[:limit]


def _nearest(runs: Collection[UUID]) -> dict[UUID, UUID]:
    """Return by run its open step with the nearest due."""
    found: dict[UUID, UUID] = {}
    rows = _ticking().filter(run__in=list(runs)).order_by("due_at", "id")
    for run, step in rows.values_list("run_id", "id"):
        found.setdefault(run, step)
    return found


def _shown(rows: QuerySet[Run]) -> QuerySet[Run]:
    open_steps = Step.objects.filter(recorded_at__isnull=True).select_related("assignee")
    return rows.select_related("opened_by", "sop").prefetch_related(
        Prefetch("steps", open_steps.defer("form", "remarks"), "open_steps")
    )


def _filtered(asked: RunsAsked, at: datetime) -> QuerySet[Run]:
    exact = {
        "state": asked.state,
        "sop_id": asked.sop,
        "procedure": asked.procedure,
        "strand": asked.strand,
        "opened_by_id": asked.opened_by,
    }
    rows = Run.objects.filter(**{name: value for name, value in exact.items() if value})
    if asked.month:
        start, end = _bounds(asked.month)
        rows = rows.filter(opened_at__gte=start, opened_at__lt=end)
    for word in words(asked):
        rows = rows.filter(Q(subject__icontains=word) | Q(number__icontains=word))
    waiting = _waiting(asked, at)
    if waiting is not None:
        rows = rows.filter(id__in=waiting.values("run_id"))
    return rows


def _bounds(month: date) -> tuple[datetime, datetime]:
    """Return the first moment of a month and of the next one in the office's zone."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    zone = timezone.get_current_timezone()
    return datetime.combine(month, time.min, zone), datetime.combine(after, time.min, zone)


def _waiting(asked: RunsAsked, at: datetime) -> QuerySet[Step] | None:
    """Return the open steps that a run must have one of, or None when none is asked for."""
    steps = Step.objects.filter(recorded_at__isnull=True)
    if not (asked.late or asked.post or asked.person):
        return None
    if asked.late:
        steps = steps.filter(state__in=_TICKING, due_at__lt=at)
    if asked.post:
        held = RoleHolder.objects.filter(post_id=asked.post).values_list("sop_id", "role")
        steps = steps.filter(_of_roles(held))
    if asked.person:
        steps = steps.filter(_before(asked.person))
    return steps


def _before(person_id: UUID) -> Q:
    """Return the condition of steps that lie before a person: theirs, or free for their roles."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        return Q(pk__in=[])
    held = queries.roles_of(person, timezone.localdate())
    pairs = [(sop, role) for sop, roles in held.by_sop.items() for role in roles]
    return Q(assignee_id=person_id) | (Q(assignee=None) & _of_roles(pairs))


def _of_roles(pairs: Sequence[tuple[UUID, str]] | QuerySet[RoleHolder, tuple[UUID, str]]) -> Q:
    wanted = Q(pk__in=[])
    for sop_id, role in pairs:
        wanted |= Q(sop_id=sop_id, role=role)
    return wanted


def _say_place(place: Place) -> str:
    return f"{place.at.astimezone(UTC).isoformat() if place.at else ''}_{place.key}"


def _read_place(text: str) -> Place | None:
    if not text:
        return None
    moment, _sep, key = text.replace(" ", "+").partition("_")
    if not moment:
        return Place(None, UUID(key))
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None:
        raise ValueError("a place without its zone")
    try:
        return Place(at.astimezone(UTC), UUID(key))
    except OverflowError as error:
        raise ValueError("a place beyond the calendar") from error
