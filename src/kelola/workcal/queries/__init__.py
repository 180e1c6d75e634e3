"""Reads of working time: the calendar that clocks go by, and the year as people look at it."""

from kelola.workcal.queries.calendars import calendar_of, default_calendar, national_days_off
from kelola.workcal.queries.national import (
    NationalDay,
    national_days,
    national_days_of,
)
from kelola.workcal.queries.years import (
    confirmation_of,
    confirmed_differently,
    declared_days,
    hours_versions,
    own_seasons,
    shut_days,
    special_days,
    year_to_confirm,
)

__all__ = [
    "NationalDay",
    "calendar_of",
    "confirmation_of",
    "confirmed_differently",
    "declared_days",
    "default_calendar",
    "hours_versions",
    "national_days",
    "national_days_of",
    "national_days_off",
    "own_seasons",
    "shut_days",
    "special_days",
    "year_to_confirm",
]
