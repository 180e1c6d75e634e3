"""Who performs which role of an SOP today, and where that falls short.

People come from the posts' decrees (SK); a role that nobody holds stops every run that reaches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.office.models import Appointment
from kelola.office.queries import valid
from kelola.office.rules import decree_state
from kelola.sop import queries
from kelola.sop.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kelola.office.models import Person, Post
    from kelola.sop.definition.shape import Procedure, SopDefinition
    from kelola.sop.models import RatifiedRole, SopVersion


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a post by a decree; ``badge`` tells how long that decree still holds."""

    person: Person
    decree_number: str
    valid_until: date | None
    badge: str


@dataclass(frozen=True, slots=True)
class HoldingPost:
    """A post that performs a role, with whoever holds it today."""

    post: Post
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """A role of the SOP. ``assumed``: the source doesn't tell it, and no decree ratified it."""

    key: str
    title: str
    procedures: tuple[str, ...]
    activities: tuple[str, ...]
    posts: tuple[HoldingPost, ...]
    assumed: bool
    ratified: RatifiedRole | None

    @property
    def people(self) -> set[UUID]:
        """Ids of everybody who performs it today."""
        return {holder.person.pk for post in self.posts for holder in post.holders}

    @property
    def vacant(self) -> bool:
        """Whether nobody performs it today."""
        return not self.people


@dataclass(frozen=True, slots=True)
class Clash:
    """Four eyes with one head: ``people`` hold both roles. ``stuck``: nobody else can do it."""

    activity: str
    other: str
    first: str
    second: str
    people: tuple[str, ...]
    stuck: bool


def actors(version: SopVersion, on: date) -> list[Actor]:
    """Return every role of a version once, in the order of the SOP, in four queries."""
    definition = queries.definition(version.definition_id)
    posts = queries.posts_by_role(version.sop)
    held = _held([p for found in posts.values() for p in found], on)
    assumed, ratified = queries.assumed_roles(version), queries.ratified_roles(version)
    return [
        Actor(
            key=key,
            title=title,
            procedures=tuple(p.code for p in definition.procedures if _has_role(p, key)),
            activities=_activities(definition, key),
            posts=tuple(HoldingPost(p, tuple(held.get(p.pk, ()))) for p in posts.get(key, [])),
            assumed=key in assumed and key not in ratified,
            ratified=ratified.get(key),
        )
        for key, title in role_titles(definition).items()
    ]


def role_titles(definition: SopDefinition) -> dict[str, str]:
    """Return every role of an SOP by its key."""
    return {r.key: say(r.title) for p in definition.procedures for r in p.roles}


def clashes(definition: SopDefinition, found: Sequence[Actor]) -> list[Clash]:
    """Return the steps that one and the same person may not both do, but holds both roles for."""
    by_key = {actor.key: actor for actor in found}
    names = {
        holder.person.pk: holder.person.name
        for actor in found
        for post in actor.posts
        for holder in post.holders
    }
    return [
        clash
        for procedure in definition.procedures
        for activity in procedure.activities
        for other in activity.not_same_person_as
        if (clash := _clash(procedure, activity.key, other, by_key, names)) is not None
    ]


def _clash(
    procedure: Procedure,
    activity: str,
    other: str,
    by_key: Mapping[str, Actor],
    names: Mapping[UUID, str],
) -> Clash | None:
    first = by_key[procedure.activity(activity).actor]
    second = by_key[procedure.activity(other).actor]
    both = first.people & second.people
    if not both:
        return None
    # Whoever does the one leaves the other to somebody else: there must be somebody else.
    stuck = first.people == second.people and len(both) == 1
    people = tuple(sorted(names[key] for key in both))
    return Clash(activity, other, first.title, second.title, people, stuck)


def _has_role(procedure: Procedure, key: str) -> bool:
    return any(role.key == key for role in procedure.roles)


def _activities(definition: SopDefinition, key: str) -> tuple[str, ...]:
    return tuple(a.key for p in definition.procedures for a in p.activities if a.actor == key)


def _held(posts: Sequence[Post], on: date) -> dict[UUID, list[Holder]]:
    rows = Appointment.objects.filter(valid(on), post__in=list(posts)).select_related("person")
    found: dict[UUID, list[Holder]] = {}
    for row in rows.order_by("person__name", "person_id"):
        state = f"decree.{decree_state(row.valid_from, row.valid_until, on)}"
        holder = Holder(row.person, row.decree_number, row.valid_until, state)
        found.setdefault(row.post_id, []).append(holder)
    return found
