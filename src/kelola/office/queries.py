"""Reads: who holds which post on a day, and names for histories."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from kelola.office.models import Appointment, Membership, Office, Person, Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kelola.office.models import User


def valid(on: date, path: str = "") -> Q:
    """Return the condition of appointments valid on a day, first and last day included.

    ``path`` leads to them from another model, such as ``post__appointments__``.
    """
    begun = Q(**{f"{path}valid_from__lte": on})
    open_end = Q(**{f"{path}valid_until__isnull": True})
    return begun & (open_end | Q(**{f"{path}valid_until__gte": on}))


def posts_of(person: Person, on: date) -> list[Post]:
    """Return the posts a person holds on a day, by title."""
    held = Appointment.objects.filter(valid(on), person=person).values("post_id")
    return list(Post.objects.filter(pk__in=held))


def people_in_post(post: Post, on: date) -> list[Person]:
    """Return the people who hold a post on a day, by name."""
    holding = Appointment.objects.filter(valid(on), post=post).values("person_id")
    return list(Person.objects.filter(pk__in=holding))


def holders(posts: Iterable[Post], on: date) -> dict[UUID, list[Person]]:
    """Return the people by post id for many posts, in one query; absent means vacant."""
    rows = (
        Appointment.objects.filter(valid(on), post__in=list(posts))
        .select_related("person")
        .order_by("person__name", "person_id")
    )
    found: dict[UUID, list[Person]] = defaultdict(list)
    for row in rows:
        if row.person not in found[row.post_id]:
            found[row.post_id].append(row.person)
    return dict(found)


def post_with_key(key: str) -> Post | None:
    """Return the post of the open office with this key, or None."""
    return Post.objects.filter(key=key).first()


def membership(user: User, office_id: UUID) -> Membership | None:
    """Return the active membership of a user in an office, or None."""
    return (
        Membership.objects.filter(user=user, office_id=office_id, is_active=True)
        .select_related("office", "person")
        .first()
    )


def memberships_of(user: User) -> list[Membership]:
    """Return a user's active memberships by office name. Needs ``unscoped("sign-in")``."""
    return list(
        Membership.objects.filter(user=user, is_active=True)
        .select_related("office", "person")
        .order_by("office__name")
    )


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """Return the names of people of the open office by id, in one query.

    Whatever is no person's id (``system``, other offices' people) is absent from the answer.
    """
    keys = {key for key in map(_uuid, ids) if key is not None}
    rows = Person.objects.filter(pk__in=keys).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def offices() -> list[Office]:
    """Return every office of this installation, by name."""
    return list(Office.objects.all())
