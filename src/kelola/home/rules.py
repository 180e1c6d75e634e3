"""Pure decisions of the work desk: the greeting and the sheet of a month."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

MIDDAY, AFTERNOON, EVENING = 11, 15, 18


def part_of_day(hour: int) -> str:
    """Return ``morning``, ``midday``, ``afternoon`` or ``evening``, as Indonesian greets."""
    if hour < MIDDAY:
        return "morning"
    if hour < AFTERNOON:
        return "midday"
    return "afternoon" if hour < EVENING else "evening"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's sheet; ``due`` names what is due on it."""

    number: int
    is_today: bool
    is_off: bool
    due: str


def month_sheet(
    today: date, is_working: Callable[[date], bool], due: dict[date, str]
) -> list[list[Day | None]]:
    """Return the weeks of today's month, Monday first; days of other months are None."""
    return [
        [
            Day(d.day, d == today, not is_working(d), due.get(d, ""))
            if d.month == today.month
            else None
            for d in week
        ]
        for week in Calendar().monthdatescalendar(today.year, today.month)
    ]
