"""Reads: definitions, roles, inboxes and runs."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    When,
    prefetch_related_objects,
)
from django.utils import timezone

from kelola.office.models import Appointment, Person, Post
from kelola.office.prepared import Prepared
from kelola.office.queries import (
    Order,
    Unattended,
    acting,
    orders,
    posts_without_actor,
    valid,
)
from kelola.office.rules import AppointmentKind
from kelola.office.scope import unscoped
from kelola.sop.definition.convert import from_data
from kelola.sop.models import (
    STILL_OPEN,
    Definition,
    RatifiedRole,
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
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from kelola.sop.definition.shape import Procedure, SopDefinition, Strand


@lru_cache(maxsize=64)
def definition(content_hash: str) -> SopDefinition:
    """Return a definition by its hash. Cached without end: content under a hash never changes."""
    return from_data(Definition.objects.get(hash=content_hash).data)


def loaded_definitions() -> list[Definition]:
    """Return every loaded definition without its data, oldest first."""
    return list(Definition.objects.defer("data").order_by("loaded_at", "hash"))


@lru_cache(maxsize=4096)
def _definition_hash(version_id: UUID) -> str:
    """Return the definition of a version; it never changes, so it is asked for once."""
    return SopVersion.objects.values_list("definition_id", flat=True).get(pk=version_id)


def definition_of(run: Run) -> SopDefinition:
    """Return the SOP as the run's own version has it."""
    return definition(_definition_hash(run.version_id))


def procedure_of(run: Run) -> Procedure:
    """Return the procedure a run executes, as its own version has it."""
    return definition_of(run).procedure(run.procedure)


def strand_of(run: Run) -> Strand:
    """Return the strand a run executes."""
    return procedure_of(run).strand(run.strand)


def current_versions() -> list[SopVersion]:
    """Return the versions that new runs may open on: in force or on trial, newest per SOP."""
    newest: dict[UUID, SopVersion] = {}
    for row in _usable().select_related("sop"):
        newest.setdefault(row.sop_id, row)
    return list(newest.values())


def _usable() -> QuerySet[SopVersion]:
    states = (VersionState.IN_FORCE, VersionState.TRIAL)
    order = ("sop__number", "-adopted_at", "-id")
    return SopVersion.objects.filter(state__in=states).order_by(*order)


_CURRENT = Prepared(lambda: _usable().values_list("sop_id", "definition_id"))


def current_definitions() -> dict[UUID, SopDefinition]:
    """Return by SOP what ``current_versions`` say, at a fraction of their cost."""
    newest: dict[UUID, str] = {}
    for sop_id, content_hash in _CURRENT.tuples():
        newest.setdefault(sop_id, content_hash)
    return {sop_id: definition(content_hash) for sop_id, content_hash in newest.items()}


def strand_in_use(sop_id: UUID, strand: str) -> tuple[SopVersion, Procedure] | None:
    """Return the version that new runs of an SOP open on and its procedure with this strand."""
    newest = next((v for v in current_versions() if v.sop_id == sop_id), None)
    if newest is not None:
        for procedure in definition(newest.definition_id).procedures:
            if any(s.key == strand for s in procedure.strands):
                return newest, procedure
    return None


def assumed_roles(version: SopVersion) -> set[str]:
    """Return the actors that a version only assumes, whether ratified since or not."""
    return {
        activity.actor
        for procedure in definition(version.definition_id).procedures
        for activity in procedure.activities
        if activity.actor_assumed
    }


def ratified_roles(version: SopVersion) -> dict[str, RatifiedRole]:
    """Return the decrees that ratified actors of a version, by role."""
    return {row.role: row for row in RatifiedRole.objects.filter(version=version)}


def ratified_of(run: Run) -> set[str]:
    """Return the ratified actors of the version that a run stays on."""
    rows = RatifiedRole.objects.filter(version=run.version_id)
    return set(rows.values_list("role", flat=True))


def roles_through(posts: Sequence[Post]) -> Roles:
    """Return the roles that these posts give, by SOP."""
    found: dict[UUID, set[str]] = {}
    for holder in RoleHolder.objects.filter(post__in=[p.id for p in posts]):
        found.setdefault(holder.sop_id, set()).add(holder.role)
    return Roles({sop: frozenset(roles) for sop, roles in found.items()})


