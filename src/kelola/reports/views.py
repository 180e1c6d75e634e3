"""The logo on the letterhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kelola.evidence.queries import documents_by_id
from kelola.office.views.editing import accepted
from kelola.reports import services
from kelola.reports.forms import LogoForm
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_http_methods(["GET", "HEAD", "POST"])
def settings_logo(request: OfficeRequest) -> HttpResponse:
    """Show and change the logo; ``act=remove`` takes it off."""
    office, posted = request.actor.office, request.method == "POST"
    if posted and request.POST.get("act") == "remove":
        services.remove_logo(office=office, by=request.actor.id, at=timezone.now())
        messages.success(request, _("The letterhead has no logo any more."))
        return redirect("settings_logo")
    form = LogoForm(request.POST if posted else None, request.FILES if posted else None)
    if accepted(request, form, services.change_logo, office=office):
        messages.success(request, _("The logo stands on the letterhead of papers from now on."))
        return redirect("settings_logo")
    context = {
        "heading": _("Logo"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "form": form,
        "logo": documents_by_id([office.logo_id]).get(office.logo_id) if office.logo_id else None,
    }
    return render(request, "reports/logo.html", context, status=422 if form.errors else 200)
