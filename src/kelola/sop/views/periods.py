"""Periods as addresses name them: a month, or two days, as dates and as moments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from kelola.workcal.rules import Calendar

LONGEST = 366


def first_of(text: str) -> date | None:
    """Return the first day of a month written ``2026-11``, None for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if found.year in workcal.KNOWN_YEARS else None


def days(first: str, last: str, *, today: date | None = None) -> tuple[date, date]:
    """Return a period of at most a year from two written days.

    With ``today`` a first day that is not written is today, and so is the last unless the first is
    later; without it both have to be written.

    Raises:
        ValueError: what is wrong with it, in words for who asked.

    """
    try:
        start = today if today and not first else date.fromisoformat(first)
        end = max(start, today) if today and not last else date.fromisoformat(last)
    except ValueError:
        raise ValueError(_("This date does not exist. Write it like 30/11/2026.")) from None
    if start.year not in workcal.KNOWN_YEARS or end.year not in workcal.KNOWN_YEARS:
        raise ValueError(_("This date does not exist. Write it like 30/11/2026."))
    if end < start or (end - start).days >= LONGEST:
        raise ValueError(_("Choose a period of at most a year that ends after it begins."))
    return start, end


def moments(calendar: Calendar, first: date, last: date) -> tuple[datetime, datetime]:
    """Return the midnight a period begins at and the one after its last day."""
    zone = workcal.zone_on(calendar, first)
    return (
        datetime.combine(first, time(), zone),
        datetime.combine(last + timedelta(days=1), time(), zone),
    )
