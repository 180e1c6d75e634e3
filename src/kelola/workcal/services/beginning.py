"""The calendar of an office that begins: its hours and the days off of the year, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kelola.workcal.services.changes import set_hours
from kelola.workcal.services.years import confirm_year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from kelola.workcal import rules


@dataclass(frozen=True, slots=True)
class FirstHours:
    """The hours of a week that differ from what every office begins with."""

    weekdays: Mapping[int, Sequence[rules.Window]]
    effective_from: date
    basis: str = ""


@dataclass(frozen=True, slots=True)
class FirstYear:
    """The decree by which the days off of a year are confirmed."""

    year: int
    decree: str
    decree_on: date


@transaction.atomic
def begin_calendar(
    *, office: UUID, hours: FirstHours | None, year: FirstYear | None, by: str, at: datetime
) -> None:
    """Set the hours and confirm the year, both or neither; None leaves a part as it is.

    Raises:
        Invalid: something does not fit.

    """
    if hours is not None:
        set_hours(
            office=office,
            weekdays=hours.weekdays,
            effective_from=hours.effective_from,
            basis=hours.basis,
            by=by,
            at=at,
        )
    if year is not None:
        confirm_year(
            office=office,
            year=year.year,
            decree=year.decree,
            decree_on=year.decree_on,
            by=by,
            at=at,
        )
