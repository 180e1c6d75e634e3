"""The versions of an SOP: which is in force, and how that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.evidence.queries import papers_of
from kelola.office.services import Invalid
from kelola.sop import access, services
from kelola.sop.models import SopVersion
from kelola.sop.views.actors import day
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.models import Sop

ENFORCED = ("draft", "trial", "superseded")
REVOKED = ("draft", "trial", "in_force")


@require_safe
def sop_versions(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """List the versions of an SOP, the newest first."""
    return _page(request, access.sop(sop_id))


def _page(
    request: OfficeRequest, row: Sop, *, error: str = "", field: str = "", at: str = ""
) -> HttpResponse:
    counted = SopVersion.objects.filter(sop=row).annotate(
        open_runs=Count("runs", filter=Q(runs__state="open")), all_runs=Count("runs")
    )
    versions = list(counted.order_by("-adopted_at", "-id"))
    issued = papers_of([f"sop.version:{version.id}" for version in versions])
    context = {
        "heading": _("Versions"),
        "crumbs": [
            Crumb(_("SOP"), reverse("sops")),
            Crumb(row.number, reverse("sop", args=[row.id])),
        ],
        "sop": row,
        "versions": [
            {
                "row": version,
                "may_enforce": version.state in ENFORCED,
                "may_revoke": version.state in REVOKED,
                "wrong": error if str(version.id) == at else "",
                "revises": version is not versions[-1],
                "issued": issued.get(f"sop.version:{version.id}", []),
                "seals": version.state == "in_force",
            }
            for version in versions
        ],
        "admin": request.actor.membership.is_admin,
        "today": timezone.localdate().isoformat(),
        "posted": request.POST,
        "error": error,
        "field": field,
    }
    return render(request, "sop/versions.html", context, status=422 if error else 200)


@require_POST
def sop_version_change(request: OfficeRequest, sop_id: UUID, version_id: UUID) -> HttpResponse:
    """Put a version into force, or revoke it, by a decree."""
    row = access.sop(sop_id)
    version = access.version_of(row, version_id)
    act, number = request.POST.get("act"), request.POST.get("decree_number", "")
    told: dict[str, Any] = {"decree_number": number, "by": request.actor.id, "at": timezone.now()}
    try:
        if act == "enforce":
            on = day(request.POST.get("effective_on", ""), "effective_on")
            services.enforce_version(version=version, effective_on=on, **told)
            messages.success(request, _("New runs open on this version from now on."))
        elif act == "revoke":
            services.revoke_version(version=version, **told)
            messages.success(request, _("No new run opens on this version any more."))
        else:
            raise Http404
    except Invalid as wrong:
        return _page(request, row, error=str(wrong.message), field=wrong.field, at=str(version.id))
    return redirect("sop_versions", row.id)
