"""Weeks of working hours as data: checked, and spelt for storage as ``{"0": [["08:00", …]]}``."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelola.workcal.rules.shapes import Weekdays, Window

_WEEK = range(7)


class WeekFault(StrEnum):
    """What can be wrong with a week; the values are sentences for developers."""

    EMPTY = "no working hours at all"
    DAY = "a weekday is 0 (Monday) to 6 (Sunday)"
    TURNED = "a window must end after it begins"
    OVERLAP = "windows of a day must stand in order and may not overlap"


class BadWeek(ValueError):  # noqa: N818 - read as a sentence
    """A week that can't be worked; ``fault`` tells why, ``day`` which weekday."""

    def __init__(self, fault: WeekFault, day: int = 0) -> None:
        """Keep what is wrong beside the sentence."""
        self.fault = fault
        self.day = day
        super().__init__(f"weekday {day}: {fault}")


def checked_week(week: Mapping[int, Sequence[Window]]) -> Weekdays:
    """Return the week without its idle days; raises ``BadWeek``."""
    found = {day: tuple(windows) for day, windows in sorted(week.items()) if windows}
    if not found:
        raise BadWeek(WeekFault.EMPTY)
    for day, windows in found.items():
        if day not in _WEEK:
            raise BadWeek(WeekFault.DAY, day)
        closed = time.min
        for opens, closes in windows:
            if closes <= opens:
                raise BadWeek(WeekFault.TURNED, day)
            if opens < closed:
                raise BadWeek(WeekFault.OVERLAP, day)
            closed = closes
    return found


def week_to_data(week: Weekdays) -> dict[str, list[list[str]]]:
    """Spell a week for storage."""
    return {
        str(day): [[_spelt(opens), _spelt(closes)] for opens, closes in windows]
        for day, windows in sorted(week.items())
    }


def week_from_data(data: Mapping[str, Sequence[Sequence[str]]]) -> Weekdays:
    """Read a stored week."""
    return {
        int(day): tuple(
            (time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in windows
        )
        for day, windows in data.items()
    }


def _spelt(at: time) -> str:
    return at.isoformat(timespec="seconds" if at.second else "minutes")
