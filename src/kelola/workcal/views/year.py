"""The year: its months, its special days, the hours in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.office.policies import is_admin
from kelola.office.queries import names_of
from kelola.ui.parts import DayCell
from kelola.workcal import access, queries, rules
from kelola.workcal.rules import Mark
from kelola.workcal.views import words

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.workcal.models import YearConfirmation

_UNSAID = {Mark.WORKING, Mark.REST}


@require_safe
def calendar(request: OfficeRequest) -> HttpResponse:
    """Show a year of the office's calendar."""
    office = queries.calendar_of(request.actor.office.id)
    today = rules.local(office, timezone.now()).date()
    year = access.year(request.GET.get("tahun", ""), today.year)
    confirmation = queries.confirmation_of(year)
    specials = queries.special_days(year, confirmation)
    context = {
        "heading": _("Working calendar %(year)s") % {"year": year},
        "year": year,
        "years": [y for y in (year - 1, year, year + 1) if y in rules.KNOWN_YEARS],
        "months": [_month(m, today) for m in rules.months_of(office, year, specials)],
        "legend": words.legend(),
        "days": words.special_lines(specials, queries.declared_days(year)),
        "closures": words.closure_lines(queries.shut_days(year)),
        "seasons": words.season_lines(office, queries.own_seasons(), year),
        "hours": words.hours_lines(office, queries.hours_versions(), today),
        "zone": words.zone_line(office, today),
        "is_admin": bool(is_admin(request.actor)),
        **confirmation_context(confirmation, today),
    }
    return render(request, "workcal/calendar.html", context)


def confirmation_context(confirmation: YearConfirmation | None, today: date) -> dict[str, Any]:
    """Return what the pages say about the confirmation of a year."""
    known = names_of([confirmation.confirmed_by]) if confirmation else {}
    return {
        "confirmation": confirmation,
        "confirmed_by": known.get(confirmation.confirmed_by, "") if confirmation else "",
        "differs": queries.confirmed_differently(confirmation) if confirmation else [],
        "to_confirm": queries.year_to_confirm(today),
    }


def _month(month: rules.Month, today: date) -> dict[str, Any]:
    weeks = [[_cell(day, today) if day else None for day in week] for week in month.weeks]
    return {"first": month.first, "weeks": weeks}


def _cell(day: rules.Day, today: date) -> DayCell:
    look = words.LOOKS[day.mark]
    said = day.name or (look.word if day.mark not in _UNSAID else "")
    return DayCell(day.on.day, look.kind, look.sign, said, today=day.on == today)
