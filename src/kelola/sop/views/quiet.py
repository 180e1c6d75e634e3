"""Nothing to report today: one tap from the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kelola.sop import access, engine, policies, services, turns
from kelola.sop.views.step_page import Posted, step_page
from kelola.ui.wording import long_day

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_POST
def step_quiet(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Write that nothing happened today."""
    row, now = access.step(step_id), timezone.now()
    try:
        services.nothing_to_report(step_id=row.id, by=request.actor.person, at=now)
    except (engine.Refusal, policies.NotAllowed) as refused:
        head, advice = turns.told(refused)
        return step_page(request, access.step(row.id), Posted(head=head, advice=advice), 409)
    words = {"code": row.activity, "day": long_day(timezone.localdate())}
    messages.success(request, _("%(code)s, %(day)s: nothing to report.") % words)
    return redirect("desk")
