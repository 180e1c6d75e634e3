"""Reads: definitions, roles, inboxes and runs."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, When
from django.utils import timezone

from kelola.office.queries import valid
from kelola.office.scope import unscoped
from kelola.sop.definition.convert import from_data
from kelola.sop.models import (
    OPEN_STEP_STATES,
    Definition,
    RoleHolder,
    Run,
    Sop,
    SopVersion,
    Step,
    StepPause,
    VersionState,
)
from kelola.sop.policies import Roles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from kelola.office.models import Person, Post
    from kelola.sop.definition.shape import Procedure, SopDefinition, Strand


@lru_cache(maxsize=64)
def definition(content_hash: str) -> SopDefinition:
    """Return a definition by its hash. Cached without end: content under a hash never changes."""
    return from_data(Definition.objects.get(hash=content_hash).data)


def loaded_definitions() -> list[Definition]:
    """Return every loaded definition without its data, oldest first."""
    return list(Definition.objects.defer("data").order_by("loaded_at", "hash"))


def procedure_of(run: Run) -> Procedure:
    """Return the procedure a run executes, as its own version has it."""
    return definition(run.version.definition_id).procedure(run.procedure)


def strand_of(run: Run) -> Strand:
    """Return the strand a run executes."""
    return procedure_of(run).strand(run.strand)


def current_versions() -> list[SopVersion]:
    """Return the versions that new runs may open on: in force or on trial, newest per SOP."""
    rows = (
        SopVersion.objects.filter(state__in=(VersionState.IN_FORCE, VersionState.TRIAL))
        .select_related("sop")
        .order_by("sop__number", "-adopted_at", "-id")
    )
    newest: dict[UUID, SopVersion] = {}
    for row in rows:
        newest.setdefault(row.sop_id, row)
    return list(newest.values())


def strand_in_use(sop_id: UUID, strand: str) -> tuple[SopVersion, Procedure] | None:
    """Return the version that new runs of an SOP open on and its procedure with this strand."""
    newest = next((v for v in current_versions() if v.sop_id == sop_id), None)
    if newest is not None:
        for procedure in definition(newest.definition_id).procedures:
            if any(s.key == strand for s in procedure.strands):
                return newest, procedure
    return None


def roles_through(posts: Sequence[Post]) -> Roles:
    """Return the roles that these posts give, by SOP."""
    found: dict[UUID, set[str]] = {}
    for holder in RoleHolder.objects.filter(post__in=[p.id for p in posts]):
        found.setdefault(holder.sop_id, set()).add(holder.role)
    return Roles({sop: frozenset(roles) for sop, roles in found.items()})


def roles_of(person: Person, on: date) -> Roles:
    """Return the roles a person holds on a day of the office's own zone, in one query."""
    held = RoleHolder.objects.filter(
        valid(on, "post__appointments__"), post__appointments__person=person
    )
    found: dict[UUID, set[str]] = {}
    for sop_id, role in held.values_list("sop_id", "role"):
        found.setdefault(sop_id, set()).add(role)
    return Roles({sop: frozenset(roles) for sop, roles in found.items()})


def posts_by_role(sop: Sop) -> dict[str, list[Post]]:
    """Return the posts that perform each role of an SOP."""
    found: dict[str, list[Post]] = {}
    for holder in RoleHolder.objects.filter(sop=sop).select_related("post").order_by("post__title"):
        found.setdefault(holder.role, []).append(holder.post)
    return found


def _role_filter(roles: Roles) -> Q:
    wanted = Q(pk__in=[])
    for sop_id, names in roles.by_sop.items():
        wanted |= Q(sop_id=sop_id, role__in=names)
    return wanted


def _listed(steps: QuerySet[Step]) -> QuerySet[Step]:
    return steps.select_related("run", "run__version", "assignee").prefetch_related(
        Prefetch("pauses", StepPause.objects.all())
    )


def _mine(person: Person, roles: Roles, on: date) -> QuerySet[Step]:
    """Return the open steps of these roles that nobody else has taken up.

    Who took a step up and no longer holds its role on the day has let go of it.
    """
    holds = RoleHolder.objects.filter(
        valid(on, "post__appointments__"),
        sop=OuterRef("sop"),
        role=OuterRef("role"),
        post__appointments__person=OuterRef("assignee"),
    )
    free = Q(assignee=None) | Q(assignee=person) | ~Exists(holds)
    mine = Step.objects.filter(_role_filter(roles), free, state__in=OPEN_STEP_STATES)
    return mine.exclude(_barred(person, roles))


