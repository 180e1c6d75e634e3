"""An order by word of mouth: record it on its step, ratify many at once."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kelola.sop import access, engine, phrases, policies, queries, rules, services, turns
from kelola.sop.views.step_page import Ordered, Posted, step_page
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Person
    from kelola.sop.models import Step


@require_POST
def step_order(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Record who ordered what, and when."""
    row = access.step(step_id)
    fields = ("ordered_by", "ordered_on", "ordered_time", "outcome", "words", "until")
    ordered = Ordered(**{name: request.POST.get(name, "") for name in fields})
    posted = Posted(ordered=ordered)
    person, moment = _who(row, ordered), _when(row, ordered)
    posted.head = _wrong(person, moment, ordered)
    if posted.head or person is None or moment is None:
        return step_page(request, row, posted, 422)
    try:
        services.record_order(
            step_id=row.id,
            ordered_by=person,
            ordered_at=moment,
            outcome=ordered.outcome,
            words=ordered.words,
            until=ordered.until,
            by=request.actor.person,
            at=timezone.now(),
        )
    except (engine.Refusal, policies.NotAllowed) as refused:
        posted.head, posted.advice = turns.told(refused)
        return step_page(request, access.step(row.id), posted, 409)
    told = _("The order is recorded; the work can go on. %(name)s is asked to ratify it.")
    messages.success(request, told % {"name": person.name})
    return redirect("run", row.run_id)


def _who(row: Step, ordered: Ordered) -> Person | None:
    roles = (row.role, *rules.above(queries.procedure_of(row.run), row.role))
    found = queries.performers(row.sop_id, roles, timezone.localdate())
    return next((p for p, _role in found if str(p.pk) == ordered.ordered_by), None)


def _when(row: Step, ordered: Ordered) -> datetime | None:
    calendar = calendar_of(row.office_id)
    try:
        on, at = date.fromisoformat(ordered.ordered_on), time.fromisoformat(ordered.ordered_time)
    except ValueError:
        return None
    return datetime.combine(on, at.replace(tzinfo=None), workcal.zone_on(calendar, on))


def _wrong(person: Person | None, moment: datetime | None, ordered: Ordered) -> str:
    if person is None:
        return _("Choose who gave the order.")
    if moment is None:
        return _("Write the day and the time, for example 30/11/2026 and 14.30.")
    if moment > timezone.now():
        return _("This moment has not come yet.")
    return phrases.too_long(ordered.words)


@require_POST
def orders_ratify(request: OfficeRequest) -> HttpResponse:
    """Ratify the orders that were shown; those that came meanwhile wait."""
    back = "week" if request.POST.get("from") == "week" else "desk"
    keys = [access.id_of(text) for text in request.POST.getlist("step")[: queries.MOST_ASKED]]
    try:
        n = services.ratify_orders(step_ids=keys, by=request.actor.person, at=timezone.now())
    except policies.NotAllowed as refused:
        messages.error(request, refused.reason)
        return redirect(back)
    told = ngettext("%(n)s verbal order is ratified.", "%(n)s verbal orders are ratified.", n)
    messages.success(request, told % {"n": n})
    return redirect(back)
