"""Second factors of my account: the app with codes, passkeys, recovery codes."""

from __future__ import annotations

import base64
import ipaddress
from typing import TYPE_CHECKING, Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kelola.office import doors, queries, services
from kelola.office.forms import PasskeyForm, TotpForm
from kelola.office.http import SECOND_FACTOR
from kelola.office.views.account import device_words, frame

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from django.http import HttpRequest, HttpResponse


@require_safe
def second_factors(request: HttpRequest) -> HttpResponse:
    """Show which second factors there are and offer others."""
    user = doors.user_of(request)
    context = {
        **frame(request),
        "heading": _("Second factors"),
        "factors": queries.second_factors(user),
        "wanted": _is_wanted(request),
        "by_name": _has_name(request),
    }
    return render(request, "mfa/second_factors.html", context)


@require_http_methods(["GET", "POST"])
@doors.confirmed
def totp_add(request: HttpRequest) -> HttpResponse:
    """Show the picture for the app; take its first code."""
    user = doors.user_of(request)
    secret = _unsealed(request.POST.get("secret", ""), user.login) or generate_totp_secret()
    form = TotpForm(request.POST or None)
    if form.is_valid():
        try:
            added = services.add_totp(
                user=user, secret=secret, code=form.cleaned_data["code"], **_told(request)
            )
        except services.Invalid as error:
            form.add_error(error.field, error.message)
        else:
            return _added(request, added.codes, _("The app is set up."))
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(user, secret)).encode()
    context = {
        **frame(request),
        "heading": _("Set up an app with codes"),
        "form": form,
        "picture": f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}",
        "secret": secret,
        "sealed": adapter.encrypt(f"{user.login} {secret}"),
    }
    return render(request, "mfa/totp.html", context, status=422 if form.errors else 200)


def _unsealed(sealed: str, login: str) -> str:
    """Return the secret that an earlier page offered to this user, or nothing."""
    try:
        owner, _space, secret = get_adapter().decrypt(sealed).rpartition(" ")
    except InvalidToken:
        return ""
    return str(secret) if owner == login else ""


@require_http_methods(["GET", "POST"])
@doors.confirmed
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Ask the device for a passkey and keep it."""
    user = doors.user_of(request)
    agent = request.headers.get("User-Agent", "")
    form = PasskeyForm(request.POST or None, user=user, initial={"name": device_words(agent)})
    if form.is_valid():
        try:
            added = services.add_passkey(user=user, **form.cleaned_data, **_told(request))
        except services.Invalid as error:
            form.add_error(error.field, error.message)
        else:
            return _added(request, added.codes, _("The passkey is kept."))
    context = {
        **frame(request),
        "heading": _("Add a passkey"),
        "form": form,
        "options": webauthn.begin_registration(user, passwordless=True),
        "by_name": _has_name(request),
    }
    return render(request, "mfa/passkey.html", context, status=422 if form.errors else 200)


@require_POST
@doors.confirmed
def passkey_rename(request: HttpRequest) -> HttpResponse:
    """Give a passkey another name."""
    factor = _factor(request, "webauthn")
    try:
        services.rename_passkey(factor=factor, name=request.POST.get("name", ""), **_told(request))
    except services.Invalid as error:
        messages.error(request, str(error.message))
    return redirect("second_factors")


@require_POST
@doors.confirmed
def factor_remove(request: HttpRequest) -> HttpResponse:
    """Remove the app or a passkey; the other devices are signed out."""
    factor = _factor(request, "totp", "webauthn")
    services.remove_factor(factor=factor, keep=doors.session_of(request), **_told(request))
    request.session.pop(SECOND_FACTOR, None)
    messages.success(request, _("Removed. Your other devices were signed out."))
    return redirect("second_factors")


@require_POST
@doors.confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    try:
        codes = services.renew_recovery_codes(user=doors.user_of(request), **_told(request))
    except services.Invalid as error:
        messages.error(request, str(error.message))
        return redirect("second_factors")
    return _codes_page(request, codes)


def _added(request: HttpRequest, codes: tuple[str, ...], words: str) -> HttpResponse:
    """Say that it is there. New recovery codes are shown in this very answer, and never again."""
    messages.success(request, words)
    return _codes_page(request, codes) if codes else redirect("second_factors")


def _codes_page(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    heading = _("Recovery codes")
    context = {
        **frame(request),
        "heading": heading,
        "codes": [f"{code[:4]} {code[4:]}" for code in codes],
        "login": doors.user_of(request).login,
        "at": timezone.now(),
    }
    return render(request, "mfa/recovery_codes.html", context)


def _factor(request: HttpRequest, *kinds: str) -> Authenticator:
    found = queries.second_factor(doors.user_of(request), request.POST.get("factor", ""))
    if found is None or found.type not in kinds:
        raise Http404
    return found


def _told(request: HttpRequest) -> dict[str, Any]:
    return {"by": str(doors.user_of(request).pk), "at": timezone.now()}


def _is_wanted(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", None)
    return bool(actor and actor.membership.is_admin and actor.office.second_factor_required)


def _has_name(request: HttpRequest) -> bool:
    """Tell whether the page was opened by a name: passkeys belong to names, not to numbers."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False
