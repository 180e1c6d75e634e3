"""Changes of the calendar: each a page of its own that leads back to the year."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kelola.office.services import Invalid
from kelola.ui.parts import Crumb
from kelola.workcal import forms, queries, rules, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django import forms as django_forms
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest

write = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Change:
    """A page with one form: ``save`` takes its data and the common arguments of services."""

    heading: str
    form: django_forms.Form
    save: Callable[..., Any]
    act: str
    lead: str = ""
    template: str = "workcal/change.html"
    more: dict[str, Any] = field(default_factory=dict)


def change(request: OfficeRequest, page: Change) -> HttpResponse:
    """Draw the page, or save what it posts; what doesn't fit is told at its field."""
    form = page.form
    if form.is_bound and form.is_valid():
        try:
            page.save(
                office=request.actor.office.id,
                by=request.actor.id,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, saved_words())
            return redirect(_back(form.cleaned_data))
    context = {
        "heading": page.heading,
        "lead": page.lead,
        "crumbs": [Crumb(_("Working calendar"), reverse("calendar"))],
        "form": form,
        "act": page.act,
        **page.more,
    }
    return render(request, page.template, context, status=422 if form.errors else 200)


def saved_words() -> str:
    """Return what every change is followed by."""
    return _("The calendar is changed. Open due times follow it within a minute.")


def _back(data: dict[str, Any]) -> str:
    """Return the year that the change lies in."""
    days = (data.get(name) for name in ("on", "first_on", "starts_on", "effective_from"))
    day = next((day for day in days if day), None)
    year = day.year if day else data.get("year")
    return reverse("calendar") + (f"?tahun={year}" if year else "")


def _posted(request: OfficeRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _today(request: OfficeRequest) -> date:
    calendar = queries.calendar_of(request.actor.office.id)
    return rules.local(calendar, timezone.now()).date()


@write
def calendar_day(request: OfficeRequest) -> HttpResponse:
    """Declare a day off, or a day off that is worked."""
    form = forms.DayForm(_posted(request))
    page = Change(
        _("Declare a day"),
        form,
        services.declare_day,
        _("Save the day"),
        _("A local holiday, or a national day off on which this office works."),
    )
    return change(request, page)


@write
def calendar_closure(request: OfficeRequest) -> HttpResponse:
    """Close the office for some days, or a part of one."""
    form = forms.ClosureForm(_posted(request))
    page = Change(
        _("Close the office"),
        form,
        services.close_office,
        _("Save the closure"),
        _("Clocks stand still while the office is closed."),
        "workcal/closure.html",
    )
    return change(request, page)


@write
def calendar_hours(request: OfficeRequest) -> HttpResponse:
    """Set the usual hours from a day on."""
    calendar, today = queries.calendar_of(request.actor.office.id), _today(request)
    week = [h for h in calendar.hours if h.effective_from <= today][-1].weekdays
    page = Change(
        _("Set the working hours"),
        forms.HoursForm(_posted(request), week=week),
        services.set_hours,
        _("Save the hours"),
        _("The hours now in force are filled in. The same day again replaces what was set."),
        "workcal/week.html",
    )
    return change(request, page)


@write
def calendar_season(request: OfficeRequest) -> HttpResponse:
    """Set other hours for some weeks."""
    calendar = queries.calendar_of(request.actor.office.id)
    week = calendar.seasons[-1].weekdays if calendar.seasons else calendar.hours[-1].weekdays
    page = Change(
        _("Set other hours for some weeks"),
        forms.SeasonForm(_posted(request), week=week),
        services.declare_season,
        _("Save the hours"),
        _("For Ramadan, for example. The hours of the last time are filled in."),
        "workcal/week.html",
    )
    return change(request, page)


@write
def calendar_zone(request: OfficeRequest) -> HttpResponse:
    """Set the time zone from a day on."""
    zone = rules.zone_on(queries.calendar_of(request.actor.office.id), _today(request)).key
    page = Change(
        _("Set the time zone"),
        forms.ZoneForm(_posted(request), initial={"zone": zone}),
        services.set_zone,
        _("Save the zone"),
        _("When the office comes under another zone; working hours stay as they read."),
    )
    return change(request, page)
