"""The days of a year that are not as their weekday, and whether the year is confirmed.

All need the office's scope open.
"""

from __future__ import annotations

from datetime import date

from kelola.workcal.models import (
    Closure,
    DayKind,
    DeclaredDay,
    HoursVersion,
    Season,
    YearConfirmation,
)
from kelola.workcal.queries.national import NationalDay, national_days_of
from kelola.workcal.rules import Mark, Special, in_a_row, year_asked_for


def confirmation_of(year: int) -> YearConfirmation | None:
    """Return the confirmation of a year, or None."""
    return YearConfirmation.objects.filter(year=year).first()


def year_to_confirm(today: date) -> int | None:
    """Return the year whose calendar the office should confirm now, or None."""
    known = YearConfirmation.objects.filter(year__in=(today.year, today.year + 1))
    return year_asked_for(today, frozenset(known.values_list("year", flat=True)))


def days_as_confirmed(row: YearConfirmation) -> dict[date, NationalDay]:
    """Return the national days off of a confirmed year."""
    return {
        date.fromisoformat(on): NationalDay(name, joint=kind == "joint")
        for on, kind, name in row.days
    }


def confirmed_differently(row: YearConfirmation) -> list[date]:
    """Return the days on which a confirmed year and the days known today differ."""
    return sorted(days_as_confirmed(row).keys() ^ national_days_of(row.year).keys())


def special_days(year: int, confirmation: YearConfirmation | None) -> dict[date, Special]:
    """Return the special days of a year in their order; the office's own words come first."""
    national = days_as_confirmed(confirmation) if confirmation else national_days_of(year)
    found = {
        on: Special(on, Mark.JOINT if day.joint else Mark.NATIONAL, day.name)
        for on, day in national.items()
    }
    for closure in Closure.objects.filter(on__year=year):
        whole = closure.starts is None and closure.ends is None
        mark = Mark.CLOSED if whole else Mark.PART
        if closure.on not in found:
            found[closure.on] = Special(
                closure.on, mark, closure.label, starts=closure.starts, ends=closure.ends
            )
    for row in DeclaredDay.objects.filter(on__year=year):
        mark = Mark.LOCAL if row.kind == DayKind.OFF else Mark.CALLED
        found[row.on] = Special(row.on, mark, row.label, row.basis)
    return dict(sorted(found.items()))


def declared_days(year: int) -> list[DeclaredDay]:
    """Return what the office declared about single days of a year."""
    return list(DeclaredDay.objects.filter(on__year=year))


def own_seasons() -> list[Season]:
    """Return the seasons that the office has set itself."""
    return list(Season.objects.all())


def hours_versions() -> list[HoursVersion]:
    """Return the hours that the office has set, earliest first."""
    return list(HoursVersion.objects.all())


def shut_days(year: int) -> list[tuple[Closure, ...]]:
    """Return the closures of a year, days in a row with one reason as one."""
    return in_a_row(Closure.objects.filter(on__year=year))
