"""The process that looks at the schedule and hints at what is due."""

from __future__ import annotations

import contextlib
import logging
import signal
import sqlite3
import threading
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection
from django.utils import timezone

from kelola.jobs import hints, queries, services
from kelola.jobs.tasks import run_slot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

log = logging.getLogger(__name__)
LOOK_EVERY = 30.0  # seconds
ENOUGH_HINTS = 200


def look(*, at: datetime) -> int:
    """Open the slots of this moment and enqueue every row that is due; return how many.

    The reconciler of the jobs: a row whose message was lost, or whose worker died, is found here
    again. A row enqueued twice runs once.
    """
    services.open_slots(at=at)
    if hints.waiting() > ENOUGH_HINTS:  # nobody reads them: more would only fill the disk
        return 0
    due = queries.due(at)
    for slot_id in due:
        run_slot.enqueue(slot_id)
    return len(due)


@contextlib.contextmanager
def journal_kept() -> Iterator[None]:
    """Hold SQLite's database open, so that its journal is always there.

    The last connection that closes deletes it; on a full disk nobody could make it anew, and
    without it nobody can even read.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as held:
        held.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield


def run_scheduler() -> None:
    """Look at the schedule until SIGTERM."""
    with journal_kept():
        _look_again_and_again()


def _look_again_and_again() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.is_set():
        try:
            hints.keep_queue()
            look(at=timezone.now())
        except Exception:  # the next look may find the database again
            log.exception("the schedule could not be read")
        finally:
            close_old_connections()
        stop.wait(LOOK_EVERY)
