"""How the office lets people in: second factors of administrators, shared computers, resets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kelola.office import doors, queries, services

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_http_methods(["GET", "POST"])
@doors.confirmed
def sign_in_settings(request: OfficeRequest) -> HttpResponse:
    """Show how people come in; say whether administrators need a second factor."""
    actor = request.actor
    if request.method == "POST":
        required = request.POST.get("required") == "yes"
        services.require_second_factor(office=actor.office, required=required, **_told(request))
        messages.success(request, _("Saved."))
        return redirect("sign_in_settings")
    now = timezone.now()
    context = {
        "heading": _("Sign-in and shared computers"),
        "here": doors.shared_device(request),
        "devices": queries.shared_devices(),
        "resets": queries.open_resets(now - services.RESET_VALID_FOR),
        "members": queries.members_with_factor().exclude(pk=actor.membership.pk),
        "administrators": queries.administrators(),
    }
    return render(request, "account/settings.html", context)


@require_POST
@doors.confirmed
def shared_device_mark(request: OfficeRequest) -> HttpResponse:
    """Mark this computer as shared."""
    response = redirect("sign_in_settings")
    try:
        _device, secret = services.mark_device(
            office=request.actor.office.pk, name=request.POST.get("name", ""), **_told(request)
        )
    except services.Invalid as error:
        messages.error(request, str(error.message))
        return response
    doors.mark_shared(request, response, secret)
    messages.success(request, _("This computer is shared from now on."))
    return response


@require_POST
@doors.confirmed
def shared_device_revoke(request: OfficeRequest) -> HttpResponse:
    """End the sharing of a computer, wherever it stands."""
    device = queries.shared_devices().filter(pk=_id(request, "device")).first()
    if device is None:
        raise Http404
    services.revoke_device(device=device, **_told(request))
    messages.success(request, _("Nobody comes in by PIN there any more."))
    return redirect("sign_in_settings")


@require_POST
@doors.confirmed
def factor_reset_ask(request: OfficeRequest) -> HttpResponse:
    """Ask another administrator to take somebody's second factor off."""
    row = queries.members_with_factor().filter(pk=_id(request, "member")).first()
    if row is None:
        raise Http404
    return _settled(
        request,
        lambda told: services.ask_reset(membership=row, **told),
        _("Asked. Another administrator of the office confirms it here within a day."),
    )


@require_POST
@doors.confirmed
def factor_reset_settle(request: OfficeRequest) -> HttpResponse:
    """Confirm a colleague's request, or drop it."""
    key = _id(request, "reset")
    if not queries.open_resets(None).filter(pk=key).exists():
        raise Http404
    if request.POST.get("act") == "confirm":
        done = _("The second factor is off and all devices of that person are signed out.")
        return _settled(request, lambda told: services.confirm_reset(reset_id=key, **told), done)
    done = _("The request is dropped.")
    return _settled(request, lambda told: services.withdraw_reset(reset_id=key, **told), done)


def _settled(
    request: OfficeRequest, act: Callable[[dict[str, Any]], object], done: str
) -> HttpResponse:
    try:
        act({"by": request.actor.person, "at": timezone.now()})
    except services.Invalid as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect("sign_in_settings")


def _id(request: OfficeRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None


def _told(request: OfficeRequest) -> dict[str, Any]:
    return {"by": request.actor.id, "at": timezone.now()}
