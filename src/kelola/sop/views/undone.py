"""A step that is not carried out: say so, and answer as the superior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kelola.sop import access, engine, policies, queries, services, turns
from kelola.sop.phrases import say
from kelola.sop.views.step_page import Posted, step_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest

_ANSWERS = {
    "given": services.ConfirmationState.GIVEN,
    "refused": services.ConfirmationState.REFUSED,
}


@require_POST
def step_undone(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Record that the step is not carried out, with the reason."""
    row = access.step(step_id)
    posted = Posted(undone=request.POST.get("reason", ""))
    try:
        turns.require_short(posted.undone)
        services.leave_undone(
            step_id=row.id, reason=posted.undone, by=request.actor.person, at=timezone.now()
        )
    except (engine.Refusal, policies.NotAllowed) as refused:
        posted.head, posted.advice = turns.told(refused)
        return step_page(request, access.step(row.id), posted, 409)
    asked = access.step(row.id).asked
    role = queries.procedure_of(row.run).role(asked.role) if asked else None
    words = {"code": row.activity, "role": say(role.title) if role else ""}
    told = _("%(code)s is recorded as not carried out. %(role)s is asked to confirm it.")
    messages.success(request, told % words)
    return redirect("run", row.run_id)


@require_POST
def step_answer(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Answer as the superior who is asked to confirm."""
    row = access.step(step_id)
    state = _ANSWERS.get(request.POST.get("answer", ""))
    if row.asked is None or state is None:
        raise Http404
    posted = Posted(answer=request.POST.get("remarks", ""))
    try:
        turns.require_short(posted.answer)
        services.answer(
            step_id=row.id,
            state=state,
            remarks=posted.answer,
            by=request.actor.person,
            at=timezone.now(),
        )
    except policies.NotAllowed as refused:
        posted.head, posted.advice = turns.told(refused)
        return step_page(request, access.step(row.id), posted, 409)
    messages.success(request, _("Your answer is in the history."))
    return redirect("step", row.id)
