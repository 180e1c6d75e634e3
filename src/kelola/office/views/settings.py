"""The settings of the office, with its letterhead as papers will bear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kelola.office import faces, services
from kelola.office.forms import OfficeForm
from kelola.office.views.editing import accepted
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest

FIELDS = tuple(OfficeForm.base_fields)
PREVIEW = "preview"


@require_http_methods(["GET", "HEAD", "POST"])
def settings_office(request: OfficeRequest) -> HttpResponse:
    """Show and change the office; ``act=preview`` only draws the letterhead anew."""
    office = request.actor.office
    known = {name: getattr(office, name) for name in FIELDS}
    form = OfficeForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and request.POST.get("act") == PREVIEW:
        return _preview(request, form)
    if accepted(request, form, services.edit_office, office=office):
        messages.success(request, _("The settings of the office are saved."))
        return redirect("settings_office")
    return _page(request, form, known)


def _preview(request: OfficeRequest, form: OfficeForm) -> HttpResponse:
    typed = {name: request.POST.get(name, "")[:900] for name in FIELDS}
    if request.headers.get("HX-Request"):
        return render(request, "office/parts/letterhead.html", {"letterhead": typed})
    return _page(request, OfficeForm(initial={name: form[name].value() for name in FIELDS}), typed)


def _page(request: OfficeRequest, form: OfficeForm, letterhead: dict[str, str]) -> HttpResponse:
    context = {
        "heading": _("Office"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "form": form,
        "letterhead": letterhead,
        "history": faces.history_of_office(request.actor.office),
    }
    return render(
        request, "office/settings/office.html", context, status=422 if form.errors else 200
    )
