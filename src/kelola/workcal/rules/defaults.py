"""The calendar of an office that has set nothing yet.

Hours: Peraturan Presiden Nomor 21 Tahun 2023. Ramadan: Surat Edaran Sekretaris Mahkamah Agung
Nomor 2 Tahun 2026, in local time; a new one comes every year, and the court confirms the dates.
"""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from kelola.workcal.rules.shapes import Calendar, Hours, Season, Weekdays, Window, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONE = "Asia/Jakarta"
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
FRIDAY = 4


def _week(usual: tuple[Window, ...], friday: tuple[Window, ...]) -> Weekdays:
    return {**dict.fromkeys(range(FRIDAY), usual), FRIDAY: friday}


WEEK = _week(
    ((time(8), time(12)), (time(13), time(16, 30))),
    ((time(8), time(11, 30)), (time(13), time(17))),
)
RAMADAN_WEEK = _week(
    ((time(8), time(12)), (time(12, 30), time(15))),
    ((time(8), time(11, 30)), (time(12, 30), time(15, 30))),
)
HOURS = Hours(date.min, WEEK)
SEASONS = (Season(date(2026, 2, 19), date(2026, 3, 19), RAMADAN_WEEK, "Ramadan 1447 H"),)


def default_calendar(days_off: Mapping[date, str], zone: str = ZONE) -> Calendar:
    """Return the calendar of an office that has set nothing yet."""
    return Calendar((HOURS,), (Zone(date.min, zone),), SEASONS, days_off, revision="default")
