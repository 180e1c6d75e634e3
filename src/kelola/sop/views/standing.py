"""Standing dispositions of an SOP: what was decided beforehand, by number and date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.office.rules import decree_state
from kelola.office.services import Invalid
from kelola.sop import access, policies, queries, services, turns
from kelola.sop.forms import DispositionForm
from kelola.sop.phrases import say
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import FormField, Procedure, SopDefinition, Strand
    from kelola.sop.models import Sop, StandingDisposition


@require_safe
def standing(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """List the standing dispositions of an SOP, and give one for the strand that is chosen."""
    row = access.sop(sop_id)
    chosen = _chosen(row, request.GET.get("alur", ""))
    today = timezone.localdate()
    form = DispositionForm(*chosen, initial={"valid_from": today}) if chosen else None
    return _page(request, row, chosen, form)


@require_POST
def standing_give(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Give a standing disposition."""
    row = access.sop(sop_id)
    chosen = _chosen(row, request.POST.get("strand", ""))
    if chosen is None:
        messages.error(request, _("Choose the strand first."))
        return redirect("standing", row.id)
    form, now = DispositionForm(*chosen, request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, row, chosen, form)
    key, by = chosen[1].key, request.actor.person
    try:
        services.give_disposition(sop=row, strand=key, given=form.given(), by=by, at=now)
    except Invalid as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong.message))
        return _page(request, row, chosen, form)
    except policies.NotAllowed as refused:
        form.add_error("passes", " ".join(turns.told(refused)))
        return _page(request, row, chosen, form)
    messages.success(request, _("It stands. Steps that open from now on are settled by it."))
    return redirect("standing", row.id)


@require_POST
def standing_withdraw(request: OfficeRequest, disposition_id: UUID) -> HttpResponse:
    """End a standing disposition now."""
    row = access.disposition(disposition_id)
    reason = request.POST.get("reason", "")
    try:
        turns.require_short(reason)
        services.withdraw_disposition(
            disposition=row, reason=reason, by=request.actor.person, at=timezone.now()
        )
    except Invalid as wrong:
        return _page(request, row.sop, None, None, wrong={row.pk: str(wrong.message)})
    except policies.NotAllowed as refused:
        said = " ".join(turns.told(refused))
        return _page(request, row.sop, None, None, wrong={row.pk: said})
    messages.success(request, _("It is withdrawn. What it settled stays settled."))
    return redirect("standing", row.sop_id)


def _page(
    request: OfficeRequest,
    row: Sop,
    chosen: tuple[Procedure, Strand] | None,
    form: DispositionForm | None,
    *,
    wrong: dict[UUID, str] | None = None,
) -> HttpResponse:
    definition = queries.definition(access.version(row).definition_id)
    today = timezone.localdate()
    found = queries.dispositions_of(row)
    context = {
        "heading": _("Standing dispositions"),
        "crumbs": [
            Crumb(_("SOP"), reverse("sops")),
            Crumb(row.number, reverse("sop", args=[row.id])),
        ],
        "sop": row,
        "form": form,
        "chosen": chosen[1] if chosen else None,
        "when": [form[f"when_{field.key}"] for field in form.choices] if form else [],
        "strands": [s for p in definition.procedures for s in p.strands if len(s.activities) > 1],
        "rows": [_told(d, definition, today, (wrong or {}).get(d.pk, "")) for d in found],
        "reason": request.POST.get("reason", ""),
    }
    mistaken = bool(wrong) or bool(form and form.errors)
    return render(request, "sop/standing.html", context, status=422 if mistaken else 200)


def _chosen(row: Sop, key: str) -> tuple[Procedure, Strand] | None:
    for procedure in queries.definition(access.version(row).definition_id).procedures:
        for strand in procedure.strands:
            if strand.key == key and len(strand.activities) > 1:
                return procedure, strand
    return None


def _told(
    row: StandingDisposition, definition: SopDefinition, today: date, wrong: str
) -> dict[str, Any]:
    """Return a disposition as the page shows it; what the version in use no longer has is said."""
    parts = [(p, s) for p in definition.procedures for s in p.strands if s.key == row.strand]
    state = "ended" if row.withdrawn_at else decree_state(row.valid_from, row.valid_until, today)
    procedure, strand = parts[0] if parts else (None, None)
    keys = {a.key: a for a in procedure.activities} if procedure else {}
    first = procedure.activity(strand.first).form.fields if procedure and strand else ()
    return {
        "row": row,
        "state": f"decree.{state}",
        "strand": say(strand.title) if strand else row.strand,
        "steps": [
            (key, say(keys[key].title) if key in keys else _("no longer in the SOP"))
            for key in sorted(row.passes)
        ],
        "only": [(say(f.label), _options(f, row)) for f in first if f.key in row.wanted],
        "ends": state != "ended",
        "wrong": wrong,
    }


def _options(field: FormField, row: StandingDisposition) -> str:
    return ", ".join(say(o.label) for o in field.options if o.code in row.wanted[field.key])
