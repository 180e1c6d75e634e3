"""Close a month: its rows on one page, each with its one next act."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.office.policies import Refused
from kelola.sop import access, faces, phrases, policies, queries, services
from kelola.sop.phrases import say
from kelola.sop.views.periods import first_of
from kelola.ui.parts import WorkItem
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_safe
def months(request: OfficeRequest) -> HttpResponse:
    """Show a month of each SOP that closes months: this one, or the one asked for."""
    first = first_of(request.GET.get("bulan", "")) or _today(request).replace(day=1)
    return _page(request, first, 200)


@require_POST
def month_close(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Close a month of an SOP."""
    version = access.version(access.sop(sop_id))
    first = first_of(request.POST.get("month", ""))
    if first is None:
        raise Http404
    try:
        services.close_month(
            version=version, first=first, by=request.actor.person, at=timezone.now()
        )
    except policies.NotAllowed as refused:
        return _page(request, first, 409, refused.reason)
    messages.success(request, _("%(month)s is closed.") % {"month": date_format(first, "F Y")})
    return redirect(f"{reverse('months')}?bulan={first:%Y-%m}")


def _today(request: OfficeRequest) -> date:
    return workcal.local(calendar_of(request.actor.office.pk), timezone.now()).date()


def _page(request: OfficeRequest, first: date, status: int, refused: str = "") -> HttpResponse:
    calendar = calendar_of(request.actor.office.pk)
    now = timezone.now()
    every = (queries.month_of(v, calendar, first) for v in queries.current_versions())
    found = [month for month in every if month.rows]
    after = (first + timedelta(days=31)).replace(day=1)
    context = {
        "heading": _("Close the month of %(month)s") % {"month": date_format(first, "F Y")},
        "months": [_shown(request, month, calendar, now) for month in found],
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": after if after <= _today(request) else None,
        "refused": refused,
    }
    return render(request, "sop/months.html", context, status=status)


def _shown(
    request: OfficeRequest, month: queries.Month, calendar: workcal.Calendar, now: datetime
) -> dict[str, Any]:
    roles = queries.roles_through(request.actor.posts).of(month.version.sop_id)
    decision = policies.may_close_month(roles, month.heads)
    left = sum(1 for row in month.rows if not row.is_settled)
    return {
        "sop": month.version.sop,
        "items": [_item(row, roles, calendar, now) for row in month.rows],
        "sentence": phrases.month_words(month),
        "closed": month.closed,
        "left": left,
        "may_not": str(decision.reason) if isinstance(decision, Refused) else "",
    }


def _item(
    row: queries.MonthRow, roles: frozenset[str], calendar: workcal.Calendar, now: datetime
) -> WorkItem:
    """Return a row with its state and its one next act."""
    title, step = say(row.activity.title), row.step
    role = say(row.procedure.role(row.activity.actor).title)
    if row.run is None:
        detail = f"{role} · {_('This round was not opened')}"
        return WorkItem(row.activity.key, title, reverse("run_new"), detail)
    if step is None:
        here = reverse("run", args=[row.run.pk])
        return WorkItem(row.activity.key, title, here, role, "step.not_open")
    here = reverse("step", args=[step.pk])
    if step.is_open:
        clock, mine = phrases.clock_face(step, calendar, now), step.role in roles
        badge = faces.state_key(step)
        act = _("Do it") if mine else _("See")
        return WorkItem(row.activity.key, title, here, role, badge, clock, act)
    who = faces.short_name(step.performer) if step.performer else role
    said = phrases.late_words(step) if step.late_reason else phrases.done_words(step, calendar)
    detail = " · ".join(part for part in (who, said or step.remarks) if part)
    return WorkItem(row.activity.key, title, here, detail, faces.state_key(step))
