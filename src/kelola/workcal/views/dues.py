"""What would be due: a start and a standard, reckoned and explained day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kelola.ui.parts import Crumb
from kelola.ui.wording import clock_time, long_date, long_day
from kelola.workcal import forms, queries, rules
from kelola.workcal.views import words

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest

MOST_DAYS = 62
_ISO = {"minutes": "PT{}M", "hours": "PT{}H", "days": "P{}D", "wall": "PT{}H"}
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """When it is due, from when the clock ran, and what each day between counted."""

    at: str
    runs_from: str
    lines: tuple[tuple[str, str, str], ...]
    cut: bool


@require_safe
def calendar_due(request: OfficeRequest) -> HttpResponse:
    """Reckon a due time by the office's calendar."""
    calendar = queries.calendar_of(request.actor.office.id)
    today = rules.local(calendar, timezone.now()).date()
    with timezone.override(rules.zone_on(calendar, today)):
        return _page(request, calendar)


def _page(request: OfficeRequest, calendar: rules.Calendar) -> HttpResponse:
    form = forms.DueForm(request.GET if "amount" in request.GET else None, initial=_start())
    answer = None
    if form.is_bound and form.is_valid():
        answer = _reckoned(calendar, form.cleaned_data)
        if answer is None:
            form.add_error("start", _("The calendar has no working hours there."))
    context = {
        "heading": _("Reckon a due time"),
        "crumbs": [Crumb(_("Working calendar"), reverse("calendar"))],
        "form": form,
        "answer": answer,
    }
    return render(request, "workcal/due.html", context, status=422 if form.errors else 200)


def _start() -> dict[str, Any]:
    return {"start": timezone.localtime().replace(second=0, microsecond=0), "amount": 1}


def _reckoned(calendar: rules.Calendar, data: dict[str, Any]) -> Answer | None:
    start, unit = data["start"], data["unit"]
    standard = rules.parse_standard(_ISO[unit].format(data["amount"]))
    try:
        due = rules.due(calendar, start, standard, [], wall=unit == "wall").at
        opens = start if unit == "wall" else rules.next_opening(calendar, start)
    except rules.NoWorkingTime:
        return None
    days = () if unit == "wall" else rules.day_accounts(calendar, start, due, most=MOST_DAYS)
    names = _names(days)
    return Answer(
        at=long_date(due),
        runs_from=long_date(opens),
        lines=tuple(_line(calendar, day, names) for day in days),
        cut=bool(days) and days[-1].on < rules.local(calendar, due).date(),
    )


def _names(days: tuple[rules.DayAccount, ...]) -> dict[date, str]:
    """Return the names of the special days among these."""
    found: dict[date, str] = {}
    for year in sorted({day.on.year for day in days}):
        specials = queries.special_days(year, queries.confirmation_of(year))
        found |= {on: special.name for on, special in specials.items()}
    return found


def _line(
    calendar: rules.Calendar, day: rules.DayAccount, names: dict[date, str]
) -> tuple[str, str, str]:
    zone = rules.zone_on(calendar, day.on)
    spans = ", ".join(f"{_at(a, zone)}–{_at(b, zone)}" for a, b in day.spans)
    counted = duration(day.counted) if day.counted else "–"
    look = words.LOOKS[rules.Mark.REST].word
    said = " · ".join(part for part in (spans, names.get(day.on, "")) if part)
    return long_day(day.on), said or str(look), counted


def _at(moment: datetime, zone: Any) -> str:
    return clock_time(moment.astimezone(zone).time())


def duration(delta: timedelta) -> str:
    """Return a working time in words: "3 hours 20 minutes"."""
    minutes = round(delta / timedelta(minutes=1))
    hours, rest = divmod(minutes, _MINUTES)
    parts = []
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return " ".join(parts)
