"""A step: its form, and every act on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.office.policies import signs
from kelola.sop import access, engine, forms, phrases, policies, queries, services, turns
from kelola.sop.phrases import say
from kelola.sop.views import posting
from kelola.sop.views.late import performed
from kelola.sop.views.step_page import Posted, step_page
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.models import Step


@require_safe
def step(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Show a step with its form."""
    row = access.step(step_id)
    return step_page(request, row, posting.blank(request, row), 200)


@require_POST
def step_claim(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Take the step up, or over."""
    return _act(
        request,
        step_id,
        lambda now: services.claim_step(step_id=step_id, by=request.actor.person, at=now),
    )


@require_POST
def step_requirement(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Record that what the step waits for is there, since a day or now."""
    row = access.step(step_id)
    calendar = calendar_of(row.office_id)
    since = _since(request.POST.get("since", ""), calendar)
    if since is None:
        head = _("This date does not exist. Write it like 30/11/2026.")
        return step_page(request, row, Posted(head=head), 422)
    return _act(
        request,
        step_id,
        lambda now: services.meet_requirement(
            step_id=step_id, since=min(since, now), by=request.actor.person, at=now
        ),
    )


def _since(text: str, calendar: workcal.Calendar) -> datetime | None:
    """Return the opening of a local date, the present moment for no date, None for nonsense."""
    now = timezone.now()
    if not text:
        return now
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    if on == workcal.local(calendar, now).date():
        return now
    spans = workcal.windows(calendar, on)
    zone = workcal.zone_on(calendar, on)
    return spans[0][0] if spans else datetime.combine(on, datetime.min.time(), zone)


@require_POST
def step_pause(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Stop the clock, with a reason and a note."""
    row = access.step(step_id)
    reason, until = request.POST.get("reason", ""), request.POST.get("until", "")
    if head := phrases.too_long(request.POST.get("note", "")):
        return step_page(request, row, Posted(head=head), 422)
    try:
        why, day = engine.PauseReason(reason), date.fromisoformat(until) if until else None
    except ValueError:
        head = _("The clock was not stopped. Choose a reason from the list and a date that exists.")
        return step_page(request, row, Posted(head=head), 422)
    return _act(
        request,
        step_id,
        lambda now: services.pause_clock(
            step_id=step_id,
            reason=why,
            until=day,
            note=request.POST.get("note", ""),
            by=request.actor.person,
            at=now,
        ),
    )


@require_POST
def step_resume(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Let the clock run on."""
    return _act(
        request,
        step_id,
        lambda now: services.resume_clock(step_id=step_id, by=request.actor.person, at=now),
    )


def _act(request: OfficeRequest, step_id: UUID, act: Callable[[datetime], object]) -> HttpResponse:
    row = access.step(step_id)
    try:
        act(timezone.now())
    except (engine.Refusal, policies.NotAllowed) as refused:
        head, advice = turns.told(refused)
        return step_page(request, access.step(row.id), Posted(head=head, advice=advice), 409)
    return redirect("step", row.id)


@require_POST
def step_finish(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Finish or return the step, or keep its form for later; the button says which."""
    row = access.step(step_id)
    posted = _read(request, row)
    if request.POST.get("add_row"):
        return step_page(request, row, _with_row(request, posted), 200)
    try:
        if not request.POST.get("outcome"):
            _save(request, row, posted)
            messages.success(request, _("Saved. You can go on later."))
            return redirect("step", row.id)
        policies.require(signs(request.actor))
        _finish(request, row, posted)
    except services.OutputIncomplete as incomplete:
        posted.problems = incomplete.problems
        _keep(request, row, posted)
        return step_page(request, access.step(row.id), posted, 422)
    except services.StaleForm:
        posted.head = _("The form was changed by somebody else since you opened it.")
        posted.advice = _("What you filled in is below; compare it and save again.")
        return step_page(request, access.step(row.id), posted, 409)
    except (engine.Refusal, policies.NotAllowed) as refused:
        posted.head, posted.advice = turns.told(refused)
        return step_page(request, access.step(row.id), posted, 409)
    messages.success(request, _finished_words(row, request.POST["outcome"]))
    return redirect("run", row.run_id)


def _finished_words(row: Step, outcome: str) -> str:
    activity = queries.procedure_of(row.run).activity(row.activity)
    chosen = activity.outcome(outcome)
    words = {"output": say(activity.output), "code": row.activity}
    if chosen is not None and chosen.is_return:
        return _("%(code)s is returned, with your reason.") % words
    return _("%(output)s is saved as evidence.") % words


def _finish(request: OfficeRequest, row: Step, posted: Posted) -> None:
    now = timezone.now()
    performed_at = performed(posted, calendar_of(row.office_id), now)
    if posted.slips:
        raise services.OutputIncomplete(())
    if told := phrases.too_long(posted.remarks, posted.late_reason):
        raise policies.NotAllowed(told)
    services.finish_step(
        step_id=row.id,
        outcome=request.POST["outcome"],
        data=posted.data or {},
        remarks=posted.remarks,
        revision=posting.revision(request),
        by=request.actor.person,
        at=now,
        performed_at=performed_at,
        late_reason=posted.late_reason,
    )


def _with_row(request: OfficeRequest, posted: Posted) -> Posted:
    """Draw one row more than was drawn before."""
    key = request.POST["add_row"]
    posted.more = posting.one_more(request, key, len((posted.data or {}).get(key, [])))
    return posted


def _save(request: OfficeRequest, row: Step, posted: Posted) -> None:
    services.save_draft(
        step_id=row.id,
        data=posted.data or {},
        revision=posting.revision(request),
        by=request.actor.person,
        at=timezone.now(),
    )


def _keep(request: OfficeRequest, row: Step, posted: Posted) -> None:
    """Keep what is right of a form that can't be finished yet; uploads would be lost else."""
    wrong = {p.path.partition(".")[0] for p in posted.problems if p.code != "missing"}
    data = {k: v for k, v in (posted.data or {}).items() if k not in wrong}
    try:
        _save(request, row, Posted(data=data))
    except (services.OutputIncomplete, services.StaleForm, engine.Refusal, policies.NotAllowed):
        return  # the page shows what was typed; only this convenience is missing


def _read(request: OfficeRequest, row: Step) -> Posted:
    posted = posting.posted(request)
    activity = queries.procedure_of(row.run).activity(row.activity)
    store = posting.keeper(request, row, posted.slips)
    posted.data = forms.read(activity.form.fields, request.POST, request.FILES, store)
    return posted
