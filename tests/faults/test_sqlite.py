"""SQLite's file locked, damaged, gone, and its journal held open by a long reader."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from kelola.jobs.services import shorten_journal
from kelola.office.models import Office
from tests.faults.installation import until
from tests.faults.invariants import assert_discreet
from tests.faults.visitor import Visitor, ready_steps

if TYPE_CHECKING:
    from tests.faults.installation import Installation

BUSY_TIMEOUT = 5.0
TAKEN = "SELECT count(*) FROM sop_step WHERE id = '{}' AND assignee_id <> ''"


def other(installation: Installation) -> sqlite3.Connection:
    """Open the database as another program would."""
    path = installation.folder / "kelola.sqlite3"
    return sqlite3.connect(path, isolation_level=None, timeout=10)


def test_a_held_lock_is_waited_for_and_then_told(demo: Installation) -> None:
    demo.up("--no-demo")
    andi = Visitor(demo)
    assert "/masuk/" not in andi.sign_in().address
    (step, *_) = ready_steps(demo)
    page = f"/langkah/{step}/"
    holder = other(demo)
    holder.execute("BEGIN EXCLUSIVE")
    start = time.monotonic()
    told = andi.post(f"{page}kerjakan/", page)
    waited = time.monotonic() - start
    assert (told.status, told.headers["Retry-After"]) == (503, "10")
    assert "Kelola sedang sibuk" in told.text
    assert_discreet(told.body, str(demo.folder))
    assert BUSY_TIMEOUT - 1 < waited < 4 * BUSY_TIMEOUT
    assert andi.get(page).status == 200  # reading goes on
    holder.execute("ROLLBACK")
    holder.close()
    assert andi.post(f"{page}kerjakan/", page).status == 200
    assert demo.rows(TAKEN.format(step.hex)) == [(1,)]
    demo.stop()
    demo.sound()


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_given_back_after_a_long_reader() -> None:
    path = Path(connection.settings_dict["NAME"])
    journal = path.with_name(f"{path.name}-wal")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM office_office").fetchone()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ballast (body BLOB)")
        for _n in range(40):
            cursor.execute("INSERT INTO ballast VALUES (zeroblob(1000000))")
    try:
        assert journal.stat().st_size > 30_000_000
        start = time.monotonic()
        assert not shorten_journal()  # the reader still reads, and nobody waits for it
        assert time.monotonic() - start < 2
        assert Office.objects.count() == 0  # this connection's patience is as it was
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone() == (int(BUSY_TIMEOUT * 1000),)
            cursor.execute("PRAGMA journal_size_limit")
            assert cursor.fetchone() == (64 * 1024 * 1024,)
    finally:
        reader.execute("COMMIT")
        reader.close()
    assert shorten_journal()
    assert journal.stat().st_size == 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE ballast")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("where", ["header", "pages"])
def test_a_damaged_file_stops_the_start_and_is_left_alone(demo: Installation, where: str) -> None:
    file = demo.folder / "kelola.sqlite3"
    with file.open("r+b") as body:
        body.seek(0 if where == "header" else 40 * 4096)
        body.write(os.urandom(100 if where == "header" else 30 * 4096))
    before = digest(file)
    refused = demo.kelola("up", "--no-demo")
    assert refused.returncode == 1, refused.stdout
    assert "Database rusak" in refused.stderr
    assert "back-up-and-restore.md" in refused.stderr
    assert "Traceback" not in refused.stderr
    doctor = demo.kelola("doctor")
    assert doctor.returncode == 1
    assert "Database rusak" in doctor.stdout
    assert digest(file) == before


def test_a_file_that_is_gone_is_never_made_anew(demo: Installation) -> None:
    file = demo.folder / "kelola.sqlite3"
    kept = file.rename(demo.folder.parent / "kept.sqlite3")
    for command in (("up",), ("office", "list")):
        refused = demo.kelola(*command)
        assert refused.returncode == 1
        assert "tidak ada atau kosong" in refused.stderr
    for leftover in demo.folder.glob("kelola.sqlite3*"):
        leftover.unlink()
    kept.rename(file)
    assert demo.kelola("office", "list").returncode == 0
    demo.sound()


def test_a_journal_outlives_a_kill(demo: Installation) -> None:
    """What was answered as done is there after kill −9 of everything, journal and all."""
    demo.up("--no-demo")
    andi = Visitor(demo)
    andi.sign_in()
    (step, *_) = ready_steps(demo)
    page = f"/langkah/{step}/"
    assert andi.post(f"{page}kerjakan/", page).status == 200
    demo.kill_all()
    assert demo.rows(TAKEN.format(step.hex)) == [(1,)]
    demo.sound()


NEW = (
    *("office", "new", "--name", "Pengadilan Negeri Baru", "--short", "PN Baru"),
    *("--zone", "Asia/Jakarta", "--admin", "baru", "--admin-name", "Baru"),
)


def beside(file: Path, end: str) -> Path:
    return file.with_name(f"{file.name}-{end}")


def test_a_lost_journal_and_a_noisy_index(demo: Installation) -> None:
    """Noise in the index costs nothing; a lost journal is seen by the anchor kept apart."""
    file, anchor = demo.folder / "kelola.sqlite3", demo.folder.parent / "anchor.json"
    password = demo.folder.parent / "password"
    password.write_text("kata-sandi-yang-panjang-2026\n")
    with closing(sqlite3.connect(file)) as held:  # the last to close would empty the journal
        held.execute("SELECT count(*) FROM sqlite_master").fetchone()
        made = demo.kelola(*NEW, "--password-file", str(password))
        assert made.returncode == 0, made.stderr
        assert demo.kelola("anchor", "write", str(anchor)).returncode == 0
        without = file.read_bytes()
        journal = beside(file, "wal").read_bytes()
    assert len(journal) > 0
    # As after a power cut: file and journal, and an index that is noise.
    file.write_bytes(without)
    beside(file, "wal").write_bytes(journal)
    beside(file, "shm").write_bytes(os.urandom(32768))
    listed = demo.kelola("office", "list")
    assert (listed.returncode, "Pengadilan Negeri Baru" in listed.stdout) == (0, True), (
        listed.stderr
    )
    assert demo.kelola("anchor", "check", str(anchor)).returncode == 0
    # The journal gone: the file is sound by itself, only the anchor knows of the lost tail.
    file.write_bytes(without)
    for end in ("wal", "shm"):
        beside(file, end).unlink(missing_ok=True)
    told = demo.kelola("anchor", "check", str(anchor))
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert told.stdout + told.stderr != ""
    demo.sound()


READ = """
import sqlite3, sys, time
connected = sqlite3.connect(sys.argv[1], isolation_level=None)
connected.execute("BEGIN")
connected.execute("SELECT count(*) FROM sqlite_master").fetchone()
print("reads", flush=True)
time.sleep(600)
"""
SHORTENED = "SELECT 1 FROM jobs_jobslot WHERE job = 'jobs.shorten_journal' AND state = 'done'"


def checkpointed(demo: Installation) -> None:
    with closing(other(demo)) as connected:
        assert connected.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_an_older_file_under_a_newer_journal_is_told(demo: Installation) -> None:
    """As when a backup of the file is put back and the journal beside it is forgotten."""
    file = demo.folder / "kelola.sqlite3"
    checkpointed(demo)
    older = file.read_bytes()
    password = demo.folder.parent / "password"
    password.write_text("kata-sandi-yang-panjang-2026\n")
    assert demo.kelola(*NEW, "--password-file", str(password)).returncode == 0
    checkpointed(demo)
    with closing(sqlite3.connect(file)) as held:
        held.execute("SELECT count(*) FROM sqlite_master").fetchone()
        again = [word.replace("Baru", "Lain").replace("baru", "lain") for word in NEW]
        made = demo.kelola(*again, "--password-file", str(password))
        assert made.returncode == 0, made.stderr
        journal = beside(file, "wal").read_bytes()
    beside(file, "shm").unlink(missing_ok=True)
    file.write_bytes(older)
    beside(file, "wal").write_bytes(journal)
    refused = demo.kelola("up", "--no-demo")
    assert refused.returncode == 1, refused.stdout
    assert "Database rusak" in refused.stderr
    doctor = demo.kelola("doctor")
    assert doctor.returncode == 1
    assert "Database rusak" in doctor.stdout


def test_a_journal_lost_after_a_kill_is_told(demo: Installation) -> None:
    """Killed while people worked, and the journal is gone: the kept anchor knows of the tail."""
    demo.up("--no-demo")
    andi = Visitor(demo)
    andi.sign_in()
    (step, *_) = ready_steps(demo)
    page = f"/langkah/{step}/"
    until(lambda: demo.rows(SHORTENED), "the hourly turn that empties the journal")
    file = demo.folder / "kelola.sqlite3"
    # Who still reads the state before keeps what follows in the journal, however soon it is full.
    command = [sys.executable, "-c", READ, file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        try:
            assert reader.stdout
            assert reader.stdout.readline() == "reads\n"
            assert andi.post(f"{page}kerjakan/", page).status == 200
            anchor = demo.folder.parent / "anchor.json"
            assert demo.kelola("anchor", "write", str(anchor)).returncode == 0
            demo.kill_all()
        finally:
            reader.kill()  # closed in order, it would itself empty the journal
    assert beside(file, "wal").stat().st_size > 0
    for end in ("wal", "shm"):
        beside(file, end).unlink(missing_ok=True)
    told = demo.kelola("anchor", "check", str(anchor))
    assert told.returncode == 1, told.stdout
    assert "Traceback" not in told.stderr
    demo.sound()