def _barred(person: Person, roles: Roles) -> Q:
    """Return the condition of steps that four eyes keep from a person.

    It says in SQL what ``engine.four_eyes`` says of one run: the newest attempt at an activity
    that may not be the same person's is done, and by this person.
    """
    newer = Step.objects.filter(
        run=OuterRef("run"), activity=OuterRef("activity"), attempt__gt=OuterRef("attempt")
    )
    own = Step.objects.filter(run=OuterRef("run"), performer=person, state="done")
    condition = Q(pk__in=[])
    for version in current_versions():
        held = roles.of(version.sop_id)
        for procedure in definition(version.definition_id).procedures:
            for activity in procedure.activities:
                if activity.actor in held and activity.not_same_person_as:
                    done = own.filter(~Exists(newer), activity__in=activity.not_same_person_as)
                    condition |= Q(Exists(done), sop=version.sop_id, activity=activity.key)
    return condition


def inbox(person: Person, roles: Roles, on: date, *, limit: int = 50) -> list[Step]:
    """Return the steps for somebody with these roles: nearest due first, standing clocks last."""
    stands = Case(When(state="paused", then=1), default=0)
    order = (stands, F("due_at").asc(nulls_last=True), "id")
    return list(_listed(_mine(person, roles, on)).order_by(*order)[:limit])


def inbox_size(person: Person, roles: Roles, on: date) -> int:
    """Return how many steps wait for somebody with these roles."""
    return _mine(person, roles, on).count()


def waiting_on_others(person: Person, roles: Roles, on: date, *, limit: int = 20) -> list[Step]:
    """Return the open steps of others in runs that the person opened or has worked on."""
    own = Step.objects.filter(performer=person).values("run_id")
    steps = Step.objects.filter(
        Q(run__opened_by=person) | Q(run__in=own), state__in=OPEN_STEP_STATES
    ).exclude(id__in=_mine(person, roles, on).values("id"))
    return list(_listed(steps).order_by(F("due_at").asc(nulls_last=True), "id")[:limit])


def urgent(at: datetime, *, limit: int = 10) -> list[Step]:
    """Return the office's open steps of which 80 % of the clock is used up, or all of it."""
    steps = Step.objects.filter(remind_at__lte=at, state__in=("ready", "started"))
    return list(_listed(steps).order_by("due_at", "id")[:limit])


def offices_with_dues(at: datetime) -> list[UUID]:
    """Return the offices that have a due which passed and is not told yet; needs no scope."""
    with unscoped("the sweep looks at every office's clock, and only at the clock"):
        late = Step.objects.filter(falls_due_at__lte=at)
        return list(late.values_list("office_id", flat=True).distinct().order_by())


def runs(
    *, state: str = "", strand: str = "", after: tuple[datetime, UUID] | None = None, limit: int
) -> list[Run]:
    """Return a page of runs, newest first; ``after`` is the last row of the page before."""
    rows = Run.objects.select_related("version", "opened_by").order_by("-opened_at", "-id")
    if state:
        rows = rows.filter(state=state)
    if strand:
        rows = rows.filter(strand=strand)
    if after is not None:
        moment, key = after
        rows = rows.filter(Q(opened_at__lt=moment) | Q(opened_at=moment, id__lt=key))
    open_steps = Step.objects.filter(state__in=OPEN_STEP_STATES).select_related("assignee")
    return list(rows.prefetch_related(Prefetch("steps", open_steps, "open_steps"))[:limit])


def steps_of(run: Run) -> list[Step]:
    """Return all steps of a run in the order they opened."""
    return list(
        Step.objects.filter(run=run)
        .select_related("assignee", "performer")
        .prefetch_related(Prefetch("pauses", StepPause.objects.all()))
        .order_by("position")
    )


def taken_slots(sop: Sop, strand: str) -> set[str]:
    """Return the slots of a strand that already have a run."""
    return set(
        Run.objects.filter(sop=sop, strand=strand)
        .exclude(state="cancelled")
        .exclude(slot_key="")
        .values_list("slot_key", flat=True)
    )


def finished_counts(since: datetime) -> tuple[int, int]:
    """Return how many steps were finished since a moment, and how many of them after their due."""
    done = Step.objects.filter(recorded_at__gte=since, state__in=("done", "returned"))
    return done.count(), done.filter(due_at__lt=F("performed_at")).count()


def due_days(first: date, after: date) -> dict[date, set[str]]:
    """Return by local day which activities have open steps due from ``first`` before ``after``."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(after, time.min, zone)
    found: dict[date, set[str]] = {}
    steps = Step.objects.filter(state__in=OPEN_STEP_STATES, due_at__gte=start, due_at__lt=end)
    for due_at, activity in steps.values_list("due_at", "activity").distinct():
        found.setdefault(timezone.localtime(due_at, zone).date(), set()).add(activity)
    return found
