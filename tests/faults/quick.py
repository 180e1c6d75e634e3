"""Kelola that looks at its schedule five times a second; its jobs can be held in their middle.

    python -m tests.faults.quick FOLDER up …

What is to happen stands in the folder: `wanted` holds the key of the job that stops after half of
the statements of its last time, until `on` is there; `tick` adds a job of every second.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.db import connection

from kelola.jobs.schedule import ScheduledJob, Work, jobs, scheduled

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_EVERY = 0.2
LONGEST = 60.0  # seconds that a job is held, should nobody let it go on
TICK = "tests.tick"


def held(job: ScheduledJob, folder: Path) -> Work:
    """Return the job's work, which stops in its middle when it is wanted."""
    count, wanted = folder / f"{job.key}.count", folder / "wanted"

    @functools.wraps(job.run)
    def run(*, at: datetime) -> None:
        stops = wanted.exists() and wanted.read_text() == job.key
        half = int(count.read_text()) // 2 if stops else 0
        passed = 0

        def hold() -> None:
            nonlocal stops
            stops = False
            wanted.unlink()
            (folder / f"{job.key}.held").write_text(str(os.getpid()))
            end = time.monotonic() + LONGEST
            while not (folder / "on").exists() and time.monotonic() < end:
                time.sleep(0.02)

        def pass_one(execute: Callable[..., Any], *what: Any) -> Any:
            nonlocal passed
            result = execute(*what)
            passed += 1
            if stops and passed > half:
                hold()
            return result

        with connection.execute_wrapper(pass_one):
            job.run(at=at)
        if stops:  # fewer statements than the last time
            hold()
        count.write_text(str(passed))
        (folder / f"{job.key}.ended").touch()

    return run


def told(work: Callable[..., Any], folder: Path, *, ends: bool) -> Callable[..., Any]:
    """Return work that leaves the file `looking` in the folder while the scheduler looks."""
    note = folder / "looking"

    def telling(**options: Any) -> Any:
        note.touch()
        try:
            return work(**options)
        finally:
            if ends:
                note.unlink(missing_ok=True)

    return telling


def hurried(set_up: Callable[..., None], folder: Path) -> Callable[..., None]:
    """Return Django's set-up with quick schedulers and jobs that can be held."""

    def ready(**options: Any) -> None:
        django.setup = set_up
        set_up(**options)
        from kelola.jobs import hints, scheduler, supervisor  # noqa: PLC0415 - needs what is set up here

        scheduler.LOOK_EVERY = LOOK_EVERY
        supervisor.LONG_LIFE = 0.0  # who is ended on purpose is started again at once
        hints.keep_queue = told(hints.keep_queue, folder, ends=False)
        scheduler.look = told(scheduler.look, folder, ends=True)
        for key, job in list(jobs.items()):
            jobs._items[key] = replace(job, run=held(job, folder))

    return ready


def tick_into(folder: Path) -> None:
    """Add a job of every second that writes a line."""

    @scheduled(TICK, every=timedelta(seconds=1))
    def tick(*, at: datetime) -> None:
        """Write a line."""
        with (folder / "ticks").open("a") as file:
            file.write(f"{at.isoformat()}\n")


def prepare(folder: Path) -> None:
    """Hurry the Kelola that starts in this process."""
    if (folder / "tick").exists():
        tick_into(folder)
    if "FAKETIME_TIMESTAMP_FILE" in os.environ:
        # libfaketime 0.9.10 breaks a sleep on the monotonic clock when it leaves that one alone.
        time.sleep = lambda seconds: threading.Event().wait(seconds) and None
    django.setup = hurried(django.setup, folder)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
    from kelola.__main__ import main

    raise SystemExit(main(sys.argv[2:]))
