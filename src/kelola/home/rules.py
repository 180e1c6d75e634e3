"""Pure decisions: the greeting, the sheet of a month, and which post fits a role by its name."""

from __future__ import annotations

import re
from calendar import Calendar
from typing import TYPE_CHECKING

from kelola.ui.parts import DayCell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

# What offices write short, and words of a title that tell no post from another.
_SPELT_OUT = {
    "kasubag": {"kepala", "subbagian"},
    "kasubbag": {"kepala", "subbagian"},
    "subbag": {"subbagian"},
    "subag": {"subbagian"},
    "kabag": {"kepala", "bagian"},
    "ptip": {"perencanaan", "pelaporan"},
    "admin": {"administrator"},
    "web": {"website"},
    "redaksi": {"redaktur"},
}
_SAYS_NOTHING = {
    *("dan", "pada", "ti", "it", "teknologi", "informasi", "plt", "plh"),
    *("mahkamah", "syar", "iyah", "syariyah", "pengadilan", "agama"),
}
_ALIKE = 0.5

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


def likely(role: str, titles: Mapping[str, str]) -> str | None:
    """Return the key of the post whose title says most nearly what a role is called.

    None where no title shares more than half of all words with it, or two do alike.
    """
    wanted = _words(role)
    found = sorted(((_share(wanted, _words(t)), key) for key, t in titles.items()), reverse=True)
    if not found or found[0][0] <= _ALIKE:
        return None
    return None if len(found) > 1 and found[0][0] == found[1][0] else found[0][1]


def _words(title: str) -> frozenset[str]:
    parts = re.findall(r"\w+", title.casefold())
    spelt = {word for part in parts for word in _SPELT_OUT.get(part, {part})}
    return frozenset(spelt - _SAYS_NOTHING)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