def roles_of(person: Person, on: date) -> Roles:
    """Return the roles a person performs on a day of the office's own zone, in one query."""
    found: dict[UUID, set[str]] = {}
    acts: dict[tuple[UUID, str], str] = {}
    own: set[tuple[UUID, str]] = set()
    for sop_id, role, kind, order in _HELD.tuples(person=person.id, on=on):
        found.setdefault(sop_id, set()).add(role)
        if kind == AppointmentKind.DEFINITIVE:
            own.add((sop_id, role))
        else:
            acts[sop_id, role] = str(order)
    held = {sop: frozenset(roles) for sop, roles in found.items()}
    return Roles(held, {key: order for key, order in acts.items() if key not in own})


def _held(person: UUID, on: date) -> QuerySet[RoleHolder, tuple[UUID, str, str, UUID]]:
    held = RoleHolder.objects.filter(
        acting(on, "post__appointments__"), post__appointments__person=person
    )
    how = ("post__appointments__kind", "post__appointments__pk")
    return held.order_by(how[1]).values_list("sop_id", "role", *how)


_HELD = Prepared(_held, person=UUID, on=date)


def posts_by_role(sop: Sop) -> dict[str, list[Post]]:
    """Return the posts that perform each role of an SOP."""
    found: dict[str, list[Post]] = {}
    for holder in RoleHolder.objects.filter(sop=sop).select_related("post").order_by("post__title"):
        found.setdefault(holder.role, []).append(holder.post)
    return found


def stood_in_for(person: Person, step: Step, on: date) -> list[Appointment]:
    """Return the orders by which somebody else does this step for a person on a day."""
    posts = RoleHolder.objects.filter(sop=step.sop_id, role=step.role).values("post_id")
    away = Appointment.objects.filter(valid(on), stands_in_for__person=person, post__in=posts)
    return list(away.select_related("post", "person", "stands_in_for__person"))


def performers(sop_id: UUID, role: str, on: date) -> list[Person]:
    """Return the people who perform a role of an SOP on a day, by name."""
    posts = RoleHolder.objects.filter(sop=sop_id, role=role).values("post_id")
    doing = Appointment.objects.filter(acting(on), post__in=posts).values("person_id")
    return list(Person.objects.filter(pk__in=doing).order_by("name", "id"))


def unattended(steps: Iterable[Step], on: date) -> dict[tuple[UUID, str], Unattended]:
    """Return the roles of these steps that nobody is there for on a day: by (SOP id, role).

    Two queries, however many steps.
    """
    wanted = {(step.sop_id, step.role) for step in steps}
    alone = posts_without_actor(on) if wanted else {}
    posts: dict[tuple[UUID, str], list[UUID]] = {}
    rows = RoleHolder.objects.filter(sop__in={sop for sop, _role in wanted}) if alone else ()
    for row in rows:
        posts.setdefault((row.sop_id, row.role), []).append(row.post_id)
    return {
        key: min((alone[post] for post in found), key=lambda one: not one.kind)
        for key, found in posts.items()
        if key in wanted and all(post in alone for post in found)
    }


def _role_filter(roles: Roles, path: str = "") -> Q:
    wanted = Q(pk__in=[])
    for sop_id, names in roles.by_sop.items():
        wanted |= Q(**{f"{path}sop_id": sop_id, f"{path}role__in": names})
    return wanted


def _listed(steps: QuerySet[Step], *order: Any, limit: int) -> list[Step]:
    """Return the first steps as lists show them; of pauses a list tells the one that lasts."""
    rows = list(steps.select_related("run", "assignee").order_by(*order)[:limit])
    standing = [step for step in rows if step.state == "paused"]
    prefetch_related_objects(standing, Prefetch("pauses", StepPause.objects.all()))
    return rows


def open_steps() -> QuerySet[Step]:
    """Return the steps that somebody still has to act on."""
    return Step.objects.filter(STILL_OPEN)


def _mine(person: Person, roles: Roles, on: date) -> Q:
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
    return _role_filter(roles) & free & ~_barred(person, roles)


def _barred(person: Person, roles: Roles) -> Q:
    """Return the condition of steps that four eyes keep from a person.

    It says in SQL what ``engine.four_eyes`` says of one run: the newest attempt at an activity
    that may not be the same person's is done, and by this person.
    """
    newer = Step.objects.filter(
        run=OuterRef("run"), activity=OuterRef("activity"), attempt__gt=OuterRef("attempt")
    )
    own = Step.objects.filter(run=OuterRef("run"), performer=person, state__in=("done", "ordered"))
    condition = Q(pk__in=[])
    for sop_id, sop in current_definitions().items():
        held = roles.of(sop_id)
        for procedure in sop.procedures:
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
    stands = Case(When(state="paused", then=1), default=0)
    order = (stands, F("due_at").asc(nulls_last=True), "id")
    mine = open_steps().filter(_mine(person, roles, on))
    if after is not None:
        mine = mine.filter(_behind(*after))
    return _listed(mine, *order, limit=limit)


