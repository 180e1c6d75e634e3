"""Claiming, running and clearing the slots of the schedule.

These rows are the machine's own book-keeping: where no person acts, no ledger entry is written;
what a job changes is entered by the service that it calls.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F

from kelola.jobs.models import JobSlot, SlotState
from kelola.jobs.rules import LEASE, MOST_ATTEMPTS, slot_at, wait_after
from kelola.jobs.schedule import jobs
from kelola.ledger.services import append

if TYPE_CHECKING:
    from datetime import datetime, timedelta

log = logging.getLogger(__name__)
# Of each index, so that a million rows are counted in a moment.
ROWS_COUNTED = 1000


def open_slots(*, at: datetime) -> int:
    """Insert the current slot of every job; the unique row decides between two schedulers.

    Args:
        at: aware time of this look at the schedule.

    Returns:
        How many slots this call opened.

    """
    opened = 0
    for key, job in jobs.items():
        slot = slot_at(at, job.every)
        if JobSlot.objects.filter(job=key, slot_at=slot).exists():
            continue
        with transaction.atomic():
            # An older turn that never ended is overtaken: one run makes up for all missed.
            JobSlot.objects.filter(job=key, state=SlotState.DUE, slot_at__lt=slot).delete()
            _row, created = JobSlot.objects.get_or_create(
                job=key, slot_at=slot, defaults={"next_at": at}
            )
        opened += created
    return opened


@transaction.atomic
def run_soon(*, job: str, by: str, at: datetime) -> bool:
    """Let a job run at the scheduler's next look, on a person's wish.

    A turn that waits is brought forward; else one more is opened, at most one in a minute.

    Returns:
        Whether it will run because of this wish; False when it runs already, or has just run.

    Raises:
        KeyError: there is no such job.

    """
    known = jobs[job]
    waiting = JobSlot.objects.filter(job=known.key, state=SlotState.DUE)
    if JobSlot.objects.filter(job=known.key, state=SlotState.RUNNING, next_at__gt=at).exists():
        return False
    if not waiting.update(next_at=at):
        minute = at.replace(second=0, microsecond=0)
        _row, created = JobSlot.objects.get_or_create(
            job=known.key, slot_at=minute, defaults={"next_at": at}
        )
        if not created:
            return False
    append(
        office=None,
        at=at,
        by=by,
        verb="jobs.slot.asked",
        object=f"jobs.slot:{known.key}",
        data={"job": known.key},
    )
    return True


def perform(slot_id: int, *, at: datetime) -> bool:
    """Run one slot if nobody else has it.

    Args:
        slot_id: the row.
        at: aware time of this attempt; handed to the job.

    Returns:
        Whether this call ran the job. A failed job is noted for another attempt, not raised.

    """
    claimed = JobSlot.objects.filter(
        pk=slot_id, state__in=(SlotState.DUE, SlotState.RUNNING), next_at__lte=at
    ).update(state=SlotState.RUNNING, started_at=at, next_at=at + LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    slot = JobSlot.objects.get(pk=slot_id)
    job = jobs.get(slot.job)
    if job is None:  # a row of a job that a later version no longer has
        slot.delete()
        return False
    try:
        job.run(at=at)
    except Exception as error:
        log.exception("job %s failed at attempt %d", slot.job, slot.attempts)
        _put_off(slot, at=at, error=error)
    else:
        _close(slot, state=SlotState.DONE, at=at, error="")
    return True


def _put_off(slot: JobSlot, *, at: datetime, error: Exception) -> None:
    kind = type(error).__name__[:120]
    if slot.attempts >= MOST_ATTEMPTS:
        _close(slot, state=SlotState.FAILED, at=at, error=kind)
        return
    JobSlot.objects.filter(pk=slot.pk, attempts=slot.attempts).update(
        state=SlotState.DUE, next_at=at + wait_after(slot.attempts), error=kind
    )


def _close(slot: JobSlot, *, state: SlotState, at: datetime, error: str) -> None:
    # Only the attempt that holds the lease may close the slot.
    JobSlot.objects.filter(pk=slot.pk, attempts=slot.attempts).update(
        state=state, finished_at=at, error=error
    )


def clear_slots(*, at: datetime, older_than: timedelta) -> int:
    """Delete closed slots older than this; return how many."""
    closed = JobSlot.objects.filter(
        state__in=(SlotState.DONE, SlotState.FAILED), finished_at__lt=at - older_than
    )
    return closed.delete()[0]


def shorten_journal() -> bool:
    """Empty SQLite's journal and cut it short; return whether that could be done now.

    It waits for nobody: a reader in the middle of a long query must not hold up all writers.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        patience = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return int(cursor.fetchone()[0]) == 0
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def keep_statistics() -> bool:
    """Let SQLite count how its rows are spread; return whether that was its own to do.

    Without the counts it guesses which index to take: a desk over 200,000 steps took seconds.
    PostgreSQL counts by itself.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS_COUNTED}")
        cursor.execute("ANALYZE")
    return True
