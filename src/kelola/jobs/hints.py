"""Huey's queue file. It keeps a row for each finished task and never deletes one (tried)."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from huey.contrib.djhuey import HUEY

if TYPE_CHECKING:
    from huey.api import Huey

queue = cast("Huey", HUEY)

log = logging.getLogger(__name__)
_opened: dict[str, int] = {}
PREFIX = "djt."  # results of Django's tasks; the other keys are Huey's locks: leave them


def prune_results(*, before: datetime) -> int:
    """Delete the results of tasks that finished before this aware time; return how many."""
    keep_queue()
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


def keep_queue() -> None:
    """Make the queue's file usable: a deleted one is made anew, a damaged one is set aside.

    Nothing but time is lost: the rows of the schedule are the jobs, messages only hint at them.
    """
    if _number() != _opened.get("file"):
        queue.storage.close()
    try:
        queue.storage.initialize_schema()
        waiting()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise  # locked or full: another time
        log.warning("the queue's file is damaged; it is set aside and made anew")
        queue.storage.close()
        for end in ("-wal", "-shm"):
            Path(f"{_file()}{end}").unlink(missing_ok=True)
        _file().replace(f"{_file()}.damaged")
        queue.storage.initialize_schema()
    _opened["file"] = _number()


def follow_queue() -> None:
    """Let go of a queue's file that was replaced; the next look opens the new one."""
    now = _number()
    if now and now != _opened.setdefault("file", now):
        queue.storage.close()
        _opened["file"] = now


def foreign_messages() -> datetime | None:
    """Return when a message that we did not sign was last met in the queue, or None."""
    note = settings.DATA_DIR / "queue.foreign"
    if not note.exists():
        return None
    return datetime.fromtimestamp(note.stat().st_mtime, UTC)


def _file() -> Path:
    return Path(str(queue.storage.filename))


def _number() -> int:
    """Return what tells the file from another one under its name; 0 when there is none."""
    try:
        return _file().stat().st_ino
    except FileNotFoundError:
        return 0


def close_queue() -> None:
    """Close this thread's connection to the queue: it must not cross a fork."""
    queue.storage.close()


def waiting() -> int:
    """Return how many messages wait in the queue."""
    return int(queue.pending_count())
