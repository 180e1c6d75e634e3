"""The list of runs, a run, and its cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.evidence.queries import documents_of, papers_about
from kelola.office.policies import Refused
from kelola.sop import access, engine, faces, phrases, policies, queries, services
from kelola.sop.models import AnswerState, Origin
from kelola.sop.phrases import say
from kelola.sop.words import reply_text, whatsapp
from kelola.ui.parts import Crumb
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import Procedure
    from kelola.sop.models import Run, Step
    from kelola.workcal.rules import Calendar


@require_safe
def run(request: OfficeRequest, run_id: UUID) -> HttpResponse:
    """Show a run: where it stands, its steps, its history."""
    return run_page(request, access.run(run_id))


def run_page(request: OfficeRequest, row: Run, *, error: str = "", words: str = "") -> HttpResponse:
    """Draw a run's page, with what went wrong when something did."""
    procedure, strand = queries.procedure_of(row), queries.strand_of(row)
    steps = queries.steps_of(row)
    calendar = calendar_of(row.office_id)
    now = timezone.now()
    roles = queries.roles_through(request.actor.posts).of(row.sop_id)
    head = say(procedure.role(procedure.head).title)
    decision = policies.may_cancel(roles, procedure, head)
    context = {
        "heading": row.subject,
        "crumbs": [Crumb(_("Runs"), reverse("runs")), Crumb(row.number)],
        "run": row,
        "procedure": procedure,
        "strand": strand,
        "nodes": faces.flow_nodes(procedure, strand, steps),
        "steps": [_row(s, procedure, calendar, now) for s in steps],
        "history": faces.history(row, steps),
        "done_before": phrases.done_before_words(row),
        "documents": documents_of(f"sop.run:{row.id}"),
        "issued": [p for p in papers_about(f"sop.run:{row.id}") if p.number == row.number],
        "cancel_refused": str(decision.reason) if isinstance(decision, Refused) else "",
        "said": phrases.answer_words(row.opener_answer),
        "reply": whatsapp(reply_text(row)) if row.origin == Origin.REQUEST else "",
        "can_answer": _waits_for(request, row),
        "words": words,
        "error": error,
    }
    return render(request, "sop/run.html", context, status=422 if error else 200)


def _waits_for(request: OfficeRequest, row: Run) -> bool:
    """Tell whether this person is asked about the run; silence does not take the word away."""
    asked = row.opener_answer
    open_ = asked is not None and asked.state in (AnswerState.ASKED, AnswerState.SILENT)
    return open_ and row.opened_by_id == request.actor.person.pk


def _row(step: Step, procedure: Procedure, calendar: Calendar, now: datetime) -> dict[str, object]:
    activity = procedure.activity(step.activity)
    return {
        "step": step,
        "title": say(activity.title),
        "role": say(procedure.role(step.role).title),
        "state": faces.state_key(step),
        "clock": phrases.clock_face(step, calendar, now) if step.is_open else None,
        "due": phrases.due_words(step, now) if step.is_open else "",
        "done": "" if step.is_open else phrases.done_words(step, calendar),
        "pauses": [(phrases.pause_line(p), p.note) for p in step.pauses.all()],
        "output": say(activity.output),
    }


@require_POST
def run_cancel(request: OfficeRequest, run_id: UUID) -> HttpResponse:
    """Cancel a run, with its reason."""
    row = access.run(run_id)
    if told := phrases.too_long(request.POST.get("reason", "")):
        return run_page(request, row, error=told)
    try:
        services.cancel_run(
            run_id=row.id,
            reason=request.POST.get("reason", ""),
            by=request.actor.person,
            at=timezone.now(),
        )
    except policies.NotAllowed as refused:
        return run_page(request, row, error=refused.reason)
    except engine.Refusal as refused:
        return run_page(request, access.run(run_id), error=" ".join(phrases.refusal(refused, str)))
    messages.success(request, _("Run %(number)s is cancelled.") % {"number": row.number})
    return redirect("run", row.id)
