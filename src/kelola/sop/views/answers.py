"""Who opened a run says whether it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kelola.sop import access, phrases, policies, services
from kelola.sop.views.runs import run_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest

_STATES = {
    "settled": services.AnswerState.SETTLED,
    "unsettled": services.AnswerState.UNSETTLED,
}


@require_POST
def run_answer(request: OfficeRequest, run_id: UUID) -> HttpResponse:
    """Keep the answer; the button says which."""
    row = access.run(run_id)
    state, words = _STATES.get(request.POST.get("answer", "")), request.POST.get("words", "")
    if row.opener_answer is None:
        raise Http404
    if state is None:
        return run_page(request, row, error=_("Press one of the two answers."), words=words)
    if told := phrases.too_long(words):
        return run_page(request, row, error=told, words=words)
    try:
        services.answer_run(
            run_id=row.id,
            state=state,
            words=words,
            by=request.actor.person,
            at=timezone.now(),
        )
    except policies.NotAllowed as refused:
        return run_page(request, row, error=refused.reason, words=words)
    messages.success(request, _("Your answer is in the history."))
    return redirect("run", row.id)
