"""The disk fills up, cannot be written, or breaks at the n-th fsync; then it is well again."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from kelola.evidence.models import Document, StoredFile
from kelola.evidence.services import RefusedFile, store_file
from tests.faults.installation import Installation, until
from tests.faults.invariants import assert_discreet, assert_invariants
from tests.faults.visitor import Visitor, ready_steps
from tests.people import sign_in
from tests.runs import Desk, png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

SIZE = 64 * 1024 * 1024


class Disk:
    """A small file system of its own, in memory."""

    def __init__(self, place: Path) -> None:
        self.place, self.ballast = place, place / "ballast"
        place.mkdir(exist_ok=True)
        self._mount("-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs")

    def _mount(self, *words: str) -> None:
        subprocess.run(["mount", *words, self.place], check=True)

    def fill(self) -> None:
        """Take the last byte."""
        with contextlib.suppress(OSError), self.ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * size)

    def empty(self) -> None:
        self.ballast.unlink()

    def writable(self, *, yes: bool) -> None:
        self._mount("-o", f"remount,{'rw' if yes else 'ro'}")

    def remove(self) -> None:
        subprocess.run(["umount", "-l", self.place], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.remove()


def stored(desk: Desk, shade: int) -> Document:
    return store_file(
        office=desk.people.office.pk,
        stream=io.BytesIO(png(shade=shade)),
        name="foto.png",
        subject="sop.run:x",
        by=desk.people.andi.id,
        at=desk.now,
    )


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_for_files_refuses_files_only(
    desk: Desk, disk: Disk, settings: SettingsWrapper
) -> None:
    settings.FILES_DIR, settings.RESERVE_BYTES = disk.place / "files", 0
    kept = stored(desk, 1)
    disk.fill()
    with pytest.raises(RefusedFile, match="Ruang simpan penuh"):
        stored(desk, 2)
    assert kept.file.path.read_bytes() == png(shade=1)
    desk.open("B")  # records without files go on
    assert (StoredFile.objects.count(), Document.objects.count()) == (1, 1)
    assert [
        p for p in (disk.place / "files").rglob("*") if p.is_file() and p.parent.name == "tmp"
    ] == []
    disk.empty()
    stored(desk, 2)  # nobody had to start anything again
    assert_invariants()


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_for_bodies_is_told_as_507(
    desk: Desk, disk: Disk, client: Client, settings: SettingsWrapper
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR, settings.RESERVE_BYTES = str(disk.place), 0
    step = desk.step(desk.open("B"), "B1")
    sign_in(client, desk.people.andi.user)
    client.raise_request_exception = False
    disk.fill()
    body = SimpleUploadedFile("foto.png", b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE * 2))
    answer = client.post(f"/langkah/{step.id}/selesaikan/", {"foto": body})
    assert answer.status_code == 507
    assert_discreet(answer.content, str(disk.place))
    assert client.get("/sop/").status_code == 200
    assert_invariants()


@pytest.mark.django_db(transaction=True)
def test_files_that_cannot_be_written_break_nothing(
    desk: Desk, disk: Disk, settings: SettingsWrapper
) -> None:
    settings.FILES_DIR, settings.RESERVE_BYTES = disk.place / "files", 0
    kept = stored(desk, 1)
    disk.writable(yes=False)
    with pytest.raises(OSError) as refused:  # noqa: PT011 - its number is asked below
        stored(desk, 2)
    assert refused.value.errno == errno.EROFS
    assert kept.file.path.read_bytes() == png(shade=1)
    assert Document.objects.count() == 1
    disk.writable(yes=True)
    stored(desk, 2)
    assert_invariants()


@pytest.mark.django_db(transaction=True)
def test_an_error_at_the_nth_fsync_stores_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never "saved" without an fsync that went well."""
    sound, broken = os.fsync, 0

    def breaking(last: int) -> None:
        passed = 0

        def fsync(handle: int) -> None:
            nonlocal passed, broken
            passed += 1
            if passed == last:
                broken += 1
                raise OSError(errno.EIO, "input/output error")
            sound(handle)

        monkeypatch.setattr(os, "fsync", fsync)

    for last in range(1, 20):
        before = Document.objects.count()
        breaking(last)
        hit = broken
        try:
            stored(desk, 100 + last)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
        monkeypatch.setattr(os, "fsync", sound)
        if broken == hit:  # the act has fewer calls than this: it passed untouched
            assert Document.objects.count() == before + 1
            break
        assert Document.objects.count() == before
        assert_invariants()
    assert broken >= 2


def test_a_full_data_folder_is_read_and_recovers(demo: Installation, tmp_path: Path) -> None:
    """The real thing: everything of an office on a disk that fills up while it works."""
    disk = Disk(tmp_path / "small")
    small = Installation(disk.place / "data")
    try:
        small.made_like(demo)
        small.environment["KELOLA_RESERVE_MB"] = "5"
        small.up("--no-demo")
        andi = Visitor(small)
        andi.sign_in()
        (step, *_) = ready_steps(small)
        page = f"/langkah/{step}/"
        assert andi.get(page).status == 200
        disk.fill()
        seen = andi.get(page)
        assert seen.status == 200
        assert "unggahan dihentikan sementara" in seen.text
        told = andi.post(f"{page}kerjakan/", page)
        if small.server:  # the rows lie elsewhere and are not touched by this disk
            assert told.status == 200
        else:
            assert (told.status, told.headers["Retry-After"]) == (507, "300")
            assert "Ruang simpan penuh" in told.text
            assert_discreet(told.body, str(small.folder))
        assert small.status("/masuk/") == 200
        disk.empty()
        until(lambda: andi.post(f"{page}kerjakan/", page).status == 200, "the recovery")
        assert "unggahan dihentikan" not in andi.get(page).text
        small.stop()
        small.sound()
    finally:
        small.remove()
        connections.close_all()
        disk.remove()


def test_a_data_folder_that_cannot_be_written_is_named(demo: Installation, tmp_path: Path) -> None:
    """A disk that the system mounted for reading only, as after an error of its file system."""
    disk = Disk(tmp_path / "fixed")
    fixed = Installation(disk.place / "data")
    try:
        fixed.made_like(demo)
        before = {f: f.stat().st_mtime_ns for f in fixed.folder.rglob("*")}
        disk.writable(yes=False)
        for command in (("up", "--no-demo"), ("office", "list"), ("doctor",)):
            refused = fixed.kelola(*command)
            assert refused.returncode == 1, command
            said = refused.stdout + refused.stderr
            assert str(fixed.folder) in said, (command, said)
            assert "Traceback" not in said, (command, said)
        assert {f: f.stat().st_mtime_ns for f in fixed.folder.rglob("*")} == before
        disk.writable(yes=True)
        fixed.up("--no-demo")
        assert fixed.stop() < 30
        fixed.sound()
    finally:
        fixed.remove()
        connections.close_all()
        disk.remove()


def test_a_full_disk_for_the_log_stops_nothing(demo: Installation, tmp_path: Path) -> None:
    disk = Disk(tmp_path / "log")
    try:
        demo.up("--no-demo", log="log/up.log")
        disk.fill()
        andi = Visitor(demo)
        assert "/masuk/" not in andi.sign_in().address
        assert andi.get("/alur/").status == 200
        assert andi.get("/tidak-ada/").status == 404
        assert demo.stop() < 30
    finally:
        demo.remove()
        demo.server = ""
        disk.remove()
