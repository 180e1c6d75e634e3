"""Users and their membership in offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.services import append
from kelola.office.models import Membership, Person, User
from kelola.office.rules import LoginFlaw, canonical_login, login_flaw
from kelola.office.services.checks import Invalid, once
from kelola.office.services.doors import end_sessions, end_ways_in

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@transaction.atomic
def create_user(
    *,
    login: str,
    password: str,
    by: str,
    at: datetime,
    email: str = "",
    must_change: bool = False,
    digest: str = "",
) -> User:
    """Create an account. Needs no scope; give it an office by ``add_membership``.

    ``must_change``: the password opens nothing but the page that changes it. ``digest`` is what
    is kept of a password of our own making, where that was made before.

    Raises:
        Invalid: a login that is taken (however it is spelled) or holds odd characters, a password
            that the validators refuse, an address that is none.

    """
    name = fitting_login(login)
    user = User(login=name, email=_address(email), created_at=at, must_change_password=must_change)
    if digest:
        user.password = digest
    else:
        _set_password(user, password)
    with once("login", _("This user name is taken.")):
        user.save(force_insert=True)
    _tell(user, "office.user.created", by=by, at=at)
    return user


@transaction.atomic
def change_password(*, user: User, password: str, by: str, at: datetime, keep: str = "") -> User:
    """Change a password, which ends the user's sessions but ``keep``; raise Invalid for a weak one.

    Keys of programs go on, and end on their own page. ``keep`` is the digest of the key of the
    session that asks.
    """
    _set_password(user, password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user=user, by=by, at=at, keep=keep)
    _tell(user, "office.user.password_changed", by=by, at=at)
    return user


@transaction.atomic
def deactivate_user(*, user: User, by: str, at: datetime) -> User:
    """Close an account, end its sessions and its keys."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user=user, by=by, at=at)
    end_ways_in(user=user, by=by, at=at)
    _tell(user, "office.user.deactivated", by=by, at=at)
    return user


@transaction.atomic
def add_membership(
    *,
    office: UUID,
    user: User,
    person: Person,
    by: str,
    at: datetime,
    is_admin: bool = False,
) -> Membership:
    """Let a user work in the office as this person.

    Raises:
        Invalid: the user already belongs to the office, or another user is this person.

    """
    row = Membership(office_id=office, user=user, person=person, is_admin=is_admin)
    with once("user", _("This user or this person already has access.")):
        row.save(force_insert=True)
    _tell_membership(row, "office.membership.added", by=by, at=at)
    return row


@transaction.atomic
def end_membership(*, membership: Membership, by: str, at: datetime) -> Membership:
    """End a user's access to the office: the next request is signed out."""
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    end_ways_in(user=membership.user, office=membership.office_id, by=by, at=at)
    _tell_membership(membership, "office.membership.ended", by=by, at=at)
    return membership


def fitting_login(login: str) -> str:
    """Return the canonical form of a login; raise Invalid, with its reason, when it can't be."""
    name = canonical_login(login)
    flaw = login_flaw(name)
    if flaw is None:
        return name
    reasons = {
        LoginFlaw.CHARACTERS: _("Letters, digits and . _ - @ only, at most 60 characters."),
        LoginFlaw.INVISIBLE: _("There is an invisible character in it. Type the name anew."),
        LoginFlaw.SCRIPT: _("Latin letters only; one of these only looks like one. Type it anew."),
    }
    raise Invalid("login", reasons[flaw])


def _address(email: str) -> str:
    address = email.strip()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid("email", " ".join(error.messages)) from error
    return address


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("password", " ".join(error.messages)) from error
    user.set_password(password)


def _tell(user: User, verb: str, *, by: str, at: datetime) -> None:
    # An account is no office's own, so it is told in the system's chain.
    append(office=None, at=at, by=by, verb=verb, object=f"office.user:{user.pk}")


def _tell_membership(row: Membership, verb: str, *, by: str, at: datetime) -> None:
    append(
        office=row.office_id,
        at=at,
        by=by,
        verb=verb,
        object=f"office.membership:{row.pk}",
        data={"user": str(row.user_id), "person": str(row.person_id), "admin": row.is_admin},
    )
