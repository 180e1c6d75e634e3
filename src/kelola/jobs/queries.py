"""Reads of the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.jobs.models import JobSlot, SlotState

if TYPE_CHECKING:
    from datetime import datetime


def due(at: datetime) -> list[int]:
    """Return the rows whose next attempt may begin, those with an expired lease among them."""
    waiting = JobSlot.objects.filter(
        state__in=(SlotState.DUE, SlotState.RUNNING), next_at__lte=at
    ).order_by("next_at", "id")
    return list(waiting.values_list("id", flat=True))


def failed() -> list[JobSlot]:
    """Return each job's newest slot where that one was given up."""
    newest: dict[str, JobSlot] = {}
    for slot in JobSlot.objects.exclude(state=SlotState.DUE).order_by("slot_at"):
        newest[slot.job] = slot
    return [slot for slot in newest.values() if slot.state == SlotState.FAILED]
