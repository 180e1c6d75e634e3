"""A shared computer: lock it, and come back by name and PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kelola.office import doors, queries, services
from kelola.office.forms import PinSignInForm
from kelola.office.http import OFFICE
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kelola.office.models import Membership, SharedDevice


@require_POST
def screen_lock(request: HttpRequest) -> HttpResponse:
    """Sign out and wait for the next person."""
    logout(request)
    return redirect("pin_sign_in" if doors.shared_device(request) else settings.LOGIN_URL)


@require_http_methods(["GET", "POST"])
def pin_sign_in(request: HttpRequest) -> HttpResponse:
    """Come in by name and PIN, on a shared computer only."""
    device = doors.shared_device(request)
    if device is None:
        return redirect(settings.LOGIN_URL)
    with office_scope(device.office_id):
        people = queries.people_with_pin()
        form = PinSignInForm(request.POST or None, people=people)
        if form.is_valid():
            chosen = form.cleaned_data["person"]
            if _opens(chosen, form.cleaned_data["pin"]):
                return _enter(request, device, chosen)
            form.add_error("pin", _refusal())
    context = {
        "heading": _("Who is there?"),
        "lead": device.name,
        "form": form,
        "people": people,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "account/pin_sign_in.html", context, status=422 if form.errors else 200)


def _opens(chosen: Membership, pin: str) -> bool:
    user = chosen.user
    return services.check_pin(user=user, pin=pin, by=str(user.pk), at=timezone.now())


def _refusal() -> str:
    return _(
        "The PIN does not match. After five wrong tries it is off until you sign in with your "
        "password."
    )


def _enter(request: HttpRequest, device: SharedDevice, chosen: Membership) -> HttpResponse:
    """Sign in by PIN: such a session looks and prepares, and signs nothing."""
    adapter, user = get_adapter(), chosen.user
    logout(request)
    adapter.login(request, user)
    doors.note_entry(request, doors.PIN, adapter.get_client_ip(request))
    request.session[OFFICE] = str(device.office_id)
    services.note_sign_in(user=user, entry=doors.PIN, by=str(user.pk), at=timezone.now())
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return redirect(wanted if wanted and ours else resolve_url(settings.LOGIN_REDIRECT_URL))
