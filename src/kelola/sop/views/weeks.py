"""The week of who heads a procedure: what asks for their word, samples, figures, what comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.office import faces as posts
from kelola.office.policies import is_admin
from kelola.office.queries import posts_without_actor
from kelola.sop import access, faces, phrases, policies, queries, services, turns
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.models import Step
    from kelola.sop.policies import Roles
    from kelola.sop.queries.samples import Heads

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_FOUND = {"passed": services.SampleState.PASSED, "failed": services.SampleState.FAILED}


@dataclass(frozen=True, slots=True)
class Refused:
    """A check that was not taken: of which step, the words typed, and why."""

    step: UUID
    words: str
    reason: str


@require_safe
def week(request: OfficeRequest) -> HttpResponse:
    """Show this week, or an earlier one that is asked for."""
    return _page(request, _monday(request.GET.get("pekan", "")), 200)


@require_POST
def sample_check(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Say of a drawn step whether it is in order."""
    row = access.step(step_id)
    state = _FOUND.get(request.POST.get("state", ""))
    if state is None:
        raise Http404
    words = request.POST.get("remarks", "")
    calendar = calendar_of(row.office_id)
    monday = queries.week_of_draw(calendar, row.recorded_at) if row.recorded_at else None
    try:
        turns.require_short(words)
        services.check_sample(
            step_id=row.id, state=state, remarks=words, by=request.actor.person, at=timezone.now()
        )
    except policies.NotAllowed as refused:
        return _page(request, monday, 409, Refused(row.id, words, refused.reason))
    messages.success(
        request, _("The check of %(code)s is in the history.") % {"code": row.activity}
    )
    return redirect(f"{reverse('week')}?pekan={_name(monday)}" if monday else "week")


def _monday(text: str) -> date | None:
    """Return the first day of a week written ``2026-W47``, None for anything else."""
    found = _WEEK.fullmatch(text)
    if found is None or int(found[1]) not in workcal.KNOWN_YEARS:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def _name(monday: date) -> str:
    return f"{monday:%G-W%V}"


def _page(
    request: OfficeRequest, monday: date | None, status: int, refused: Refused | None = None
) -> HttpResponse:
    now = timezone.now()
    calendar = calendar_of(request.actor.office.pk)
    this = queries.monday_of(workcal.local(calendar, now).date())
    first = min(monday or this, this)
    end = first + queries.WEEK
    roles = queries.roles_through(request.actor.posts)
    heads = queries.headed(roles)
    days = phrases.days_words(first, end - timedelta(days=1))
    context = {
        "heading": _("This week") if first == this else days,
        "lead": days if first == this else _("A week that is over"),
        "before": _name(first - queries.WEEK),
        "after": _name(end) if end <= this else "",
        "now": first == this,
        "figures": queries.figures(
            queries.midnight(calendar, first), queries.midnight(calendar, end)
        ),
        "refused": refused,
        **(_samples(request, heads, calendar, first, now) if heads else {}),
        **(_present(request, roles, heads, calendar, now) if first == this else {}),
    }
    return render(request, "sop/week.html", context, status=status)


def _samples(
    request: OfficeRequest,
    heads: Heads,
    calendar: workcal.Calendar,
    monday: date,
    now: datetime,
) -> dict[str, Any]:
    """Return the week's sample, and how many of the week before are left."""
    person = request.actor.person
    sample = queries.sample_of(person, heads, calendar, monday, now)
    earlier = queries.sample_of(person, heads, calendar, monday - queries.WEEK, now)
    return {
        "sample": sample,
        "drawn_on": monday + queries.DRAW_ON,
        "drawn_from": phrases.days_words(sample.first, sample.last),
        "rows": [faces.sample_row(step) for step in sample.steps],
        "said": phrases.sample_words(sample),
        "earlier": earlier.left,
    }


def _present(
    request: OfficeRequest,
    roles: Roles,
    heads: Heads,
    calendar: workcal.Calendar,
    now: datetime,
) -> dict[str, Any]:
    """Return what stands now: words that are asked for, clocks running out, what comes."""
    today = workcal.local(calendar, now).date()
    asked = queries.to_confirm(request.actor.person, roles)
    orders = [s for s in asked if s.state == "ordered"]
    ticking = queries.running_out(heads, roles, now) if heads else []
    return {
        "heads": bool(heads),
        "to_ratify": [faces.confirm_item(s) for s in orders],
        "orders": [s.id for s in orders],
        "to_confirm": [faces.confirm_item(s) for s in asked if s.state != "ordered"],
        "ticking": [faces.work_item(s, calendar, now, act=_("See")) for s in ticking],
        "alone": _alone(request, ticking, today) if heads else [],
        "coming": queries.coming(calendar, queries.monday_of(today) + queries.WEEK),
    }


def _alone(request: OfficeRequest, ticking: list[Step], today: date) -> list[tuple[str, str]]:
    """Return the posts with nobody there, and for administrators where to order somebody."""
    away = [found for found in posts_without_actor(today).values() if found.kind]
    waited = queries.unattended(ticking, today).values()
    by_post = {found.post.pk: found for found in (*away, *waited)}
    admin = bool(is_admin(request.actor))
    return [
        (posts.nobody_acts(found), posts.order_url(found) if admin else "")
        for found in by_post.values()
    ]
