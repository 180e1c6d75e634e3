"""Who may come in: accounts that administrators give, reset, close and open again."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.services import append
from kelola.office.models import Membership
from kelola.office.services.accounts import add_membership, create_user
from kelola.office.services.checks import Invalid, opens_elsewhere
from kelola.office.services.doors import end_sessions, end_ways_in

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.office.models import Person

# Without letters and digits that are read for each other from a screen or a note.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def temporary_password() -> str:
    """Return a password to be told once and typed once: 79 bits, such as ``h7kd-2mqa-…``."""
    groups = ("".join(secrets.choice(_LETTERS) for _n in range(_GROUP)) for _n in range(_GROUPS))
    return "-".join(groups)


@transaction.atomic
def give_access(
    *, person: Person, login: str, by: str, at: datetime, password: str = "", digest: str = ""
) -> tuple[Membership, str]:
    """Give somebody an account of their own.

    Args:
        person: who gets it.
        login: as they will type it.
        by: id of the administrator.
        at: aware time.
        password: a temporary one that was made before.
        digest: what is kept of it, when that was made before as well.

    Returns:
        the membership, and the password to be told once; it must be changed at first sign-in.

    Raises:
        Invalid: the login can't be given or is taken, or the person has an account.

    """
    told = password or temporary_password()
    if Membership.objects.filter(person=person).exists():
        raise Invalid("login", _("This person has an account already."))
    user = create_user(login=login, password=told, digest=digest, by=by, at=at, must_change=True)
    row = add_membership(office=person.office_id, user=user, person=person, by=by, at=at)
    return row, told


@transaction.atomic
def reset_password(*, membership: Membership, by: str, at: datetime) -> str:
    """Replace a forgotten password and end every session and every key of the account.

    Returns:
        the password to be told once; it must be changed at the next sign-in.

    Raises:
        Invalid: the account also opens another office, whose people did not ask for this.

    """
    user = membership.user
    if opens_elsewhere(membership):
        raise Invalid(
            "password",
            _("This account also opens another office. Its owner changes the password."),
        )
    told = temporary_password()
    user.set_password(told)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user=user, by=by, at=at)
    end_ways_in(user=user, by=by, at=at)
    _tell(membership, "office.membership.password_reset", by=by, at=at)
    return told


@transaction.atomic
def set_admin(*, membership: Membership, is_admin: bool, by: str, at: datetime) -> Membership:
    """Make somebody an administrator, or no longer; raise Invalid for the last one."""
    row = _locked(membership)
    if row.is_admin == is_admin:
        return row
    if not is_admin:
        _require_another(row)
    row.is_admin = is_admin
    row.save(update_fields=["is_admin"])
    made = "admin_made" if is_admin else "admin_unmade"
    _tell(row, f"office.membership.{made}", by=by, at=at)
    return row


@transaction.atomic
def close_access(*, membership: Membership, by: str, at: datetime) -> Membership:
    """End somebody's access to the office at once; raise Invalid for the last administrator."""
    row = _locked(membership)
    if not row.is_active:
        return row
    if row.is_admin:
        _require_another(row)
    row.is_active = False
    row.save(update_fields=["is_active"])
    end_sessions(user=row.user, by=by, at=at)
    end_ways_in(user=row.user, office=row.office_id, by=by, at=at)
    _tell(row, "office.membership.ended", by=by, at=at)
    return row


@transaction.atomic
def open_access(*, membership: Membership, by: str, at: datetime) -> Membership:
    """Give somebody their access back: the password they had, and new keys for programs."""
    row = _locked(membership)
    if row.is_active:
        return row
    row.is_active = True
    row.save(update_fields=["is_active"])
    _tell(row, "office.membership.restored", by=by, at=at)
    return row


def _locked(membership: Membership) -> Membership:
    """Return the row as it is now, with every administrator's locked in one order.

    Two administrators who unmake each other at once take their turn.
    """
    wanted = Membership.objects.filter(pk=membership.pk) | Membership.objects.filter(is_admin=True)
    rows = {row.pk: row for row in wanted.select_for_update().order_by("pk")}
    return rows[membership.pk]


def _require_another(membership: Membership) -> None:
    others = Membership.objects.filter(is_admin=True, is_active=True, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise Invalid(
            "membership",
            _("This is the last administrator of the office. Make somebody else one first."),
        )


def _tell(row: Membership, verb: str, *, by: str, at: datetime) -> None:
    append(
        office=row.office_id,
        at=at,
        by=by,
        verb=verb,
        object=f"office.membership:{row.pk}",
        data={"user": str(row.user_id), "person": str(row.person_id), "admin": row.is_admin},
    )
