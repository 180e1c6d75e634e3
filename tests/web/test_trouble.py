"""Trouble of the machine: its pages, what they tell, and what they keep to themselves."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError

from kelola.evidence.services import RefusedFile
from kelola.ui import storage
from kelola.ui.http.trouble import Trouble, trouble_of
from tests.faults.invariants import assert_discreet
from tests.people import sign_in

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.runs import Desk


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    error.__cause__ = cause
    return error


def state(code: str) -> Exception:
    cause = psycopg.OperationalError("x")
    cause.sqlstate = code
    return raised(OperationalError("x"), cause)


BELOW_US = [
    (OperationalError("database is locked"), Trouble.BUSY),
    (OperationalError("database or disk is full"), Trouble.FULL),
    (OperationalError("attempt to write a readonly database"), Trouble.UNWRITABLE),
    (OperationalError("disk I/O error"), Trouble.UNWRITABLE),
    (OperationalError("unable to open database file"), Trouble.UNWRITABLE),
    (DatabaseError("database disk image is malformed"), Trouble.DAMAGED),
    (DatabaseError("file is not a database"), Trouble.DAMAGED),
    (InterfaceError("connection already closed"), Trouble.BUSY),
    (state("53300"), Trouble.BUSY),  # too many connections
    (OperationalError("connection is bad: No such file or directory"), Trouble.BUSY),
    (state("57P01"), Trouble.BUSY),  # the server is shut down
    (state("40P01"), Trouble.BUSY),  # deadlock
    (state("40001"), Trouble.BUSY),  # serialization failure
    (state("55P03"), Trouble.BUSY),  # the lock was not to be had
    (state("53100"), Trouble.FULL),
    (state("25006"), Trouble.UNWRITABLE),
    (OSError(errno.ENOSPC, "x"), Trouble.FULL),
    (OSError(errno.EROFS, "x"), Trouble.UNWRITABLE),
    (OSError(errno.EIO, "x"), Trouble.UNWRITABLE),
    (OSError(errno.EMFILE, "x"), Trouble.BUSY),
    (raised(RuntimeError("x"), OSError(errno.ENOSPC, "x")), Trouble.FULL),
    (MemoryError(), Trouble.BUSY),
]
OURS = [
    OperationalError("no such table: office_user"),
    ProgrammingError('relation "x" does not exist'),
    FileNotFoundError(errno.ENOENT, "x"),
    ValueError("x"),
]


@pytest.mark.parametrize(("error", "trouble"), BELOW_US, ids=str)
def test_trouble_of_the_machine_is_told_apart(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error) is trouble


@pytest.mark.parametrize("error", OURS, ids=str)
def test_faults_of_ours_stay_ours(error: Exception) -> None:
    assert trouble_of(error) is None


WORDS = {
    Trouble.BUSY: (503, "Kelola sedang sibuk", "kirim lagi"),
    Trouble.FULL: (507, "Ruang simpan penuh", "Minta operator mengosongkan ruang"),
    Trouble.UNWRITABLE: (503, "tidak ada yang dapat disimpan", "tidak dapat ditulisi"),
    Trouble.DAMAGED: (503, "Data yang tersimpan rusak", "salinan cadangan"),
}


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
@pytest.mark.parametrize("trouble", list(Trouble))
def test_each_trouble_has_its_page(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    error = next(e for e, t in BELOW_US if t is trouble)

    def breaks(*_: object, **__: object) -> object:
        raise error

    sign_in(client, desk.people.andi.user)
    client.raise_request_exception = False
    monkeypatch.setattr("kelola.sop.views.sops.render", breaks)
    answer = client.get("/sop/")
    status, heading, advice = WORDS[trouble]
    text = answer.content.decode()
    assert answer.status_code == status
    assert int(answer.headers["Retry-After"]) >= 10
    assert heading in text
    assert advice in text
    assert "K-" in text
    assert_discreet(answer.content)


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
def test_little_room_pauses_files_and_nothing_else(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch, settings: SettingsWrapper
) -> None:
    run = desk.open("B")
    sign_in(client, desk.people.andi.user)
    assert "Ruang simpan tinggal" not in client.get("/alur/").content.decode()
    monkeypatch.setattr(storage, "free_bytes", lambda: settings.RESERVE_BYTES - 1)
    page = client.get("/alur/").content.decode()
    assert "Ruang simpan tinggal 299 MB; unggahan dihentikan sementara" in page
    with pytest.raises(RefusedFile, match="belum tersimpan"):
        desk.form(run, "B1")
    # A form without a file is small and passes; one with a large file is not even read.
    step = desk.step(run, "B1")
    client.raise_request_exception = False
    large = SimpleUploadedFile("foto.png", b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))
    refused = client.post(f"/langkah/{step.id}/selesaikan/", {"foto": large})
    assert refused.status_code == 507
    assert "Ruang simpan tinggal 299 MB" in refused.content.decode()
    assert refused.headers["Retry-After"] == "300"
    assert_discreet(refused.content)
    kept = client.post(f"/langkah/{step.id}/selesaikan/", {"revision": "0"})
    assert kept.status_code in (302, 422)
    assert not list(settings.FILES_DIR.rglob("?" * 64))
