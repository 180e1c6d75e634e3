"""Coming in, for tests: the password form, codes of an app, confirming, the shared computer."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from kelola.office import services
from kelola.office.doors import DEVICE
from kelola.office.scope import office_scope
from tests.people import PASSWORD, TOLD

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from kelola.office.models import SharedDevice, User
    from tests.people import People

STEP = 30
PIN = "482615"


def enter(client: Client, login: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    """Sign in by the form."""
    return client.post("/masuk/", {"login": login, "password": password, **more})


def confirm(client: Client, password: str = PASSWORD, **more: str) -> HttpResponse:
    """Give the password once more."""
    return client.post("/masuk/konfirmasi/", {"password": password, **more})


def is_in(client: Client) -> bool:
    """Tell whether somebody is signed in."""
    return SESSION_KEY in client.session


def to_confirm(answer: HttpResponse) -> bool:
    """Tell whether an answer leads to giving the password once more."""
    return answer.status_code == 302 and answer["Location"].startswith("/masuk/konfirmasi/")


def code_of(secret: str, at: datetime | float | None = None) -> str:
    """Return what the app shows at this moment."""
    moment = at.timestamp() if isinstance(at, datetime) else at or time.time()
    return format_hotp_value(hotp_value(secret, int(moment) // STEP))


def give_totp(user: User) -> tuple[str, tuple[str, ...]]:
    """Set an app up, long ago; return its secret and the recovery codes."""
    secret, at = generate_totp_secret(), datetime(2026, 1, 5, tzinfo=UTC)
    added = services.add_totp(
        user=user, secret=secret, code=code_of(secret, at), by=str(user.pk), at=at
    )
    return secret, added.codes


def give_pin(user: User, pin: str = PIN) -> None:
    """Set a PIN."""
    services.set_pin(user=user, pin=pin, known=(), by=str(user.pk), at=TOLD["at"])


def share(client: Client, people: People, name: str = "Meja depan PTSP") -> SharedDevice:
    """Make this browser a shared computer of the office."""
    with office_scope(people.office.pk):
        device, secret = services.mark_device(
            office=people.office.pk, name=name, by=people.budi.id, at=timezone.now()
        )
    client.cookies[DEVICE] = secret
    return device


def enter_by_pin(client: Client, someone: object, pin: str = PIN) -> HttpResponse:
    """Pick a name and type the PIN."""
    return client.post("/masuk/pin/", {"person": str(someone.membership.pk), "pin": pin})
