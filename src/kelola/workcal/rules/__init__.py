"""Working time as pure functions: no database, no framework, no clock of its own.

Everything others use is named here; the modules below are this package's own matter.
"""

from kelola.workcal.rules.clocks import due, due_with_slot, remind_at
from kelola.workcal.rules.defaults import ZONE, ZONES, default_calendar
from kelola.workcal.rules.faults import BadStandard, Fault
from kelola.workcal.rules.hours import (
    NoWorkingTime,
    add_working,
    is_working_day,
    local,
    next_opening,
    windows,
    working_between,
    zone_on,
)
from kelola.workcal.rules.shapes import (
    Calendar,
    Closure,
    Due,
    Hours,
    Pause,
    Paused,
    Season,
    Slot,
    Weekdays,
    Window,
    Zone,
)
from kelola.workcal.rules.slots import slot_by_key, slot_close, slot_on, slots
from kelola.workcal.rules.standards import (
    Range,
    Recurrence,
    Standard,
    WallTime,
    WorkingDays,
    WorkingTime,
    parse_standard,
)
from kelola.workcal.rules.weeks import (
    BadWeek,
    WeekFault,
    checked_week,
    week_from_data,
    week_to_data,
)

__all__ = [
    "ZONE",
    "ZONES",
    "BadStandard",
    "BadWeek",
    "Calendar",
    "Closure",
    "Due",
    "Fault",
    "Hours",
    "NoWorkingTime",
    "Pause",
    "Paused",
    "Range",
    "Recurrence",
    "Season",
    "Slot",
    "Standard",
    "WallTime",
    "WeekFault",
    "Weekdays",
    "Window",
    "WorkingDays",
    "WorkingTime",
    "Zone",
    "add_working",
    "checked_week",
    "default_calendar",
    "due",
    "due_with_slot",
    "is_working_day",
    "local",
    "next_opening",
    "parse_standard",
    "remind_at",
    "slot_by_key",
    "slot_close",
    "slot_on",
    "slots",
    "week_from_data",
    "week_to_data",
    "windows",
    "working_between",
    "zone_on",
]
