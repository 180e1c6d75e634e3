"""How days, hours and seasons read on the calendar's pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.ui.rules import zone_letters
from kelola.ui.wording import clock_time, long_day
from kelola.workcal import rules
from kelola.workcal.forms import WEEKDAYS
from kelola.workcal.rules import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kelola.workcal.models import Closure, DeclaredDay, HoursVersion, Season


@dataclass(frozen=True, slots=True)
class Look:
    """A day's word, the class of its cell, its shape and tone."""

    word: Any
    kind: str = ""
    shape: str = ""
    tone: str = "plain"

    @property
    def sign(self) -> str:
        """The symbol in a cell."""
        return f"s-{self.shape}" if self.shape else ""


LOOKS = {
    Mark.WORKING: Look(gettext_lazy("Working day")),
    Mark.REST: Look(gettext_lazy("No working day"), "off"),
    Mark.NATIONAL: Look(gettext_lazy("National holiday"), "national", "dot", "red"),
    Mark.JOINT: Look(gettext_lazy("Joint leave"), "joint", "diamond", "gold"),
    Mark.LOCAL: Look(gettext_lazy("Day off of this office"), "local", "ring", "blue"),
    Mark.CALLED: Look(gettext_lazy("Worked all the same"), "called", "check", "green"),
    Mark.CLOSED: Look(gettext_lazy("Office closed"), "closed", "cross", "plain"),
    Mark.PART: Look(gettext_lazy("Closed for a part of the day"), "part", "slash", "plain"),
    Mark.SEASON: Look(gettext_lazy("Other working hours"), "season", "square", "plain"),
}
NATIONAL = (Mark.NATIONAL, Mark.JOINT)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: when, what, on what ground, and where it is withdrawn."""

    when: str
    name: str
    look: Look | None = None
    basis: str = ""
    withdraw: str = ""
    hours: tuple[str, ...] = ()


def legend() -> list[Look]:
    """Return the looks that a sign explains."""
    return [look for look in LOOKS.values() if look.shape]


def special_lines(
    specials: Mapping[date, rules.Special], declared: Sequence[DeclaredDay]
) -> list[Line]:
    """Return the days off of a year and those declared by the office; closures stand apart."""
    own = {row.on: reverse("calendar_withdraw_day", args=[row.pk]) for row in declared}
    return [
        Line(long_day(day.on), day.name, LOOKS[day.mark], day.basis, own.get(day.on, ""))
        for day in specials.values()
        if day.mark not in (Mark.CLOSED, Mark.PART)
    ]


def closure_lines(closures: Iterable[tuple[Closure, ...]]) -> list[Line]:
    """Return closures, days in a row as one."""
    return [
        Line(
            closure_when(days),
            days[0].label,
            withdraw=reverse("calendar_withdraw_closure", args=[days[0].pk]),
        )
        for days in closures
    ]


def closure_when(days: Sequence[Closure]) -> str:
    """Return when the office is closed: "5–9 November 2026", "… from 10.00"."""
    first = days[0]
    said = span_words(first.on, days[-1].on)
    if first.starts and first.ends:
        return _("%(day)s, %(from)s–%(until)s") % {
            "day": said,
            "from": clock_time(first.starts),
            "until": clock_time(first.ends),
        }
    if first.starts:
        return _("%(day)s, from %(time)s") % {"day": said, "time": clock_time(first.starts)}
    if first.ends:
        return _("%(day)s, until %(time)s") % {"day": said, "time": clock_time(first.ends)}
    return said


def season_lines(calendar: rules.Calendar, own: Sequence[Season], year: int) -> list[Line]:
    """Return the seasons that touch a year, with their hours."""
    rows = {(row.starts_on, row.ends_on): row for row in own}
    found = []
    for season in sorted(calendar.seasons, key=lambda s: s.starts_on):
        if season.starts_on.year <= year <= season.ends_on.year:
            row = rows.get((season.starts_on, season.ends_on))
            found.append(
                Line(
                    span_words(season.starts_on, season.ends_on),
                    season.label,
                    LOOKS[Mark.SEASON],
                    row.basis if row else _("Circular of the Secretary of the Supreme Court"),
                    reverse("calendar_withdraw_season", args=[row.pk]) if row else "",
                    week_words(season.weekdays),
                )
            )
    return found


def hours_lines(
    calendar: rules.Calendar, versions: Sequence[HoursVersion], today: date
) -> list[Line]:
    """Return the hours in force first, then those to come, then the earlier ones."""
    basis = {row.effective_from: row.basis for row in versions}
    in_force = [h for h in calendar.hours if h.effective_from <= today][-1]
    found = []
    for hours in reversed(calendar.hours):
        default = hours.effective_from not in basis
        since = "" if default else long_day(hours.effective_from)
        said = _("Presidential Regulation 21 of 2023") if default else basis[hours.effective_from]
        state = _in_force(hours, in_force, today)
        found.append((state, Line(since, state[1], None, said, "", week_words(hours.weekdays))))
    return [line for _state, line in sorted(found, key=lambda pair: pair[0][0])]


def _in_force(hours: rules.Hours, in_force: rules.Hours, today: date) -> tuple[int, str]:
    if hours is in_force:
        return 0, _("In force")
    return (1, _("To come")) if hours.effective_from > today else (2, _("Earlier"))


def zone_line(calendar: rules.Calendar, today: date) -> Line:
    """Return the zone in force, and those that come."""
    coming = [z for z in calendar.zones if z.effective_from > today]
    said = [
        _("from %(day)s: %(zone)s") % {"day": long_day(z.effective_from), "zone": _zone(z.name)}
        for z in coming
    ]
    return Line("", _zone(rules.zone_on(calendar, today).key), hours=tuple(said))


def week_words(week: rules.Weekdays) -> tuple[str, ...]:
    """Return a week in words: "Monday–Thursday 08.00–12.00, 13.00–16.30"."""
    found = []
    for windows, group in groupby(range(len(WEEKDAYS)), key=lambda day: week.get(day, ())):
        days = list(group)
        names = "–".join(str(WEEKDAYS[day]) for day in dict.fromkeys((days[0], days[-1])))
        said = ", ".join(f"{clock_time(a)}–{clock_time(b)}" for a, b in windows) or _("off")
        found.append(f"{names} {said}")
    return tuple(found)


def span_words(first: date, last: date) -> str:
    """Return days as "5–9 November 2026", a single one with its weekday."""
    if first == last:
        return long_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last, 'j F Y')}"
    return f"{date_format(first, 'j F Y')} – {date_format(last, 'j F Y')}"


def _zone(name: str) -> str:
    letters = zone_letters(name)
    return name if letters == name else f"{letters} ({name})"
