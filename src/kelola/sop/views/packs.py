"""The map of evidence: per activity of a month what there is, and all of it as a pack."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.evidence import services as evidence
from kelola.evidence.rules.packs import Asked, counts, slug, to_month
from kelola.office.policies import Allowed, Refused
from kelola.sop import access, faces, packs, policies, queries
from kelola.sop.phrases import say
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.policies import Decision
    from kelola.sop.models import SopVersion

_SHOWN = 10


@require_safe
def evidence_map(request: OfficeRequest) -> HttpResponse:
    """Show what evidence a month of an SOP has, and what has none yet."""
    first = to_month(request.GET.get("bulan", "")) or _today(request).replace(day=1)
    versions = queries.latest_versions()
    return render(request, "sop/evidence_map.html", _context(request, versions, first))


@require_POST
def evidence_pack(request: OfficeRequest, sop_id: UUID) -> HttpResponse | FileResponse:
    """Make the pack of a month, enter its manifest into the history, and send it."""
    first = to_month(request.POST.get("month", ""))
    sop = access.sop(sop_id)
    if first is None:
        raise Http404
    asked = _asked(request, sop.pk, request.POST.get("procedure", ""), first)
    decision = _may(request, sop.pk)
    if isinstance(decision, Refused):
        return _refused(request, asked, str(decision.reason), 403)
    # Without a name from the beginning: whatever ends this process leaves nothing behind.
    file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - the answer closes it
    try:
        made = _made(request, asked, file)
    except evidence.LostPiece as lost:
        file.close()
        told = _("%(name)s is damaged or missing on the disk, so no pack was made.")
        return _refused(request, asked, told % {"name": lost.name}, 409)
    except BaseException:
        file.close()
        raise
    if made is None:
        file.close()
        raise Http404
    file.seek(0)
    name = slug(f"bukti {sop.number} {asked.procedure} {asked.month}")
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.zip",
        content_type="application/zip",
        headers=headers,
    )


def _made(request: OfficeRequest, asked: Asked, file: Any) -> evidence.Pack | None:
    by, at = request.actor.id, timezone.now()
    made = evidence.write_pack(asked, office=request.actor.office.name, out=file, by=by, at=at)
    if made is not None:
        with transaction.atomic():
            evidence.record_pack(made, by=by, at=at)
    return made


def _today(request: OfficeRequest) -> date:
    return workcal.local(calendar_of(request.actor.office.pk), timezone.now()).date()


def _asked(request: OfficeRequest, sop: Any, procedure: str, first: date) -> Asked:
    office = request.actor.office
    return Asked(office=office.pk, zone=office.zone, sop=sop, first=first, procedure=procedure)


def _may(request: OfficeRequest, sop: Any) -> Decision:
    if request.actor.membership.is_admin:
        return Allowed()
    return policies.may_see_evidence(queries.roles_through(request.actor.posts).of(sop))


def _refused(request: OfficeRequest, asked: Asked, reason: str, status: int) -> HttpResponse:
    shown = _context(request, queries.latest_versions(), asked.first, str(asked.sop))
    context = shown | {"refused": reason}
    return render(request, "sop/evidence_map.html", context, status=status)


def _context(
    request: OfficeRequest, versions: list[SopVersion], first: date, sop: str = ""
) -> dict[str, Any]:
    mine = [v for v in versions if not isinstance(_may(request, v.sop_id), Refused)]
    wanted = sop or request.GET.get("sop", "")
    version = next((v for v in versions if str(v.sop_id) == wanted), None)
    if wanted and version is None:
        raise Http404
    version = version or next(iter(mine or versions), None)
    context: dict[str, Any] = {
        "heading": _("Evidence map of %(month)s") % {"month": date_format(first, "F Y")},
        "first": first,
        "sops": [v.sop for v in versions],
        "version": version,
    }
    if version is None:
        return context
    return context | _rows(request, version, first)


def _rows(request: OfficeRequest, version: SopVersion, first: date) -> dict[str, Any]:
    procedures = queries.definition(version.definition_id).procedures
    code = request.GET.get("prosedur", "") or request.POST.get("procedure", "")
    if code and code not in {p.code for p in procedures}:
        raise Http404
    shown: dict[str, Any] = {
        "procedures": [(p.code, say(p.title)) for p in procedures],
        "procedure": code,
    }
    decision = _may(request, version.sop_id)
    if isinstance(decision, Refused):
        return shown | {"may_not": str(decision.reason)}
    asked = _asked(request, version.sop_id, code, first)
    told = packs.told(asked)
    if told is None:
        raise Http404
    made = evidence.packs_made(asked)[:_SHOWN]
    name = faces.people({entry.by for entry in made})
    return shown | {
        "told": told,
        "counts": {stand.value: n for stand, n in counts(told).items()},
        "made": [{"entry": entry, "who": name(entry.by)} for entry in made],
    }