def _behind(stands: int, due_at: datetime | None, key: UUID) -> Q:
    """Return the condition of the steps behind one in the order of the inbox."""
    later = Q(due_at=None, id__gt=key)
    if due_at is not None:
        later = Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=key) | Q(due_at=None)
    return Q(later, state="paused") if stands else Q(state="paused") | later


def inbox_size(person: Person, roles: Roles, on: date) -> int:
    """Return how many steps wait for somebody with these roles."""
    return open_steps().filter(_mine(person, roles, on)).count()


def waiting_on_others(person: Person, roles: Roles, on: date, *, limit: int = 20) -> list[Step]:
    """Return the open steps of others in runs that the person opened or has worked on."""
    own = Step.objects.filter(run=OuterRef("run"), performer=person)
    steps = open_steps().filter(
        Q(run__opened_by=person) | Q(Exists(own)), ~Q(_mine(person, roles, on))
    )
    return _listed(steps, F("due_at").asc(nulls_last=True), "id", limit=limit)


MOST_ASKED = 50


def to_confirm(person: Person, roles: Roles, *, limit: int = MOST_ASKED) -> list[Step]:
    """Return the steps on which a word is asked of somebody with these roles, oldest first."""
    asked = _role_filter(roles, "confirmation__") & Q(confirmation__answered_at=None)
    steps = Step.objects.filter(asked, confirmation__isnull=False).exclude(
        confirmation__recorded_by=person
    )
    with_all = steps.select_related("run", "performer", *_WITH)
    return list(with_all.order_by("recorded_at", "id")[:limit])


def urgent(at: datetime, *, limit: int = 10) -> list[Step]:
    """Return the office's open steps of which 80 % of the clock is used up, or all of it."""
    steps = open_steps().filter(remind_at__lte=at, state__in=("ready", "started"))
    return _listed(steps, "due_at", "id", limit=limit)


def offices_with_dues(at: datetime) -> list[UUID]:
    """Return the offices that have a due which passed and is not told yet; needs no scope."""
    with unscoped("the sweep looks at every office's clock, and only at the clock"):
        late = Step.objects.filter(falls_due_at__lte=at)
        # Not DISTINCT: for it SQLite walks an index of all steps instead of the one of open dues.
        return sorted(set(late.values_list("office_id", flat=True).order_by().iterator()))


_WITH = ("confirmation", "confirmation__answered_by", "confirmation__recorded_by")


def steps_of(run: Run) -> list[Step]:
    """Return all steps of a run in the order they opened."""
    return list(
        Step.objects.filter(run=run)
        .select_related("assignee", "performer", *_WITH)
        .prefetch_related(Prefetch("pauses", StepPause.objects.all()))
        .order_by("position")
    )


def orders_of(steps: Iterable[Step]) -> Mapping[str, Order]:
    """Return the orders by which steps were done as Plh. or Plt., by what ``acting_for`` says."""
    return orders({step.acting_for for step in steps if step.acting_for})


def taken_slots(sop: Sop, strand: str) -> set[str]:
    """Return the slots of a strand that already have a run."""
    return set(
        Run.objects.filter(sop=sop, strand=strand)
        .exclude(state="cancelled")
        .exclude(slot_key="")
        .values_list("slot_key", flat=True)
    )


def taken_slots_of(sop: Sop) -> dict[str, set[str]]:
    """Return the slots that already have a run, by strand, in one query."""
    runs = Run.objects.filter(sop=sop).exclude(state="cancelled").exclude(slot_key="")
    found: dict[str, set[str]] = {}
    for strand, key in runs.values_list("strand", "slot_key"):
        found.setdefault(strand, set()).add(key)
    return found


def finished_counts(since: datetime) -> tuple[int, int, int]:
    """Return how many steps were finished since a moment, how many late, how many left undone."""
    done = Q(state__in=("done", "ordered", "returned"))
    closed = ("done", "ordered", "returned", "not_carried_out")
    counts = Step.objects.filter(recorded_at__gte=since, state__in=closed).aggregate(
        finished=Count("id", filter=done),
        late=Count("id", filter=done & Q(due_at__lt=F("performed_at"))),
        undone=Count("id", filter=Q(state="not_carried_out")),
    )
    return counts["finished"], counts["late"], counts["undone"]


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
