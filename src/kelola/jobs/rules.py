"""When a job is due, and how long it waits after a failure. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 8
# How long one attempt may take before another process believes that it died.
LEASE = timedelta(minutes=10)


def slot_at(at: datetime, every: timedelta) -> datetime:
    """Return the beginning of the slot that holds ``at``; slots are counted from the year 2000 UTC.

    A scheduler that slept through many slots finds only the current one missing: one run makes up
    for all of them.
    """
    return EPOCH + (at - EPOCH) // every * every


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after this many failed attempts: doubling from one minute."""
    doublings = min(max(0, attempts - 1), 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
