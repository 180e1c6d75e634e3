"""The disk turns read-only under a running Kelola, as Linux does when its file system errs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.installation import Installation, alive, family
from tests.faults.invariants import assert_discreet
from tests.faults.visitor import Visitor, ready_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTES = 96
TAKEN = "SELECT id FROM sop_step WHERE assignee_id IS NOT NULL AND state = 'ready'"


class Ext4:
    """A real file system on a file; an error makes it read-only, and only a repair writable."""

    def __init__(self, top: Path) -> None:
        self.image, self.place = top / "image", top / "ext4"
        self.place.mkdir()
        with self.image.open("wb") as file:
            file.truncate(MEGABYTES * 1024 * 1024)
        self._run("mkfs.ext4", "-q", "-F", self.image)
        self.mount()

    def _run(self, *words: str | Path, good: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode in good, done.stderr
        return done.stdout.strip()

    def mount(self) -> None:
        self._run("mount", "-o", "loop,errors=remount-ro", self.image, self.place)

    def err(self) -> None:
        """Let the kernel meet an error: it takes no write from now on, open files or not."""
        device = Path(self._run("findmnt", "-n", "-o", "SOURCE", self.place)).name
        Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("1")

    def repair(self) -> None:
        """Do what a person does then."""
        self._run("umount", self.place)
        self._run("e2fsck", "-f", "-y", self.image, good=(0, 1))
        self.mount()

    def remove(self) -> None:
        self._run("umount", "-l", self.place)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Ext4]:
    made = Ext4(tmp_path)
    yield made
    made.remove()


def test_a_disk_that_turns_read_only_is_read_and_told(demo: Installation, disk: Ext4) -> None:
    small = Installation(disk.place / "data")
    try:
        small.made_like(demo)
        os.sync()  # the copy is not what is asked
        small.environment["KELOLA_RESERVE_MB"] = "1"
        small.up("--no-demo", log="../up.log")
        assert small.running is not None
        members = family(small.running.pid)
        andi = Visitor(small)
        andi.sign_in()
        first, second, *_ = ready_steps(small)
        page, other = f"/langkah/{first}/", f"/langkah/{second}/"
        assert andi.post(f"{page}kerjakan/", page).status == 200
        kept = small.rows(TAKEN)
        disk.err()
        for path in (page, other, "/alur/", "/meja-kerja/", "/masuk/"):
            assert andi.get(path).status == 200, path
        told = andi.post(f"{other}kerjakan/", other)
        if small.server:  # the rows lie elsewhere
            assert told.status == 200
            kept = small.rows(TAKEN)
        else:
            assert (told.status, told.headers["Retry-After"]) == (503, "120")
            assert "tidak dapat ditulisi" in told.text
            assert_discreet(told.body, str(small.folder))
            assert small.rows(TAKEN) == kept
        doctor = small.kelola("doctor")
        assert doctor.returncode == 1
        assert str(small.folder) in doctor.stdout + doctor.stderr
        assert "Traceback" not in doctor.stdout + doctor.stderr
        assert alive(members) == members  # nobody broke over it
        assert small.stop() < 30
        disk.repair()
        small.up("--no-demo", log="../after.log")
        assert small.rows(TAKEN) == kept
        assert andi.get(page).status == 200
        assert andi.post(f"{other}kerjakan/", other).status in (200, 409)
        assert small.stop() < 30
        small.sound()
    finally:
        small.remove()
