"""The queue's file deleted, damaged, replaced, and with a stranger's message in it."""

from __future__ import annotations

import os
import pickle
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from kelola.jobs import hints
from kelola.registry import checks
from tests.faults.installation import Installation, until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def queue() -> Iterator[Path]:
    """Give the file of a queue that works."""
    hints.keep_queue()
    yield Path(hints.queue.storage.filename)
    hints.close_queue()
    for left in settings.DATA_DIR.glob("queue.*"):
        left.unlink()


def works() -> bool:
    hints.queue.storage.enqueue(b"x", 0)
    return bool(hints.queue.storage.dequeue() == b"x")


def test_a_queue_deleted_midway_is_made_anew(queue: Path) -> None:
    assert works()
    for file in queue.parent.glob("queue.sqlite3*"):
        file.unlink()
    # Without a look at the name, messages would go on into the deleted file.
    hints.keep_queue()
    assert works()
    assert queue.exists()


def test_whoever_reads_follows_to_the_new_file(queue: Path) -> None:
    hints.follow_queue()
    assert works()
    replaced = sqlite3.connect(queue.with_name("other"))
    with replaced:
        for sql in hints.queue.storage.ddl:
            replaced.execute(sql)
        replaced.execute(
            "INSERT INTO task (queue, data) VALUES (?, ?)", (hints.queue.storage.name, b"new")
        )
    replaced.close()
    for file in queue.parent.glob("queue.sqlite3*"):
        file.unlink()
    queue.with_name("other").replace(queue)
    hints.follow_queue()
    assert hints.queue.storage.dequeue() == b"new"


@pytest.mark.parametrize("at", [0, 4096])
def test_a_damaged_queue_is_set_aside(
    queue: Path, at: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert works()
    hints.close_queue()
    with queue.open("r+b") as body:
        body.seek(at)
        body.write(os.urandom(8 * 4096))
    hints.keep_queue()
    assert works()
    assert queue.with_name("queue.sqlite3.damaged").exists()
    assert "set aside" in caplog.text


@pytest.mark.logs_errors("kelola.jobs.sealed")
def test_a_strangers_message_is_reported_and_thrown_away(queue: Path) -> None:
    assert checks["jobs.queue"].run() == []
    hints.queue.storage.enqueue(pickle.dumps({"a": "stranger"}), 0)
    with pytest.raises(ValueError, match=r"eparator|ignature"):
        hints.queue.dequeue()
    (finding,) = checks["jobs.queue"].run()
    assert "tidak ditulis Kelola" in finding
    assert works()


def test_a_start_over_a_damaged_queue_runs_the_jobs(demo: Installation) -> None:
    """The real processes: a queue of noise at the start, a stranger's message while they run."""
    file = demo.folder / "queue.sqlite3"
    file.write_bytes(os.urandom(64 * 1024))
    demo.up("--no-demo")
    done = "SELECT count(*) FROM jobs_jobslot WHERE state = 'done'"
    until(lambda: demo.rows(done)[0][0] >= 2, "jobs through the new queue")
    with sqlite3.connect(file, timeout=10) as stranger:
        stranger.execute("INSERT INTO task (queue, data) VALUES ('kelola', ?)", (b"noise",))
    until((demo.folder / "queue.foreign").exists, "the report")
    assert demo.status("/masuk/") == 200
    assert demo.stop() < 30
    demo.sound()
