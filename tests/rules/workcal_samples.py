"""A year of a real office: the calendar of 2026 as decreed (SKB 3 Menteri), and short spellings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kelola.workcal import rules

NATIONAL = (
    "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 "
    "08-25 12-25"
)
JOINT_LEAVE = "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24"
DAYS_OFF = {
    date.fromisoformat(f"2026-{day}"): label
    for days, label in ((NATIONAL, "Libur nasional"), (JOINT_LEAVE, "Cuti bersama"))
    for day in days.split()
}
MONTHLY_30TH = "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"
WEEKLY = "FREQ=WEEKLY;BYDAY=FR"
WIB = ZoneInfo("Asia/Jakarta")


def office() -> rules.Calendar:
    """Return a fresh calendar with the default hours, Ramadan 2026 and the days off of 2026."""
    return rules.default_calendar(DAYS_OFF)


def altered(calendar: rules.Calendar, **changes: object) -> rules.Calendar:
    """Return another calendar that differs in these fields and shares no computed window."""
    return replace(calendar, **changes)  # type: ignore[arg-type]  # fields are named by the tests


def at(text: str) -> datetime:
    """Read ``2026-11-28 10:00`` as a moment in WIB."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def pause(start: str, end: str | None) -> rules.Pause:
    return rules.Pause(at(start), at(end) if end else None)


def due_at(start: str, standard: str, *pauses: rules.Pause) -> str:
    """Return the due of the sample office as local text, and check its zone."""
    found = rules.due(office(), at(start), rules.parse_standard(standard), pauses).at
    assert str(found.tzinfo) == "Asia/Jakarta"
    return f"{found:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
