"""Reads of roles: who performs which, by post or by order, and where nobody can."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

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
from kelola.sop.models import (
    RatifiedRole,
    RoleHolder,
    Run,
    Sop,
    SopVersion,
    Step,
)
from kelola.sop.policies import Roles
from kelola.sop.queries.definitions import current_hashes, definition
from kelola.sop.rules import below_and_above

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet


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


def performers(sop_id: UUID, roles: Sequence[str], on: date) -> list[tuple[Person, str]]:
    """Return who performs one of these roles of an SOP on a day, each with the first they have.

    In the order of the roles, then by name; two queries, however many roles.
    """
    held = RoleHolder.objects.filter(
        acting(on, "post__appointments__"), sop=sop_id, role__in=roles
    ).values_list("post__appointments__person", "role")
    first: dict[UUID, str] = {}
    for person, role in sorted(held, key=lambda found: roles.index(found[1])):
        first.setdefault(person, role)
    people = Person.objects.filter(pk__in=first).order_by("name", "id")
    return sorted(((p, first[p.pk]) for p in people), key=lambda found: roles.index(found[1]))


def people_with(roles: Collection[tuple[UUID, str]], on: date) -> dict[tuple[UUID, str], set[UUID]]:
    """Return who performs each of these roles, (SOP id, role), on a day, in one query."""
    found: dict[tuple[UUID, str], set[UUID]] = {key: set() for key in roles}
    rows = RoleHolder.objects.filter(
        acting(on, "post__appointments__"),
        sop__in={sop for sop, _role in roles},
        role__in={role for _sop, role in roles},
    ).values_list("sop_id", "role", "post__appointments__person")
    for sop, role, person in rows if roles else ():
        if (sop, role) in found:
            found[sop, role].add(person)
    return found


def people_under(person: Person, roles: Roles, on: date) -> list[Person]:
    """Return whose superior somebody with these roles is on a day; four queries, however many.

    Who also stands above them, in the same SOP, is nobody's subordinate.
    """
    under: set[tuple[UUID, str]] = set()
    over: set[tuple[UUID, str]] = set()
    for sop, content_hash in current_hashes().items():
        lower, higher = below_and_above(definition(content_hash), roles.of(sop))
        under |= {(sop, role) for role in lower}
        over |= {(sop, role) for role in higher}
    if not under:
        return []
    found = people_with(under | over, on)
    theirs = {key for role in under for key in found[role]} - {person.pk}
    theirs -= {key for role in over for key in found[role]}
    return list(Person.objects.filter(pk__in=theirs).order_by("name", "id"))


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


def orders_of(steps: Iterable[Step]) -> Mapping[str, Order]:
    """Return the orders by which steps were done as Plh. or Plt., by what ``acting_for`` says."""
    return orders({step.acting_for for step in steps if step.acting_for})
