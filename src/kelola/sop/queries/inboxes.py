"""Reads of steps by whose turn it is: inboxes, what waits for others, what is urgent."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    When,
    prefetch_related_objects,
)
from django.utils import timezone

from kelola.office.prepared import Prepared
from kelola.office.queries import acting
from kelola.office.scope import unscoped
from kelola.sop.models import (
    STILL_OPEN,
    RoleHolder,
    Step,
    StepPause,
)
from kelola.sop.policies import Roles
from kelola.sop.queries.definitions import current_hashes, definition
from kelola.sop.queries.runs import WITH_ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from kelola.office.models import Person

V = TypeVar("V")


def role_filter(roles: Roles, path: str = "") -> Q:
    wanted = Q(pk__in=[])
    for sop_id, names in roles.by_sop.items():
        wanted |= Q(**{f"{path}sop_id": sop_id, f"{path}role__in": names})
    return wanted


def listed(steps: QuerySet[Step], *order: Any, limit: int) -> list[Step]:
    """Return the first steps as lists show them; of pauses a list tells the one that lasts."""
    return _with_pauses(list(steps.select_related("run", "assignee").order_by(*order)[:limit]))


def _with_pauses(rows: list[Step]) -> list[Step]:
    """Fetch the pauses of those steps whose clock stands."""
    standing = [step for step in rows if step.state == "paused"]
    prefetch_related_objects(standing, Prefetch("pauses", StepPause.objects.all()))
    return rows


def open_steps() -> QuerySet[Step]:
    """Return the steps that somebody still has to act on."""
    return Step.objects.filter(STILL_OPEN)


def _mine(person: UUID, roles: Roles, hashes: Mapping[UUID, str], on: date) -> Q:
    """Return the condition of open steps of these roles that nobody else has taken up.

    Who took a step up and no longer holds its role on the day has let go of it.
    """
    holds = RoleHolder.objects.filter(
        acting(on, "post__appointments__"),
        sop=OuterRef("sop"),
        role=OuterRef("role"),
        post__appointments__person=OuterRef("assignee"),
    )
    free = Q(assignee=None) | Q(assignee=person) | ~Exists(holds)
    return role_filter(roles) & free & ~_barred(person, roles, hashes)


def _barred(person: UUID, roles: Roles, hashes: Mapping[UUID, str]) -> Q:
    """Return the condition of steps that four eyes keep from a person.

    It says in SQL what ``engine.four_eyes`` says of one run: the newest attempt at an activity
    that may not be the same person's is done, and by this person.
    """
    newer = Step.objects.filter(
        run=OuterRef("run"), activity=OuterRef("activity"), attempt__gt=OuterRef("attempt")
    )
    own = Step.objects.filter(run=OuterRef("run"), performer=person, state__in=("done", "ordered"))
    condition = Q(pk__in=[])
    for sop_id, content_hash in hashes.items():
        held = roles.of(sop_id)
        for procedure in definition(content_hash).procedures:
            for activity in procedure.activities:
                if activity.actor in held and activity.not_same_person_as:
                    done = own.filter(~Exists(newer), activity__in=activity.not_same_person_as)
                    condition |= Q(Exists(done), sop=sop_id, activity=activity.key)
    return condition


def inbox(
    person: Person,
    roles: Roles,
    on: date,
    *,
    limit: int = 50,
    after: tuple[int, datetime | None, UUID] | None = None,
) -> list[Step]:
    """Return the steps for somebody with these roles: nearest due first, standing clocks last.

    ``after`` is the last row of the page before: whether its clock stands (1), its due, its id.
    """
    hashes = current_hashes()
    if after is None and roles.by_sop:
        asked = _first_page(_key(roles.by_sop), _key(hashes), limit)
        found = asked.rows(Step, person=person.pk, on=on)
        prefetch_related_objects(found, "run", "assignee")
        return _with_pauses(found)
    mine = open_steps().filter(_mine(person.pk, roles, hashes, on))
    if after is not None:
        mine = mine.filter(_behind(*after))
    return listed(mine, *_nearest_first(), limit=limit)


def _nearest_first() -> tuple[Any, ...]:
    stands = Case(When(state="paused", then=1), default=0)
    return stands, F("due_at").asc(nulls_last=True), "id"


def _key(values: Mapping[UUID, V]) -> tuple[tuple[UUID, V], ...]:
    return tuple(sorted(values.items(), key=lambda item: item[0]))


@lru_cache(maxsize=256)
def _first_page(
    held: tuple[tuple[UUID, frozenset[str]], ...], hashes: tuple[tuple[UUID, str], ...], limit: int
) -> Prepared:
    """Return the first page of the inbox for these roles under these versions of SOPs.

    Few offices share neither with another, and people with the same roles share both.
    """
    roles, current = Roles(dict(held)), dict(hashes)

    def page(person: UUID, on: date) -> QuerySet[Step]:
        mine = open_steps().filter(_mine(person, roles, current, on))
        return mine.order_by(*_nearest_first())[:limit]

    return Prepared(page, person=UUID, on=date)


def _behind(stands: int, due_at: datetime | None, key: UUID) -> Q:
    """Return the condition of the steps behind one in the order of the inbox."""
    later = Q(due_at=None, id__gt=key)
    if due_at is not None:
        later = Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=key) | Q(due_at=None)
    return Q(later, state="paused") if stands else Q(state="paused") | later


def inbox_size(person: Person, roles: Roles, on: date) -> int:
    """Return how many steps wait for somebody with these roles."""
    return open_steps().filter(_mine(person.pk, roles, current_hashes(), on)).count()


def waiting_on_others(person: Person, roles: Roles, on: date, *, limit: int = 20) -> list[Step]:
    """Return the open steps of others in runs that the person opened or has worked on."""
    own = Step.objects.filter(run=OuterRef("run"), performer=person)
    steps = open_steps().filter(
        Q(run__opened_by=person) | Q(Exists(own)), ~Q(_mine(person.pk, roles, current_hashes(), on))
    )
    return listed(steps, F("due_at").asc(nulls_last=True), "id", limit=limit)


MOST_ASKED = 50


def to_confirm(person: Person, roles: Roles, *, limit: int = MOST_ASKED) -> list[Step]:
    """Return the steps on which a word is asked of somebody with these roles, oldest first."""
    asked = role_filter(roles, "confirmation__") & Q(confirmation__answered_at=None)
    steps = Step.objects.filter(asked, confirmation__isnull=False).exclude(
        confirmation__recorded_by=person
    )
    with_all = steps.select_related("run", "performer", *WITH_ANSWER)
    return list(with_all.order_by("recorded_at", "id")[:limit])


def urgent(at: datetime, *, limit: int = 10) -> list[Step]:
    """Return the office's open steps of which 80 % of the clock is used up, or all of it."""
    steps = open_steps().filter(remind_at__lte=at, state__in=("ready", "started"))
    return listed(steps, "due_at", "id", limit=limit)


def offices_with_dues(at: datetime) -> list[UUID]:
    """Return the offices with a moment of a clock that passed untold; needs no scope."""
    found: set[UUID] = set()
    with unscoped("the sweep looks at every office's clock, and only at the clock"):
        for column in ("reminds_at", "falls_due_at", "escalates_at"):
            late = Step.objects.filter(**{f"{column}__lte": at})
            # Not DISTINCT: for it SQLite walks an index of all steps instead of that of the column.
            found.update(late.values_list("office_id", flat=True).order_by().iterator())
    return sorted(found)


def due_days(first: date, after: date) -> dict[date, set[str]]:
    """Return by local day which activities have open steps due from ``first`` before ``after``."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(after, time.min, zone)
    found: dict[date, set[str]] = {}
    steps = open_steps().filter(due_at__gte=start, due_at__lt=end)
    for due_at, activity in steps.values_list("due_at", "activity").distinct():
        found.setdefault(timezone.localtime(due_at, zone).date(), set()).add(activity)
    return found
