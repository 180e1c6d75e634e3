"""Forms of the calendar: their fields keep to the years that the calendar knows."""

from kelola.workcal.forms.changes import (
    ClosureForm,
    ConfirmationForm,
    DayForm,
    DueForm,
    ZoneForm,
)
from kelola.workcal.forms.weeks import WEEKDAYS, HoursForm, SeasonForm, WeekRow

__all__ = [
    "WEEKDAYS",
    "ClosureForm",
    "ConfirmationForm",
    "DayForm",
    "DueForm",
    "HoursForm",
    "SeasonForm",
    "WeekRow",
    "ZoneForm",
]
