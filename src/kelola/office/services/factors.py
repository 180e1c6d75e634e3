"""Second factors: app codes, passkeys, recovery codes, and taking them off a locked-out user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.office.models import User
from kelola.office.services.checks import Invalid, text
from kelola.office.services.doors import end_sessions, end_ways_in, tell_user

if TYPE_CHECKING:
    from datetime import datetime

NAME_LENGTH = 60
_LAST = "last_counter"
_Type = Authenticator.Type


@dataclass(frozen=True, slots=True)
class Added:
    """A new factor; ``codes`` are new recovery codes, to be shown this once."""

    factor: Authenticator
    codes: tuple[str, ...]


@transaction.atomic
def add_totp(*, user: User, secret: str, code: str, by: str, at: datetime) -> Added:
    """Add an app that shows codes, proved by one of them, which counts as used.

    Raises:
        Invalid: the code does not match, or there is such an app already.

    """
    User.objects.select_for_update().get(pk=user.pk)
    if Authenticator.objects.filter(user=user, type=_Type.TOTP).exists():
        raise Invalid("code", _("There is an app already. Remove it before you add another one."))
    counter = _counter(secret, code, at)
    if counter is None:
        raise Invalid(
            "code",
            _("This code does not match. Check the clock of your phone and type the newest code."),
        )
    row = TOTP.activate(user, secret).instance
    row.data[_LAST] = counter
    row.save(update_fields=["data"])
    tell_user(user, "office.second_factor.added", by=by, at=at, kind=_Type.TOTP.value)
    return Added(row, _first_codes(user))


@transaction.atomic
def add_passkey(
    *, user: User, name: str, credential: dict[str, Any], by: str, at: datetime
) -> Added:
    """Add a passkey whose registration was verified; raise Invalid for a name that is none."""
    User.objects.select_for_update().get(pk=user.pk)
    row = WebAuthn.add(user, text("name", name, NAME_LENGTH), credential).instance
    tell_user(user, "office.second_factor.added", by=by, at=at, kind=_Type.WEBAUTHN.value)
    return Added(row, _first_codes(user))


@transaction.atomic
def rename_passkey(*, factor: Authenticator, name: str, by: str, at: datetime) -> None:
    """Give a passkey another name; raise Invalid when it is none."""
    factor.data["name"] = text("name", name, NAME_LENGTH)
    factor.save(update_fields=["data"])
    tell_user(factor.user, "office.second_factor.renamed", by=by, at=at)


@transaction.atomic
def remove_factor(*, factor: Authenticator, by: str, at: datetime, keep: str = "") -> None:
    """Remove an app or a passkey and end the user's other sessions.

    With the last of them the recovery codes go as well.
    """
    user, kind = factor.user, factor.type
    factor.delete()
    left = Authenticator.objects.filter(user=user)
    if not left.exclude(type=_Type.RECOVERY_CODES).exists():
        left.delete()
    end_sessions(user=user, by=by, at=at, keep=keep)
    tell_user(user, "office.second_factor.removed", by=by, at=at, kind=kind)


@transaction.atomic
def renew_recovery_codes(*, user: User, by: str, at: datetime) -> tuple[str, ...]:
    """Make new recovery codes, which ends the old ones; return them, to be shown this once.

    Raises:
        Invalid: there is no second factor to recover from.

    """
    User.objects.select_for_update().get(pk=user.pk)
    rows = Authenticator.objects.filter(user=user)
    if not rows.exclude(type=_Type.RECOVERY_CODES).exists():
        raise Invalid("codes", _("Add an app or a passkey first."))
    rows.filter(type=_Type.RECOVERY_CODES).delete()
    codes = tuple(RecoveryCodes.activate(user).generate_codes())
    tell_user(user, "office.recovery_codes.renewed", by=by, at=at)
    return codes


@transaction.atomic
def accept_code(*, user: User, code: str, by: str, at: datetime) -> Authenticator | None:
    """Return the factor that this code opens, or None. A code opens once."""
    rows = {
        row.type: row
        for row in Authenticator.objects.select_for_update()
        .filter(user=user, type__in=(_Type.TOTP, _Type.RECOVERY_CODES))
        .order_by("pk")
    }
    app: Authenticator | None = rows.get(_Type.TOTP)
    recovery: Authenticator | None = rows.get(_Type.RECOVERY_CODES)
    if app is not None and _opens(app, code, at):
        return app
    if recovery is not None and RecoveryCodes(recovery).validate_code(code):
        tell_user(user, "office.recovery_code.used", by=by, at=at)
        return recovery
    tell_user(user, "office.second_factor.failed", by=by, at=at)
    return None


@transaction.atomic
def accept_passkey(*, factor: Authenticator, counter: int, by: str, at: datetime) -> bool:
    """Keep the counter of a passkey that answered. One that does not go on tells of a copy.

    Keys that go from device to device count nothing: theirs stays at zero.
    """
    row = Authenticator.objects.select_for_update().get(pk=factor.pk)
    kept: int = row.data.get(_LAST, 0)
    if (counter or kept) and counter <= kept:
        tell_user(row.user, "office.second_factor.failed", by=by, at=at)
        return False
    row.data[_LAST] = counter
    row.save(update_fields=["data"])
    return True


@transaction.atomic
def clear_factors(*, user: User, by: str, at: datetime) -> None:
    """Take every second factor off a user who lost them, with all sessions and keys."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user=user, by=by, at=at)
    end_ways_in(user=user, by=by, at=at)
    tell_user(user, "office.second_factor.cleared", by=by, at=at)


def _first_codes(user: User) -> tuple[str, ...]:
    if Authenticator.objects.filter(user=user, type=_Type.RECOVERY_CODES).exists():
        return ()
    return tuple(RecoveryCodes.activate(user).generate_codes())


def _opens(app: Authenticator, code: str, at: datetime) -> bool:
    counter = _counter(decrypt(app.data["secret"]), code, at)
    if counter is None or counter <= app.data.get(_LAST, -1):
        return False
    app.data[_LAST] = counter
    app.save(update_fields=["data"])
    return True


def _counter(secret: str, code: str, at: datetime) -> int | None:
    """Return the newest step, one before or after now included, whose code this is."""
    now, drift = int(at.timestamp()) // app_settings.TOTP_PERIOD, app_settings.TOTP_TOLERANCE
    for counter in range(now + drift, now - drift - 1, -1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            return counter
    return None
