"""Reads: who holds which post on a day, and names for histories."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q

from kelola.office.models import (
    Appointment,
    Membership,
    Office,
    Person,
    Pin,
    Post,
    SavedView,
    SecondFactorReset,
    SessionRow,
    SharedDevice,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from kelola.office.models import User


_DIGITS, _MOST_SESSIONS = 18, 50


def valid(on: date, path: str = "") -> Q:
    """Return the condition of appointments valid on a day, first and last day included.

    ``path`` leads to them from another model, such as ``post__appointments__``.
    """
    begun = Q(**{f"{path}valid_from__lte": on})
    open_end = Q(**{f"{path}valid_until__isnull": True})
    return begun & (open_end | Q(**{f"{path}valid_until__gte": on}))


def acting(on: date, path: str = "") -> Q:
    """Return the condition of appointments by which somebody does a post's work on a day.

    It says in SQL what ``rules.who_acts`` says: in force, and no Plh. stands in for the holder.
    """
    stand_ins = Appointment.objects.filter(valid(on), stands_in_for=OuterRef(f"{path}pk"))
    return valid(on, path) & Q(~Exists(stand_ins))


def posts_of(person: Person, on: date) -> list[Post]:
    """Return the posts whose work a person does on a day, by title."""
    held = Appointment.objects.filter(acting(on), person=person).values("post_id")
    return list(Post.objects.filter(pk__in=held))


def people_in_post(post: Post, on: date) -> list[Person]:
    """Return the people who do the work of a post on a day, by name."""
    holding = Appointment.objects.filter(acting(on), post=post).values("person_id")
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


def has_office() -> bool:
    """Tell whether there is any office yet."""
    return Office.objects.exists()


def offices() -> list[Office]:
    """Return every office of this installation, by name."""
    return list(Office.objects.all())


def saved_views(person: Person, page: str) -> list[SavedView]:
    """Return the views of a list that a person keeps, by name."""
    return list(SavedView.objects.filter(person=person, page=page))


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """What a user has beside the password; ``codes_left`` recovery codes are unused."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes_left: int

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)


def second_factors(user: User) -> SecondFactors:
    """Return a user's second factors, in one query."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    kinds = Authenticator.Type
    app = next((row for row in rows if row.type == kinds.TOTP), None)
    codes = next((row for row in rows if row.type == kinds.RECOVERY_CODES), None)
    used = int(codes.data["used_mask"]).bit_count() if codes else app_settings.RECOVERY_CODE_COUNT
    passkeys = tuple(row for row in rows if row.type == kinds.WEBAUTHN)
    return SecondFactors(app, passkeys, app_settings.RECOVERY_CODE_COUNT - used)


def second_factor(user: User, key: str) -> Authenticator | None:
    """Return one of a user's own second factors by the number of its row, or None."""
    if not (key.isascii() and key.isdigit() and len(key) < _DIGITS):
        return None
    found: Authenticator | None = Authenticator.objects.filter(user=user, pk=int(key)).first()
    return found


def pin_of(user: User) -> Pin | None:
    """Return a user's PIN, or None."""
    return Pin.objects.filter(user=user).first()


def sessions_of(user: User, at: datetime) -> list[SessionRow]:
    """Return the browsers in which a user is signed in, the last used first."""
    rows = SessionRow.objects.filter(user=user, expire_date__gt=at).defer("session_data")
    return list(rows.order_by("-seen_at", "pk")[:_MOST_SESSIONS])


def people_with_pin() -> list[Membership]:
    """Return the members of the open office who may come in by PIN, by name."""
    rows = Membership.objects.filter(
        is_active=True, user__is_active=True, user__pin__isnull=False
    ).select_related("user__pin", "person")
    return list(rows.order_by("person__name", "pk"))


def shared_devices() -> QuerySet[SharedDevice]:
    """Return the shared computers of the open office, by name."""
    return SharedDevice.objects.filter(revoked_at__isnull=True)


def open_resets(since: datetime | None) -> QuerySet[SecondFactorReset]:
    """Return the requests to take a second factor off that wait, asked since then."""
    rows = SecondFactorReset.objects.filter(state=SecondFactorReset.State.ASKED)
    if since is not None:
        rows = rows.filter(asked_at__gte=since)
    return rows.select_related("membership__person", "asked_by")


def members_with_factor() -> QuerySet[Membership]:
    """Return the members of the open office who have a second factor, by name."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    having = Authenticator.objects.filter(type__in=kinds).values("user_id")
    rows = Membership.objects.filter(is_active=True, user_id__in=having)
    return rows.select_related("person").order_by("person__name", "pk")


def administrators() -> list[Membership]:
    """Return the administrators of the open office, by name."""
    rows = Membership.objects.filter(is_active=True, is_admin=True, user__is_active=True)
    return list(rows.select_related("person", "user").order_by("person__name", "pk"))
