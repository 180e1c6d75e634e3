"""A year as people look at it: what each day is, month by month."""

from __future__ import annotations

from calendar import Calendar as Months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

from kelola.workcal.rules.hours import NO_TIME, ONE_DAY, is_working_day, local, windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import time

    from kelola.workcal.rules.shapes import Calendar, Span

# The library's tables of the Islamic year end here; its later years are estimates as well.
KNOWN_YEARS = range(2000, 2078)
_NOVEMBER = 11
_MONTHS = range(1, 13)


class Mark(StrEnum):
    """What a day is."""

    WORKING = "working"
    REST = "rest"  # a weekday nobody works on
    NATIONAL = "national"
    JOINT = "joint"
    LOCAL = "local"
    CALLED = "called"  # a day off that the office works on
    CLOSED = "closed"
    PART = "part"  # closed for a part of the day
    SEASON = "season"


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not as its weekday, and on what ground."""

    on: date
    mark: Mark
    name: str
    basis: str = ""
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month's sheet."""

    on: date
    mark: Mark
    name: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks, Monday first; days of other months are None."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


def months_of(calendar: Calendar, year: int, specials: Mapping[date, Special]) -> list[Month]:
    """Return the twelve months of a year."""

    def day(on: date) -> Day:
        special = specials.get(on)
        if special is not None:
            return Day(on, special.mark, special.name)
        return Day(on, *_plain(calendar, on))

    return [
        Month(
            date(year, number, 1),
            tuple(
                tuple(day(on) if on.month == number else None for on in week)
                for week in Months().monthdatescalendar(year, number)
            ),
        )
        for number in _MONTHS
    ]


def _plain(calendar: Calendar, on: date) -> tuple[Mark, str]:
    if not is_working_day(calendar, on):
        return Mark.REST, ""
    for season in reversed(calendar.seasons):
        if season.starts_on <= on <= season.ends_on:
            return Mark.SEASON, season.label
    return Mark.WORKING, ""


class Closed(Protocol):
    """A day on which the office is closed, wholly or between two times."""

    on: date
    label: str
    starts: time | None
    ends: time | None


C = TypeVar("C", bound=Closed)


def in_a_row(closures: Iterable[C]) -> list[tuple[C, ...]]:
    """Gather closures of days in a row that have one reason, in the order of their first days."""
    found: list[list[C]] = []
    for row in sorted(closures, key=lambda r: (*map(str, _reason(r)), r.on)):
        last = found[-1][-1] if found else None
        if last is not None and _reason(last) == _reason(row) and row.on - last.on <= ONE_DAY:
            found[-1].append(row)
        else:
            found.append([row])
    return sorted((tuple(days) for days in found), key=lambda days: days[0].on)


def _reason(closure: Closed) -> tuple[str, time | None, time | None]:
    return closure.label, closure.starts, closure.ends


def year_asked_for(today: date, confirmed: frozenset[int]) -> int | None:
    """Return the year whose calendar should be confirmed now: this one, from November the next."""
    if today.year not in confirmed:
        return today.year
    following = today.year + 1
    return following if today.month >= _NOVEMBER and following not in confirmed else None


@dataclass(frozen=True, slots=True)
class DayAccount:
    """A day between a start and a due time: its windows and the working time counted on it."""

    on: date
    spans: tuple[Span, ...]
    counted: timedelta


def day_accounts(
    calendar: Calendar, start: datetime, end: datetime, *, most: int
) -> tuple[DayAccount, ...]:
    """Return the days from a start to its due time, at most the first ``most``."""
    day, last = local(calendar, start).date(), local(calendar, end).date()
    found: list[DayAccount] = []
    while day <= last and len(found) < most:
        spans = windows(calendar, day)
        worked = (max(min(b, end) - max(a, start), NO_TIME) for a, b in spans)
        found.append(DayAccount(day, spans, sum(worked, NO_TIME)))
        day += ONE_DAY
    return tuple(found)
