"""Reads: who holds which post on a day, and names for histories."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Q

from kelola.office.models import Appointment, Membership, Office, Person, Post, Unit

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


def posts_held(people: Iterable[Person], on: date) -> dict[UUID, list[Post]]:
    """Return the posts by person id for many people, in one query; absent means none."""
    rows = (
        Appointment.objects.filter(valid(on), person__in=list(people))
        .select_related("post")
        .order_by("post__title", "post_id")
    )
    found: dict[UUID, list[Post]] = defaultdict(list)
    for row in rows:
        if row.post not in found[row.person_id]:
            found[row.person_id].append(row.post)
    return dict(found)


class AccountState(StrEnum):
    """Whether somebody can sign in."""

    ACTIVE = "active"
    ADMIN = "admin"
    NONE = "none"
    CLOSED = "closed"


def account_state(person: Person) -> AccountState:
    """Return whether a person, loaded with the membership and its user, can sign in."""
    row: Membership | None = getattr(person, "membership", None)
    if row is None:
        return AccountState.NONE
    if not (row.is_active and row.user.is_active):
        return AccountState.CLOSED
    return AccountState.ADMIN if row.is_admin else AccountState.ACTIVE


def people(
    *,
    words: str = "",
    with_nip: bool = False,
    unit: UUID | None = None,
    account: AccountState | None = None,
    after: Person | None = None,
    limit: int | None = None,
) -> list[Person]:
    """Return people by name, after one of them.

    ``words`` are part of a name, or with ``with_nip`` of a NIP.
    """
    rows = Person.objects.select_related("unit", "membership__user").order_by("name", "id")
    if words:
        digits = "".join(words.split())
        by_nip = Q(nip__contains=digits) if with_nip and digits.isdigit() else Q()
        rows = rows.filter(Q(name__icontains=" ".join(words.split())) | by_nip)
    if unit is not None:
        rows = rows.filter(unit_id=unit)
    if account is not None:
        rows = rows.filter(_ACCOUNTS[account])
    if after is not None:
        rows = rows.filter(Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk))
    return list(rows[:limit])


_OPEN = Q(membership__is_active=True, membership__user__is_active=True)
_ACCOUNTS = {
    AccountState.NONE: Q(membership__isnull=True),
    AccountState.ACTIVE: _OPEN,
    AccountState.ADMIN: _OPEN & Q(membership__is_admin=True),
    AccountState.CLOSED: Q(membership__is_active=False) | Q(membership__user__is_active=False),
}


def appointments_of(*, person: Person | None = None, post: Post | None = None) -> list[Appointment]:
    """Return the appointments of a person or to a post, the newest first."""
    rows = Appointment.objects.select_related("person", "post").order_by("-valid_from", "-id")
    if person is not None:
        rows = rows.filter(person=person)
    return list(rows.filter(post=post) if post is not None else rows)


def units() -> list[Unit]:
    """Return the units of the open office, by name."""
    return list(Unit.objects.all())


def posts() -> list[Post]:
    """Return the posts of the open office, by title."""
    return list(Post.objects.select_related("unit"))


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


def has_second_factor(user: User) -> bool:
    """Tell whether a user proves who they are by more than a password."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """Return the names of people of the open office by id, in one query.

    Whatever is no person's id (``system``, other offices' people) is absent from the answer.
    """
    keys = {key for key in map(_uuid, ids) if key is not None}
    rows = Person.objects.filter(pk__in=keys).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def titles_of(ids: Iterable[str]) -> dict[str, str]:
    """Return the titles of posts of the open office by id, in one query."""
    keys = {key for key in map(_uuid, ids) if key is not None}
    return {str(post.pk): post.label for post in Post.objects.filter(pk__in=keys)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def offices() -> list[Office]:
    """Return every office of this installation, by name."""
    return list(Office.objects.all())
