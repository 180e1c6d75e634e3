"""The steps of the first start that follow the office, taken by its administrator.

Each can be skipped, left and taken up again; what they write is written by the services of the
screens that keep it later.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kelola.home.forms import FirstHoursForm, FirstSopForm, FirstYearForm
from kelola.office import services as office
from kelola.office.forms import refuse
from kelola.office.services import beginning
from kelola.office.views import imports
from kelola.sop import actors
from kelola.sop import queries as sops
from kelola.sop import services as sop
from kelola.sop.definition import loader
from kelola.ui.parts import FlowNode
from kelola.workcal import queries as calendars
from kelola.workcal import rules as workcal
from kelola.workcal import services as workcal_services
from kelola.workcal.views.words import special_lines

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from kelola.office.http import OfficeRequest

STEPS = {
    beginning.PEOPLE: "start_people",
    beginning.CALENDAR: "start_calendar",
    beginning.SOP: "start_sop",
    beginning.LAST: "start_done",
}
step = require_http_methods(["GET", "HEAD", "POST"])


def heading(number: int) -> str:
    """Return the title of a step."""
    return _("Setting up your office (step %(n)d of 5)") % {"n": number}


def nodes(now: int) -> list[FlowNode]:
    """Return the five steps as far as they are done."""
    titles = (
        _("The office"),
        _("First administrator"),
        _("People and posts"),
        _("Calendar"),
        "SOP",
    )
    return [
        FlowNode(str(n), title, "done" if n < now else "now" if n == now else "next")
        for n, title in enumerate(titles, start=1)
    ]


def _reach(request: OfficeRequest, number: int) -> HttpResponse:
    """Note that the step before is done or skipped; go to the next."""
    office.continue_setup(
        office=request.actor.office, step=number, by=request.actor.id, at=timezone.now()
    )
    return redirect(STEPS[number])


def _skips(request: OfficeRequest) -> bool:
    return request.method == "POST" and request.POST.get("act") == "skip"


@step
def start_people(request: OfficeRequest) -> HttpResponseBase:
    """Step 3: people and posts from a table."""
    if _skips(request):
        return _reach(request, beginning.CALENDAR)
    place = imports.Place(
        here=reverse("start_people"),
        onward=reverse("start_calendar"),
        onward_words=_("On to the calendar"),
        heading=heading(beginning.PEOPLE),
        lead=_("People and posts from one table. Put yourself into it as well."),
        steps=nodes(beginning.PEOPLE),
        done=partial(_reach, request, beginning.CALENDAR),
    )
    return imports.answer(request, place)


@step
def start_calendar(request: OfficeRequest) -> HttpResponse:
    """Step 4: the hours of a week, and the days off of this year."""
    if _skips(request):
        return _reach(request, beginning.SOP)
    calendar = calendars.calendar_of(request.actor.office.pk)
    today = workcal.local(calendar, timezone.now()).date()
    week = [h for h in calendar.hours if h.effective_from <= today][-1].weekdays
    posted = request.POST if request.method == "POST" else None
    hours = FirstHoursForm(posted, week=week)
    found = calendars.confirmation_of(today.year)
    known = {"decree": found.decree, "decree_on": found.decree_on} if found else {}
    year = FirstYearForm(posted, initial=known)
    if hours.is_valid() & year.is_valid() and _keep_calendar(request, hours, year, week, today):
        return _reach(request, beginning.SOP)
    days = special_lines(calendars.special_days(today.year, None), [])
    context = {
        "heading": heading(beginning.CALENDAR),
        "lead": _("When the office works. Clocks of the SOP run in these hours only."),
        "steps": nodes(beginning.CALENDAR),
        "hours": hours,
        "year": year,
        "this_year": today.year,
        "days": days,
    }
    wrong = hours.errors or year.errors
    return render(request, "home/start_calendar.html", context, status=422 if wrong else 200)


def _keep_calendar(
    request: OfficeRequest,
    hours: FirstHoursForm,
    year: FirstYearForm,
    week: workcal.Weekdays,
    today: date,
) -> bool:
    told, decree = hours.cleaned_data, year.cleaned_data
    wanted = {day: tuple(spans) for day, spans in told["weekdays"].items() if spans}
    differs = wanted != {day: tuple(spans) for day, spans in week.items() if spans}
    first = workcal_services.FirstHours(
        told["weekdays"], today.replace(month=1, day=1), told["basis"]
    )
    confirmed = (
        workcal_services.FirstYear(today.year, decree["decree"], decree["decree_on"])
        if decree["decree"]
        else None
    )
    try:
        workcal_services.begin_calendar(
            office=request.actor.office.pk,
            hours=first if differs or told["basis"] else None,
            year=confirmed,
            by=request.actor.id,
            at=timezone.now(),
        )
    except office.Invalid as refusal:
        refuse(year if refusal.field in year.fields else hours, refusal)
        return False
    return True


@step
def start_sop(request: OfficeRequest) -> HttpResponse:
    """Step 5: an SOP of the library, on trial or in force, and who performs its roles."""
    if _skips(request):
        return _reach(request, beginning.LAST)
    entries = loader.library()
    number = request.GET.get("sop", entries[0].number)
    entry = next((e for e in entries if e.number == number), None)
    if entry is None:
        raise Http404
    definition = loader.load(entry.path)
    form = FirstSopForm(request.POST if request.method == "POST" else None, definition=definition)
    if form.is_valid():
        try:
            sop.begin_sop(
                definition=definition,
                office=request.actor.office,
                posts=form.posts,
                decree_number=form.cleaned_data["decree_number"],
                effective_on=form.cleaned_data["effective_on"],
                by=request.actor.id,
                at=timezone.now(),
            )
            return _reach(request, beginning.LAST)
        except office.Invalid as refusal:
            refuse(form, refusal)
    context = {
        "heading": heading(beginning.SOP),
        "lead": _("The SOP that the office works by, and who performs it."),
        "steps": nodes(beginning.SOP),
        "form": form,
        "identity": definition.identity,
        "others": [e.number for e in entries if e.number != number],
    }
    return render(request, "home/start_sop.html", context, status=422 if form.errors else 200)


@step
def start_done(request: OfficeRequest) -> HttpResponse:
    """Say what comes next; ``POST`` closes the setting-up for good."""
    if request.actor.office.setup_step != beginning.LAST:
        return redirect("start")
    if request.method == "POST":
        office.finish_setup(office=request.actor.office, by=request.actor.id, at=timezone.now())
        return redirect("desk")
    today = timezone.localdate()
    versions = sops.current_versions()
    context: dict[str, Any] = {
        "heading": _("Your office is ready"),
        "lead": _("What comes next, in this order."),
        "steps": nodes(beginning.LAST),
        "versions": versions,
        "vacant": sum(a.vacant for v in versions for a in actors.actors(v, today)),
        "to_confirm": calendars.year_to_confirm(today),
    }
    return render(request, "home/start_done.html", context)
