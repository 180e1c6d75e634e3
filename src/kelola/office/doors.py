"""What a browser brings: how its user came in, whom it knows, and whether it is a shared computer.

Three cookies: the session's; ``kelola_known`` names (as digests) who came in here before, so that
somebody else's wrong passwords keep nobody out of the own browser; ``kelola_device`` holds the
secret of a computer that an administrator marked as shared.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from urllib.parse import urlencode

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_htmx.http import HttpResponseClientRedirect

from kelola.office import services
from kelola.office.models import SharedDevice
from kelola.office.scope import unscoped
from kelola.office.services import device_digest
from kelola.office.sessions import ENTRY, SessionStore, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

    from kelola.office.models import User

View: TypeAlias = "Callable[..., HttpResponse]"

PASSWORD, PASSKEY, PIN = "password", "passkey", "pin"
KNOWN, DEVICE = "kelola_known", "kelola_device"
KNOWN_FOR, SHARED_FOR = timedelta(days=180), timedelta(days=400)
KNOWN_MOST = 8
SEEN_EVERY, SEEN_EVERY_BY_PIN = timedelta(minutes=5), timedelta(minutes=1)
_AGENT_LENGTH = 300
# So many ids within an hour that the office does not have: nobody mistypes that many.
STRAYS, STRAYING = 10, 3600
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; the policy of the address saw to it that somebody is."""
    return cast("User", request.user)


def session_of(request: HttpRequest) -> str:
    """Return the digest under which this request's session is kept."""
    return digest_of(request.session.session_key or "")


def note_entry(request: HttpRequest, by: str, address: str) -> None:
    """Keep in the session how its user came in."""
    request.session[ENTRY] = {
        "by": by,
        "address": address,
        "agent": "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())[
            :_AGENT_LENGTH
        ],
        "at": timezone.now().isoformat(),
    }


def entry_of(request: HttpRequest) -> str:
    """Return how the session's user came in; a session of unknown origin counts as by password."""
    by: str = request.session.get(ENTRY, {}).get("by", PASSWORD)
    return by


def came_by_pin_alone(request: HttpRequest) -> bool:
    """Tell whether a PIN let the user in and no password was given in the last minutes."""
    return entry_of(request) == PIN and not confirmed_lately(request)


def confirmed_lately(request: HttpRequest) -> bool:
    """Tell whether the user proved by password, code or passkey, just now, that it is them."""
    proofs = _proofs(request)
    return bool(proofs) and time.time() - proofs[-1]["at"] < REAUTHENTICATION_TIMEOUT


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type] # an anonymous user has no records
    return [record for record in records if record.get("reauthenticated")]


def to_confirmation(request: HttpRequest, back: str = "") -> HttpResponse:
    """Ask for the password once more, then go back to a page that can be opened again."""
    if not back:
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else _referrer(request)
    url = f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def _referrer(request: HttpRequest) -> str:
    """Return the page of ours that posted, else the account's."""
    here = f"{request.scheme}://{request.get_host()}"
    came = request.headers.get("Referer", "")
    return came[len(here) :] if came.startswith(f"{here}/") else reverse("account")


def confirmed(view: View) -> View:
    """Let a view run only for somebody who just proved that it is them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if confirmed_lately(request):
            return view(request, *args, **kwargs)
        return to_confirmation(request)

    return guarded


def renewing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the session a new key when somebody has just proved here that it is them."""

    @wraps(view)
    def renewed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        proofs = len(_proofs(request))
        response = view(request, *args, **kwargs)
        if len(_proofs(request)) > proofs:
            request.session.cycle_key()
        return response

    return renewed


def fell_idle(request: HttpRequest) -> bool:
    """Tell whether a session by PIN was left alone too long; note that it is in use otherwise."""
    store = request.session
    if not isinstance(store, SessionStore) or store.row is None or store.row.user_id is None:
        return False
    at = timezone.now()
    idle, by_pin = at - store.row.seen_at, entry_of(request) == PIN
    if by_pin and idle > timedelta(minutes=settings.PIN_IDLE_MINUTES):
        return True
    if idle >= (SEEN_EVERY_BY_PIN if by_pin else SEEN_EVERY):
        store.note_seen(at)
    return False


def known_device(request: HttpRequest, login: str) -> str:
    """Return the mark of this browser if the name came in by it before, or nothing."""
    cookie = _known(request)
    return cookie["mark"] if _digest(login) in cookie["names"] else ""


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser know that this user came in by it."""
    cookie, name = _known(request), _digest(user.login)
    names = [name, *(n for n in cookie["names"] if n != name)][:KNOWN_MOST]
    value = signing.dumps({**cookie, "names": names}, salt=KNOWN)
    _set(request, response, KNOWN, value, KNOWN_FOR)


def _known(request: HttpRequest) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = signing.loads(
            request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_FOR
        )
    except signing.BadSignature:
        return {"mark": secrets.token_hex(8), "names": []}
    return kept


def _digest(login: str) -> str:
    return salted_hmac(KNOWN, login, algorithm="sha256").hexdigest()[:24]


def count_stray(request: HttpRequest, response: HttpResponseBase) -> None:
    """Count ids that were asked for and are not the office's; tell the office of many.

    Those of another office are counted like those of nobody: the difference is nobody's to learn.
    """
    actor = getattr(request, "actor", None)
    by_id = request.resolver_match is not None and _ID.search(request.path)
    if response.status_code != HTTPStatus.NOT_FOUND or actor is None or not by_id:
        return
    key, now = f"office-strays-{actor.membership.pk}", timezone.now()
    since = now.timestamp() - STRAYING
    moments = [m for m in cache.get(key, []) if m > since]
    if len(moments) < STRAYS:
        moments.append(now.timestamp())
        with suppress(OperationalError):  # a full disk or a busy one changes no answer
            cache.set(key, moments, STRAYING)
            if len(moments) == STRAYS:
                services.note_strays(membership=actor.membership, count=STRAYS, by=actor.id, at=now)


def shared_device(request: HttpRequest) -> SharedDevice | None:
    """Return the shared computer that this browser is, unless its sharing was ended."""
    secret = request.COOKIES.get(DEVICE, "")
    if not secret:
        return None
    with unscoped("a locked computer belongs to an office before anybody comes in"):
        return (
            SharedDevice.objects.filter(
                secret_digest=device_digest(secret), revoked_at__isnull=True
            )
            .select_related("office")
            .first()
        )


def mark_shared(request: HttpRequest, response: HttpResponse, secret: str) -> None:
    """Make this browser the shared computer whose secret this is."""
    _set(request, response, DEVICE, secret, SHARED_FOR)


def _set(
    request: HttpRequest, response: HttpResponse, name: str, value: str, age: timedelta
) -> None:
    response.set_cookie(
        name, value, max_age=age, httponly=True, samesite="Lax", secure=request.is_secure()
    )
