"""The web killed while a long body comes in; what it may leave behind, and who clears it away."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kelola.evidence.services import disk, sweep_orphans
from tests.faults import raw
from tests.faults.installation import Installation, alive, until
from tests.faults.invariants import assert_invariants
from tests.faults.test_stop import web_worker

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.runs import Desk

ANNOUNCED = 200 * 1024 * 1024
SENT = 8 * 1024 * 1024  # far beyond what is kept in memory
DOCUMENTS = "SELECT count(*) FROM evidence_document"
HOUR = 3600


def bodies(worker: int, folder: Path) -> list[Path]:
    """Return what a process holds open in the folder of bodies, with or without a name."""
    held = []
    for handle in Path(f"/proc/{worker}/fd").iterdir():
        with suppress(FileNotFoundError):
            if str(handle.readlink()).startswith(f"{folder}/"):
                held.append(handle)
    return held


def test_a_web_worker_killed_while_a_body_comes_in(demo: Installation) -> None:
    demo.up("--no-demo")
    folder = demo.folder / "tmp"
    before = demo.rows(DOCUMENTS)
    known = set(demo.folder.glob("files/**/*"))
    worker = web_worker(demo)
    with raw.connect(demo.address) as wire:
        wire.sendall(raw.post("/masuk/", body=b"x" * SENT, length=ANNOUNCED))
        until(lambda: any(b.stat().st_size >= SENT // 2 for b in bodies(worker, folder)), "half")
        os.kill(worker, signal.SIGKILL)
        until(lambda: not alive([worker]), "its death")
        assert raw.status_of(raw.read_all(wire)) == 0  # nobody is told that it was saved
    # The body never had a name: it went with the process, no sweep is needed.
    assert list(folder.iterdir()) == []
    assert set(demo.folder.glob("files/**/*")) == known
    assert demo.rows(DOCUMENTS) == before
    until(lambda: demo.status("/masuk/") == 200, "the next worker")
    demo.stop()
    demo.sound()


@pytest.mark.django_db(transaction=True)
def test_the_sweep_takes_old_remains_and_leaves_what_still_comes(
    desk: Desk, settings: SettingsWrapper
) -> None:
    """Where the file system knows no files without a name, a killed process leaves one."""
    now = time.time()
    halves = disk.folder_of(desk.people.office.pk) / disk.TEMPORARY
    halves.mkdir(parents=True, exist_ok=True)
    places = (Path(settings.FILE_UPLOAD_TEMP_DIR), halves)
    old, young = [p / "tmpold" for p in places], [p / "tmpyoung" for p in places]
    for file, age in [(f, 2 * HOUR) for f in old] + [(f, 0) for f in young]:
        file.write_bytes(b"half")
        os.utime(file, (now - age, now - age))
    assert sweep_orphans(at=datetime.now(UTC)) == len(old)
    assert [f for f in old if f.exists()] == []
    assert [f for f in young if not f.exists()] == []
    assert_invariants()
    for file in young:
        file.unlink()
