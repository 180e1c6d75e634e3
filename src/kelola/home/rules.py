"""Pure decisions of the work desk: the greeting and the sheet of a month."""

from __future__ import annotations

from calendar import Calendar
from typing import TYPE_CHECKING

from kelola.ui.parts import DayCell

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


def month_sheet(
    today: date, is_working: Callable[[date], bool], due: dict[date, str]
) -> list[list[DayCell | None]]:
    """Return the weeks of today's month, Monday first; ``due`` names what is due on a day."""
    return [
        [
            DayCell(
                d.day,
                kind="" if is_working(d) else "off",
                sign="s-diamond" if d in due else "",
                said=due.get(d, ""),
                today=d == today,
            )
            if d.month == today.month
            else None
            for d in week
        ]
        for week in Calendar().monthdatescalendar(today.year, today.month)
    ]
