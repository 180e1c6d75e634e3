"""Rows of offices, people and posts, and of the doors they come in by."""

from kelola.office.models.absences import Absence
from kelola.office.models.doors import (
    Pin,
    SecondFactorReset,
    SessionRow,
    SetupLink,
    SharedDevice,
)
from kelola.office.models.people import (
    Appointment,
    Counter,
    Membership,
    Office,
    Person,
    Post,
    SavedView,
    Unit,
    User,
    UserManager,
)

__all__ = [
    "Absence",
    "Appointment",
    "Counter",
    "Membership",
    "Office",
    "Person",
    "Pin",
    "Post",
    "SavedView",
    "SecondFactorReset",
    "SessionRow",
    "SetupLink",
    "SharedDevice",
    "Unit",
    "User",
    "UserManager",
]
