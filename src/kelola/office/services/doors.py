"""Coming in: sign-ins, sessions, PINs and the computers that several people share."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.services import append
from kelola.office.models import Membership, Office, Pin, SessionRow, SharedDevice, User
from kelola.office.rules import PIN_TRIES, pin_fits, pin_is_obvious
from kelola.office.services.checks import Invalid, text
from kelola.registry import ways_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


@transaction.atomic
def note_sign_in(*, user: User, entry: str, by: str, at: datetime) -> None:
    """Tell that somebody came in, by ``password``, ``passkey`` or ``pin``.

    Whoever comes in by more than the PIN may use it again, however often it was tried.
    """
    if entry != "pin":
        Pin.objects.filter(user=user, failures__gt=0).update(failures=0)
    tell_user(user, "office.user.signed_in", by=by, at=at, entry=entry)


@transaction.atomic
def note_pause(*, user: User | None, by: str, at: datetime) -> None:
    """Tell that a name was tried too often and waits now; the name may be nobody's."""
    append(
        office=None,
        at=at,
        by=by,
        verb="office.user.paused",
        object="office.user:unknown" if user is None else f"office.user:{user.pk}",
    )


@transaction.atomic
def note_strays(*, membership: Membership, count: int, by: str, at: datetime) -> None:
    """Tell the office that somebody asked, again and again, for what it does not have."""
    append(
        office=membership.office_id,
        at=at,
        by=by,
        verb="office.membership.strayed",
        object=f"office.membership:{membership.pk}",
        data={"person": str(membership.person_id), "count": count},
    )


@transaction.atomic
def end_sessions(
    *, user: User, by: str, at: datetime, keep: str = "", only: str | None = None
) -> int:
    """Sign a user's browsers out at once: all, all but ``keep``, or ``only`` one. Return how many.

    Both name sessions by the digest of their key.
    """
    rows = SessionRow.objects.filter(user=user).exclude(pk=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    ended, _models = rows.delete()
    if ended:
        tell_user(user, "office.session.ended", by=by, at=at, count=ended)
    return ended


def end_ways_in(*, user: User, by: str, at: datetime, office: UUID | None = None) -> None:
    """End what programs come in by as this user: in one office, or in each."""
    for end in ways_in.values():
        end(user=user, office=office, by=by, at=at)


@transaction.atomic
def set_pin(*, user: User, pin: str, known: Iterable[str], by: str, at: datetime) -> Pin:
    """Let a user switch by this PIN on the shared computers of the office.

    Raises:
        Invalid: not 6 to 12 digits, or easy to guess; ``known`` are texts that colleagues know.

    """
    if not pin_fits(pin):
        raise Invalid("pin", _("A PIN has 6 to 12 digits."))
    if pin_is_obvious(pin, user.login, *known):
        raise Invalid("pin", _("This PIN is easy to guess. Take digits without a pattern."))
    row, _new = Pin.objects.update_or_create(
        user=user, defaults={"digest": make_password(pin), "failures": 0, "set_at": at}
    )
    tell_user(user, "office.pin.set", by=by, at=at)
    return row


@transaction.atomic
def remove_pin(*, user: User, by: str, at: datetime) -> None:
    """Take a user's PIN off; nothing happens without one."""
    if Pin.objects.filter(user=user).delete()[0]:
        tell_user(user, "office.pin.removed", by=by, at=at)


@transaction.atomic
def check_pin(*, user: User, pin: str, by: str, at: datetime) -> bool:
    """Tell whether this is the user's PIN, counting wrong tries; too many turn it off."""
    row = Pin.objects.select_for_update().filter(user=user).first()
    if row is None or row.failures >= PIN_TRIES:
        return False
    if check_password(pin, row.digest):
        row.failures = 0
        row.save(update_fields=["failures"])
        return True
    row.failures += 1
    row.save(update_fields=["failures"])
    if row.failures == PIN_TRIES:
        tell_user(user, "office.pin.turned_off", by=by, at=at)
    return False


@transaction.atomic
def mark_device(*, office: UUID, name: str, by: str, at: datetime) -> tuple[SharedDevice, str]:
    """Mark a computer as shared. Return the row and the secret for the browser's cookie.

    Raises:
        Invalid: no name, or one too long.

    """
    secret = secrets.token_urlsafe(32)
    device = SharedDevice(
        office_id=office,
        name=text("name", name, 80),
        secret_digest=device_digest(secret),
        marked_at=at,
    )
    device.save(force_insert=True)
    _tell_device(device, "office.shared_device.marked", by=by, at=at)
    return device, secret


@transaction.atomic
def revoke_device(*, device: SharedDevice, by: str, at: datetime) -> SharedDevice:
    """End the sharing of a computer: no PIN opens anything there any more."""
    if device.revoked_at is None:
        device.revoked_at = at
        device.save(update_fields=["revoked_at"])
        _tell_device(device, "office.shared_device.revoked", by=by, at=at)
    return device


@transaction.atomic
def require_second_factor(*, office: Office, required: bool, by: str, at: datetime) -> Office:
    """Say whether administrators of the office need a second factor."""
    if office.second_factor_required != required:
        office.second_factor_required = required
        office.save(update_fields=["second_factor_required"])
        append(
            office=office.pk,
            at=at,
            by=by,
            verb="office.second_factor.required" if required else "office.second_factor.waived",
            object=f"office.office:{office.pk}",
        )
    return office


def device_digest(secret: str) -> str:
    """Return what the table keeps of a device's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tell_user(user: User, verb: str, *, by: str, at: datetime, **data: str | int) -> None:
    """Write an entry about an account, which is no office's own: into the system's chain."""
    append(office=None, at=at, by=by, verb=verb, object=f"office.user:{user.pk}", data=data)


def _tell_device(device: SharedDevice, verb: str, *, by: str, at: datetime) -> None:
    append(
        office=device.office_id,
        at=at,
        by=by,
        verb=verb,
        object=f"office.shared_device:{device.pk}",
    )
