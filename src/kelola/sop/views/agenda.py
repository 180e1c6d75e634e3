"""What a month brings, and the same for the calendar of a phone (RFC 5545)."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.office.doors import confirmed_lately, to_confirmation
from kelola.office.scope import office_scope
from kelola.sop import queries, services
from kelola.sop.phrases import say
from kelola.ui.parts import Crumb
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of, confirmation_of, special_days

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from kelola.office.http import OfficeRequest
    from kelola.sop.models import Feed, Step

KEPT = 900  # seconds a calendar program may keep what it read
NOTICED = timedelta(minutes=30)


@require_safe
def agenda(request: OfficeRequest) -> HttpResponse:
    """Show a month day by day: days off, rounds, and one's own dues."""
    return _page(request)


def _page(request: OfficeRequest, link: str = "") -> HttpResponse:
    calendar = calendar_of(request.actor.office.pk)
    today = workcal.local(calendar, timezone.now()).date()
    first = _first(request.GET.get("bulan", "")) or today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    roles = queries.roles_through(request.actor.posts)
    context = {
        "heading": _("Agenda of %(month)s") % {"month": date_format(first, "F Y")},
        "crumbs": [Crumb(_("Calendar"), reverse("calendar"))],
        "days": _days(queries.dues_between(roles, first, after, calendar), calendar, first, after),
        "today": today,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": after,
        "feed": queries.feed_of(request.actor.membership),
        "link": link,
    }
    return render(request, "sop/agenda.html", context)


@require_POST
def feed_change(request: OfficeRequest) -> HttpResponse:
    """Make the reader's feed, make it anew, or end it."""
    if not confirmed_lately(request):
        return to_confirmation(request, reverse("agenda"))
    member, by, at = request.actor.membership, request.actor.id, timezone.now()
    if request.POST.get("act") == "end":
        services.end_feed(membership=member, by=by, at=at)
        messages.success(request, _("The link leads nowhere any more."))
    else:
        key = services.make_feed(membership=member, by=by, at=at)
        # Shown in this answer alone, as it is kept nowhere.
        return _page(request, request.build_absolute_uri(f"{reverse('feed')}?kunci={key}"))
    return redirect("agenda")


@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """Return the dues of whose key is shown, and the office's rounds, for a calendar program."""
    found = queries.feed_with(request.GET.get("kunci", ""))
    if found is None:
        raise Http404
    with office_scope(found.office_id):
        body = _ics(request, found)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={KEPT}"
    return get_conditional_response(request, etag=etag, response=response) or response


def _ics(request: HttpRequest, found: Feed) -> bytes:
    # The library takes a fifth of a second to load; only who asks for a feed waits for it.
    from icalendar import Calendar, Event  # noqa: PLC0415

    calendar = calendar_of(found.office_id)
    today = workcal.local(calendar, timezone.now()).date()
    roles = queries.roles_of(found.membership.person, today)
    after = today + queries.AHEAD
    made = Calendar()
    made.add("prodid", "-//Kelola//ID")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Kelola")
    site = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    for step in queries.dues_between(roles, today - queries.AHEAD, after, calendar):
        entry = _entry(Event(), f"{step.pk}@kelola", _title(step), step.opened_at)
        if step.due_at:
            entry.add("dtstart", step.due_at - NOTICED)
            entry.add("dtend", step.due_at)
        entry.add("url", site + reverse("step", args=[step.pk]))
        made.add_component(entry)
    for one in queries.rounds_between(calendar, today, after):
        key = f"{one.strand.key}.{one.slot.key}.{found.office_id}@kelola"
        closing = _("%(strand)s: last day") % {"strand": say(one.strand.title)}
        entry = _entry(Event(), key, closing, found.made_at)
        entry.add("dtstart", one.slot.due_on)
        entry.add("dtend", one.slot.due_on + timedelta(days=1))
        made.add_component(entry)
    body: bytes = made.to_ical()
    return body


def _entry(entry: Any, key: str, title: str, stamp: datetime) -> Any:
    entry.add("uid", key)
    entry.add("dtstamp", stamp)
    entry.add("summary", title)
    return entry


def _title(step: Step) -> str:
    """Name a step by its activity and the run's number: what people wrote stays in Kelola."""
    activity = queries.procedure_of(step.run).activity(step.activity)
    return f"{step.activity} {say(activity.title)} ({step.run.number})"


def _days(
    steps: list[Step], calendar: workcal.Calendar, first: date, after: date
) -> list[dict[str, Any]]:
    found: dict[date, dict[str, Any]] = {}

    def day(on: date) -> dict[str, Any]:
        return found.setdefault(on, {"on": on, "off": "", "begins": [], "ends": [], "steps": []})

    specials = special_days(first.year, confirmation_of(first.year))
    for on, special in specials.items():
        if first <= on < after:
            day(on)["off"] = special.name
    for one in queries.rounds_between(calendar, first, after):
        if first <= one.slot.opens_on < after:
            day(one.slot.opens_on)["begins"].append(say(one.strand.title))
        if first <= one.slot.due_on < after:
            day(one.slot.due_on)["ends"].append(say(one.strand.title))
    for step in steps:
        if step.due_at:
            on = workcal.local(calendar, step.due_at).date()
            day(on)["steps"].append({"row": step, "title": _title(step)})
    return [found[on] for on in sorted(found)]


def _first(text: str) -> date | None:
    """Return the first day of a month written ``2026-11``, None for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if found.year in workcal.KNOWN_YEARS else None
