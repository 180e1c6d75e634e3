"""Reads of a period: how long the steps of each activity took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.models import Step
from kelola.sop.rules import Heat, heat_of
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

# Enough for a median; an office with more steps of a procedure in a period sees its newest.
MOST = 4000
_CLOSED = ("done", "ordered", "returned")


def heat(
    sop_id: UUID, procedure: str, start: datetime, end: datetime, calendar: workcal.Calendar
) -> dict[str, Heat]:
    """Return by activity how many steps were finished in a period and how long they took."""
    rows = Step.objects.filter(
        sop=sop_id,
        run__procedure=procedure,
        recorded_at__gte=start,
        recorded_at__lt=end,
        state__in=_CLOSED,
        clock_from__isnull=False,
        performed_at__isnull=False,
    ).order_by("-recorded_at")
    fields = ("activity", "clock_from", "performed_at", "due_at")
    found: dict[str, list[tuple[float, bool]]] = {}
    for activity, since, done, due in rows.values_list(*fields)[:MOST]:
        took = workcal.working_between(calendar, since, done) if done > since else None
        minutes = took.total_seconds() / 60 if took else 0.0
        found.setdefault(activity, []).append((minutes, due is not None and done > due))
    return {activity: heat_of(rows) for activity, rows in found.items()}
