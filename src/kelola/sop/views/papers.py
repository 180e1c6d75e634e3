"""The output of a step, and runs and forms as papers: drafts to look at, sealed ones to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kelola.evidence.queries import papers_about
from kelola.registry import reports
from kelola.reports import press
from kelola.reports.rules.content import Content, Size
from kelola.reports.services import issue_paper
from kelola.sop import access, blanks, faces, outputs, papers, queries, sheets
from kelola.sop.phrases import say
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from kelola.office.http import OfficeRequest
    from kelola.sop.models import Run

# Ours, made from text alone; even so it may run nothing and load nothing.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@require_safe
def step_output(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Show the output of a step as the office's form."""
    row = access.step(step_id)
    filled = outputs.filled(row)
    activity = filled.activity
    number = papers.form_number(row)
    issued = [p for p in papers_about(f"sop.run:{row.run_id}") if p.number == number]
    context = {
        "heading": say(activity.form.name),
        "crumbs": [
            Crumb(_("Runs"), reverse("runs")),
            Crumb(row.run.number, reverse("run", args=[row.run_id])),
            Crumb(say(activity.output)),
        ],
        "run": row.run,
        "step": row,
        "activity": activity,
        "procedure": filled.procedure,
        "parts": filled.parts,
        "signatures": filled.signatures,
        "state": faces.state_key(row),
        "final": papers.is_final(row),
        "issued": issued,
    }
    return render(request, "sop/step_output.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step_paper(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Send the draft of a step's form as PDF; a post seals the finished form and keeps it."""
    row = access.step(step_id)
    office = request.actor.office
    if request.method != "POST":
        made = papers.form_paper(office, row, size=size_of(request.GET.get("kertas")), draft=True)
        return send(request, made, f"{row.run.number} {row.activity}")
    made = papers.form_paper(office, row, size=size_of(request.POST.get("kertas")))
    _issue(request, row.run, made, f"{row.run.number} {row.activity} {made.title}")
    return redirect("step_output", row.id)


@require_http_methods(["GET", "HEAD", "POST"])
def run_paper(request: OfficeRequest, run_id: UUID) -> HttpResponse:
    """Send the draft of a run's sheet as PDF; a post seals the sheet of a closed run."""
    row = access.run(run_id)
    office = request.actor.office
    if request.method != "POST":
        made = sheets.run_paper(office, row, size=size_of(request.GET.get("kertas")), draft=True)
        return send(request, made, row.number)
    made = sheets.run_paper(office, row, size=size_of(request.POST.get("kertas")))
    _issue(request, row, made, f"{row.number} {made.title}")
    return redirect("run", row.id)


@require_safe
def step_blank(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Send a step's form to write on by hand, with the run's number and subject."""
    row = access.step(step_id)
    definition = queries.definition_of(row.run)
    procedure = definition.procedure(row.run.procedure)
    made = blanks.blank_form(
        request.actor.office,
        row.run.version,
        definition,
        procedure,
        procedure.activity(row.activity),
        run=row.run,
        size=size_of(request.GET.get("kertas")),
    )
    return send(request, made, f"{row.run.number} {row.activity} {_('blank')}")


@require_safe
def sop_blank(request: OfficeRequest, sop_id: UUID, activity: str) -> HttpResponse:
    """Send an activity's form to write on by hand, for a run that is opened later."""
    version = access.version(access.sop(sop_id))
    definition = queries.definition(version.definition_id)
    found = ((p, a) for p in definition.procedures for a in p.activities if a.key == activity)
    procedure, wanted = next(found, (None, None))
    if procedure is None or wanted is None:
        raise Http404
    size = size_of(request.GET.get("kertas"))
    made = blanks.blank_form(
        request.actor.office, version, definition, procedure, wanted, size=size
    )
    return send(request, made, f"{wanted.form.number} {activity} {_('blank')}")


def size_of(text: str | None) -> Size:
    try:
        return Size(text or Size.A4)
    except ValueError:
        raise Http404 from None


def send(request: OfficeRequest, made: Content, name: str) -> HttpResponse:
    """Send a paper without a seal: shown, or with ``?unduh=1`` saved."""
    paper = press.set_paper(reports[made.kind], press.data_of(made))
    way = "attachment" if request.GET.get("unduh") == "1" else "inline"
    file = f"{slugify(name.replace('/', '-'))}.pdf"
    response = HttpResponse(paper.pdf, content_type="application/pdf", headers=HEADERS)
    response.headers["Content-Disposition"] = f'{way}; filename="{file}"'
    return response


def _issue(request: OfficeRequest, run: Run, made: Content, name: str) -> None:
    """Seal and keep a paper, and tell the person; one that is not final stays a draft."""
    if made.mark:
        told = _("Only what is finished can be sealed. Until then print the draft.")
        messages.error(request, told)
        return
    paper = issue_paper(
        office=request.actor.office,
        made=made,
        name=name,
        subject=f"sop.run:{run.id}",
        by=request.actor.id,
        at=timezone.now(),
    )
    told = _("The sealed paper %(name)s is kept with the files of this run.")
    messages.success(request, told % {"name": paper.document.name})
