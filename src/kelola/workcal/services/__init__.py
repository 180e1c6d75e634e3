"""Every change of an office's working calendar.

All are keyword-only with ``by`` (a person's or user's id, or ``system``) and ``at`` (aware), need
the office's scope open, run in one transaction, give the calendar a new token and write the
ledger. Open clocks follow the calendar in force; who keeps clocks recomputes them afterwards.
``Invalid`` is raised with the argument's name and a sentence when a value doesn't fit.
"""

from kelola.workcal.services.beginning import FirstHours, FirstYear, begin_calendar
from kelola.workcal.services.changes import (
    declare_closure,
    declare_day,
    declare_season,
    set_hours,
    set_zone,
    withdraw,
)
from kelola.workcal.services.closures import close_office, reopen_office
from kelola.workcal.services.years import confirm_year

__all__ = [
    "FirstHours",
    "FirstYear",
    "begin_calendar",
    "close_office",
    "confirm_year",
    "declare_closure",
    "declare_day",
    "declare_season",
    "reopen_office",
    "set_hours",
    "set_zone",
    "withdraw",
]
