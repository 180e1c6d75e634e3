"""Reads of the schedule."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from kelola.jobs.hints import follow_queue, waiting
from kelola.jobs.models import JobSlot, SlotState
from kelola.jobs.rules import slot_at
from kelola.jobs.schedule import ScheduledJob, jobs

if TYPE_CHECKING:
    from datetime import datetime

# The scheduler looks every half minute, and some jobs run every minute.
SILENCE = timedelta(minutes=5)


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


@dataclass(frozen=True, slots=True)
class JobState:
    """A job, its newest turn, its last turn that ended well, and when the next one is due."""

    job: ScheduledJob
    newest: JobSlot | None
    done: JobSlot | None
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """All jobs, the last sign of life of the worker, and how many messages wait for it."""

    jobs: list[JobState]
    seen_at: datetime | None
    is_alive: bool
    waiting: int | None


def overview(at: datetime) -> Overview:
    """Return how the background work of this installation stands."""
    newest, done = _newest(Q()), _newest(Q(state=SlotState.DONE))
    states = [
        JobState(job, newest.get(key), done.get(key), _next(job, newest.get(key), at))
        for key, job in sorted(jobs.items())
    ]
    seen = JobSlot.objects.aggregate(at=Max("finished_at"))["at"]
    return Overview(states, seen, seen is not None and at - seen < SILENCE, _messages())


def _messages() -> int | None:
    """Return how many messages wait; None while the queue's file is missing, damaged or locked."""
    follow_queue()
    try:
        return waiting()
    except sqlite3.Error:
        return None


def _newest(which: Q) -> dict[str, JobSlot]:
    """Return each job's newest turn of a kind."""
    last = JobSlot.objects.filter(which).values_list("job").annotate(Max("slot_at"))
    wanted = Q(pk__in=[])
    for job, slot in last.order_by("job"):
        wanted |= Q(job=job, slot_at=slot)
    return {row.job: row for row in JobSlot.objects.filter(wanted)}


def _next(job: ScheduledJob, newest: JobSlot | None, at: datetime) -> datetime:
    """Return when the job runs next: its turn that is put off, else the beginning of the next."""
    if newest is not None and newest.state == SlotState.DUE:
        return newest.next_at
    return slot_at(at, job.every) + job.every
