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
    shut_days,
    special_days,
    year_to_confirm,
)

__all__ = [
    "NationalDay",
    "calendar_of",
    "confirmation_of",
    "confirmed_differently",
    "default_calendar",
    "national_days",
    "national_days_of",
    "national_days_off",
    "shut_days",
    "special_days",
    "year_to_confirm",
]
