"""The calendar's part in the demo office's year: a day off that was declared the day before."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kelola.registry import Deed, lives
from kelola.workcal import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.registry import World

AFTERNOON = time(14, 35)
DESK = "budi"  # the administrator


def life(world: World) -> Iterator[Deed]:
    """Yield the late declaration."""
    if world.late_holiday is None:
        return
    day, label = world.late_holiday
    moment = datetime.combine(day - timedelta(days=1), AFTERNOON, ZoneInfo(world.office.zone))
    at = moment.astimezone(UTC)
    yield Deed(
        at,
        "workcal late holiday",
        lambda: services.declare_closure(
            office=world.office.pk,
            on=day,
            label=label,
            by=str(world.people[DESK].pk),
            at=at,
        ),
    )


lives.register("workcal.life", life)
