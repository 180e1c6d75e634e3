"""My account: who I am here, how I come in, on which devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kelola.office import doors, queries, services
from kelola.office.forms import PinForm
from kelola.office.rules import PIN_TRIES, device_of
from kelola.registry import account_pages

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

    from kelola.office.models import Pin, SessionRow, User
    from kelola.office.policies import Actor


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that is signed in, as its owner recognises it."""

    id: str
    words: str
    entry: str
    address: str
    signed_in_at: datetime | None
    seen_at: datetime
    here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the page's frame: the office's shell, or a plain page for somebody without one."""
    return {"frame": "ui/base.html" if actor_of(request) else "ui/plain.html"}


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who asks in an office, if they have one."""
    found: Actor | None = getattr(request, "actor", None)
    return found


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show the account."""
    user = doors.user_of(request)
    here = doors.session_of(request)
    context = {
        **frame(request),
        "heading": _("My account"),
        "lead": "" if actor_of(request) else user.login,
        "login": user.login,
        "factors": queries.second_factors(user),
        "pin": _pin_words(queries.pin_of(user)),
        "devices": _devices(user, here),
        "pages": sorted(account_pages.values(), key=lambda page: page.order),
    }
    return render(request, "account/account.html", context)


def _devices(user: User, here: str) -> list[Device]:
    """Return the devices of a user, this one first."""
    rows = queries.sessions_of(user, timezone.now())
    return sorted((_device(row, here) for row in rows), key=lambda device: not device.here)


def device_words(agent: str) -> str:
    """Name a device as its owner would."""
    browser, system = device_of(agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown device")


def _device(row: SessionRow, here: str) -> Device:
    entries = {
        doors.PASSWORD: _("by password"),
        doors.PASSKEY: _("by passkey"),
        doors.PIN: _("by PIN"),
    }
    entry = entries.get(row.entry, "")
    now = row.pk == here
    return Device(
        row.pk, device_words(row.agent), entry, row.address, row.signed_in_at, row.seen_at, now
    )


def _pin_words(row: Pin | None) -> str | Promise:
    if row is None:
        return _("Not set")
    if row.failures >= PIN_TRIES:
        return _("Off after wrong tries; sign in with your password to use it again")
    return _("Set")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign one other device out, or all but this one."""
    user, here, chosen = (
        doors.user_of(request),
        doors.session_of(request),
        request.POST.get("session"),
    )
    ended = services.end_sessions(
        user=user, by=str(user.pk), at=timezone.now(), keep=here, only=chosen
    )
    words = ngettext(
        "%(count)d device was signed out.", "%(count)d devices were signed out.", ended
    )
    messages.success(request, words % {"count": ended})
    return redirect("account")


@doors.confirmed
def pin(request: HttpRequest) -> HttpResponse:
    """Set, change or remove the PIN for shared computers."""
    user, actor = doors.user_of(request), actor_of(request)
    told: dict[str, Any] = {"user": user, "by": str(user.pk), "at": timezone.now()}
    if request.method == "POST" and "remove" in request.POST:
        services.remove_pin(**told)
        messages.success(request, _("The PIN is removed."))
        return redirect("account")
    form = PinForm(request.POST or None)
    if form.is_valid():
        known = [actor.person.nip] if actor else []
        try:
            services.set_pin(pin=form.cleaned_data["pin"], known=known, **told)
        except services.Invalid as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("The PIN is set. It works on the shared computers."))
            return redirect("account")
    context = {
        **frame(request),
        "heading": _("PIN for shared computers"),
        "form": form,
        "is_set": queries.pin_of(user),
    }
    return render(request, "account/pin.html", context, status=422 if form.errors else 200)
