"""Huey's queue file. It keeps a row for each finished task and never deletes one (tried)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from huey.contrib.djhuey import HUEY

if TYPE_CHECKING:
    from huey.api import Huey

queue = cast("Huey", HUEY)

PREFIX = "djt."  # results of Django's tasks; the other keys are Huey's locks: leave them


def prune_results(*, before: datetime) -> int:
    """Delete the results of tasks that finished before this aware time; return how many."""
    deleted = 0
    for key in list(queue.storage.result_items()):
        name = key.decode() if isinstance(key, bytes) else key
        if not name.startswith(PREFIX):
            continue
        record = queue.get(name, peek=True)
        ended = record.get("finished_at") if isinstance(record, dict) else None
        if ended and datetime.fromisoformat(ended) < before:
            queue.delete(name)
            deleted += 1
    return deleted


def close_queue() -> None:
    """Close this thread's connection to the queue: it must not cross a fork."""
    queue.storage.close()


def waiting() -> int:
    """Return how many messages wait in the queue."""
    return int(queue.pending_count())
