"""The lists of people, posts and decrees, as the pages show them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from kelola.office.models import (
    Appointment,
    Membership,
    Person,
    Post,
    Unit,
)
from kelola.office.queries.holding import valid
from kelola.office.rules import SOON_DAYS, AppointmentKind, DecreeState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet


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
    rows = _appointments().order_by("-valid_from", "-id")
    if person is not None:
        rows = rows.filter(person=person)
    return list(rows.filter(post=post) if post is not None else rows)


def _appointments() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("person", "post", "stands_in_for__person")


def decrees(
    *,
    on: date,
    words: str = "",
    state: DecreeState | None = None,
    after: Appointment | None = None,
    limit: int | None = None,
) -> list[Appointment]:
    """Return appointments by decree, the newest decree first, after one of them.

    ``words`` are part of the decree's number, of a name or of a post's title.
    """
    rows = _appointments().order_by("-decree_on", "-id")
    if words:
        told = " ".join(words.split())
        rows = rows.filter(
            Q(decree_number__icontains=told)
            | Q(person__name__icontains=told)
            | Q(post__title__icontains=told)
        )
    if state is not None:
        rows = rows.filter(_standing(state, on))
    if after is not None:
        same_day = Q(decree_on=after.decree_on, pk__lt=after.pk)
        rows = rows.filter(Q(decree_on__lt=after.decree_on) | same_day)
    return list(rows[:limit])


def _standing(state: DecreeState, on: date) -> Q:
    """Return the condition of appointments whose ``decree_state`` is this on a day."""
    begun, soon = Q(valid_from__lte=on), on + timedelta(days=SOON_DAYS)
    recalled = Q(valid_until__lt=F("valid_from"), valid_until__isnull=False)
    if state is DecreeState.NOT_BEGUN:
        return ~begun & ~recalled
    if state is DecreeState.ENDED:
        return (begun & Q(valid_until__lt=on)) | recalled
    # The order of a Plh. or Plt. ends soon from its first day on, which is no news.
    ending = Q(valid_until__lte=soon, kind=AppointmentKind.DEFINITIVE)
    if state is DecreeState.ENDING_SOON:
        return begun & ending & Q(valid_until__gte=on)
    return begun & (Q(valid_until__isnull=True) | (Q(valid_until__gte=on) & ~ending))


def renewals(year: int, on: date) -> list[Appointment]:
    """Return the appointments that end before a year begins and have no successor yet.

    A successor is a later end of the same person in the same post, or, once the appointment has
    ended, anybody appointed to the post since.
    """
    same = Appointment.objects.filter(post=OuterRef("post"), person=OuterRef("person"))
    longer = same.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until")))
    since = Appointment.objects.filter(
        post=OuterRef("post"), valid_from__gt=OuterRef("valid_until")
    )
    rows = Appointment.objects.select_related("person", "post").filter(
        ~Exists(longer),
        Q(valid_until__gte=on) | ~Exists(since),
        kind=AppointmentKind.DEFINITIVE,
        valid_until__year__lt=year,
    )
    return list(rows.order_by("post__title", "person__name", "id"))


def of_decree(row: Appointment) -> list[Appointment]:
    """Return the appointments that the decree of one of them makes."""
    same = Appointment.objects.filter(decree_number=row.decree_number, decree_on=row.decree_on)
    return list(same.select_related("person", "post"))


def units() -> list[Unit]:
    """Return the units of the open office, by name."""
    return list(Unit.objects.all())


def posts() -> list[Post]:
    """Return the posts of the open office, by title."""
    return list(Post.objects.select_related("unit"))
