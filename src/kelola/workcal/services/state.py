"""What every change of the calendar ends with: a new token and an entry in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.ledger.services import append
from kelola.registry import new_id
from kelola.workcal.models import (
    CalendarState,
    Closure,
    DeclaredDay,
    HoursVersion,
    Season,
    YearConfirmation,
    ZoneVersion,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kelola.ledger.rules import JSON
    from kelola.office.scope import ScopedModel

NOUNS: dict[type[ScopedModel], str] = {
    HoursVersion: "hours",
    ZoneVersion: "zone",
    Season: "season",
    DeclaredDay: "day",
    Closure: "closure",
    YearConfirmation: "year",
}


def lock(office: UUID) -> CalendarState:
    """Return the office's state, locked until the transaction ends."""
    CalendarState.objects.get_or_create(office_id=office)
    return CalendarState.objects.select_for_update().get(office_id=office)


def changed(
    office: UUID, row: ScopedModel, verb: str, data: Mapping[str, JSON], *, by: str, at: datetime
) -> None:
    """Give the calendar a new token and tell the ledger."""
    state = lock(office)
    state.token = new_id()
    state.save(update_fields=["token"])
    append(
        office=office,
        at=at,
        by=by,
        verb=f"workcal.{verb}",
        object=f"workcal.{NOUNS[type(row)]}:{row.pk}",
        data=data,
    )
