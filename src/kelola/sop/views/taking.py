"""The import of an SOP: choose a file, look at what it says, take it up as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kelola.sop import queries, services
from kelola.sop.definition.convert import from_data, to_data
from kelola.sop.exchange import incoming
from kelola.sop.exchange.typed import Face, Reading
from kelola.sop.form.paper import title_of
from kelola.sop.forms import SopFileForm
from kelola.sop.phrases import say
from kelola.ui.parts import Crumb
from kelola.ui.sheets import Fault

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import SopDefinition

HOUR = 3600
SHOWN = 100
# What the preview posts back must fit into a form.
MOST_POSTED = 2_000_000


@require_http_methods(["GET", "HEAD", "POST"])
def sop_import(request: OfficeRequest) -> HttpResponse:
    """Look at a file (``act=look``) or take up what was looked at (``write``)."""
    if request.method != "POST":
        return _page(request, SopFileForm())
    if request.POST.get("act") == "write":
        return _write(request)
    form = SopFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    file = form.cleaned_data["file"]
    face = Face(
        form.cleaned_data["number"],
        form.cleaned_data["title"],
        request.actor.office.name,
        timezone.localdate().isoformat(),
    )
    known = {role.key: role.title.id for role in queries.known_roles()}
    found = incoming.read_file(file.read(), file.name, face, known)
    sealed = _sealed(request, found.definition) if found.definition else ""
    if len(sealed) > MOST_POSTED:
        found = Reading(faults=[Fault(0, _("There is too much in this file. Split it."))])
    if found.definition is None:
        return _page(request, form, found.faults)
    return _preview(request, found, sealed)


def _salt(request: OfficeRequest) -> str:
    return f"sop.import:{request.actor.office.pk}:{request.actor.user.pk}"


def _sealed(request: OfficeRequest, definition: SopDefinition) -> str:
    """Return the SOP in a form that only this person, in this office, can post back."""
    return signing.dumps(to_data(definition), salt=_salt(request), compress=True)


def _write(request: OfficeRequest) -> HttpResponse:
    try:
        posted = request.POST.get("sop", "")
        data = signing.loads(posted, salt=_salt(request), max_age=HOUR)
    except signing.BadSignature:
        told = [Fault(0, _("This preview is too old. Choose the file again."))]
        return _page(request, SopFileForm(), told)
    version, new = services.take_draft(
        definition=from_data(data),
        office=request.actor.office,
        by=request.actor.id,
        at=timezone.now(),
    )
    if new:
        messages.success(
            request, _("Taken up as a draft. Give its actors posts, then put it into force.")
        )
    else:
        messages.info(request, _("This SOP is there already, word for word. Nothing was changed."))
    return redirect("sop_versions", version.sop_id)


def _preview(request: OfficeRequest, found: Reading, sealed: str) -> HttpResponse:
    definition = found.definition
    if definition is None:
        raise ValueError(found)
    context: dict[str, Any] = {
        "heading": f"{definition.identity.number} {say(definition.identity.title)}",
        "crumbs": [*_above(), Crumb(_("Import an SOP"), reverse("sop_import"))],
        "assumed": found.assumed,
        "sealed": sealed,
        "procedures": [
            {
                "title": title_of(procedure),
                "rows": [
                    {
                        "activity": a,
                        "actor": say(procedure.role(a.actor).title),
                        "ways": [f"{say(o.label)} → {o.to}" for o in a.outcomes],
                    }
                    for a in procedure.activities
                ],
            }
            for procedure in definition.procedures
        ],
    }
    return render(request, "sop/import_preview.html", context)


def _page(
    request: OfficeRequest, form: SopFileForm, faults: list[Fault] | None = None
) -> HttpResponse:
    context = {
        "heading": _("Import an SOP"),
        "crumbs": _above(),
        "form": form,
        "faults": (faults or [])[:SHOWN],
        "more": max(0, len(faults or []) - SHOWN),
    }
    wrong = bool(form.errors or faults)
    return render(request, "sop/import_choose.html", context, status=422 if wrong else 200)


def _above() -> list[Crumb]:
    return [Crumb(_("SOP"), reverse("sops"))]
