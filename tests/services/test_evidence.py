"""Storing files: what reaches the disk and the database, and what must not."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from kelola.evidence.models import Document, StoredFile
from kelola.evidence.queries import documents_by_id, documents_by_subject, documents_of
from kelola.evidence.rules import Reason
from kelola.evidence.services import RefusedFile, disk, store_file, sweep_orphans
from kelola.jobs.schedule import jobs
from kelola.ledger import queries as ledger
from kelola.ledger.models import Entry
from kelola.ledger.rules import digest
from kelola.office.scope import ScopeMissing, ScopeViolation, office_scope
from tests import sample_files as files
from tests.people import make_court

pytestmark = pytest.mark.django_db

ANDI = "018f0000-0000-7000-8000-0000000000a1"
STEP = "sop.step:018f0000-0000-7000-8000-0000000000f1"
NINE = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def office():
    court = make_court().office
    with office_scope(court.pk):
        yield court


def store(office, data=None, name="foto.png", subject=STEP, at=NINE):
    stream = io.BytesIO(files.png() if data is None else data)
    return store_file(office=office.pk, stream=stream, name=name, subject=subject, by=ANDI, at=at)


def on_disk():
    top = Path(django_settings.FILES_DIR)
    return sorted(p for p in top.rglob("*") if p.is_file() and p.name != ".lock")


@pytest.mark.parametrize("name", sorted(files.GOOD))
def test_the_bytes_come_back_identical(office, name):
    data = files.GOOD[name]
    document = store(office, data, name)
    assert document.file.path.read_bytes() == data
    assert (document.name, document.size, document.added_by) == (name, len(data), ANDI)
    assert document.file.sha256 == hashlib.sha256(data).hexdigest()
    assert document.file.kind.media_type == document.media_type


def test_the_place_on_disk_is_named_by_content_alone(office):
    document = store(office, name="../../../etc/notulen.png")
    sha = hashlib.sha256(files.png()).hexdigest()
    assert document.name == "notulen.png"
    assert on_disk() == [django_settings.FILES_DIR / str(office.pk) / sha[:2] / sha]
    assert on_disk()[0].stat().st_mode & 0o077 == 0


def test_the_same_bytes_are_kept_once_in_an_office(office):
    first, second = store(office, name="a.png"), store(office, name="b.png")
    assert first.file == second.file
    assert first.pk != second.pk
    assert len(on_disk()) == 1
    assert [d.name for d in documents_of(STEP)] == ["a.png", "b.png"]


def test_another_office_keeps_its_own_copy(office):
    store(office)
    other = make_court("Pengadilan Agama Tetangga").office
    with office_scope(other.pk):
        store(other)
        assert Document.objects.count() == 1
        assert StoredFile.objects.count() == 1
    assert len(on_disk()) == 2


def test_documents_are_found_by_subject_and_id_in_one_query(office, django_assert_num_queries):
    other = STEP[:-1] + "2"
    stored = [store(office), store(office, subject=other), store(office, name="c.png")]
    with django_assert_num_queries(1):
        found = documents_by_subject([STEP, other, "sop.step:none"])
        assert {s: [d.file.size for d in ds] for s, ds in found.items()}[other]
    assert [len(found[STEP]), len(found[other]), len(found)] == [2, 1, 2]
    with django_assert_num_queries(1):
        by_id = documents_by_id([d.pk for d in stored] + [uuid4()])
        assert {d.pk: d.media_type for d in stored} == {k: d.media_type for k, d in by_id.items()}


def test_the_ledger_tells_it_without_the_name(office):
    document = store(office, name="KTP Fajar Nugraha.png")
    entry = Entry.objects.get(verb="evidence.document.added")
    assert entry.object == f"evidence.document:{document.pk}"
    assert entry.data == {
        "subject": STEP,
        "sha256": document.file.sha256,
        "size": document.size,
        "name": digest(document.salt, "KTP Fajar Nugraha.png"),
    }
    assert "Fajar" not in str(entry.data)
    assert ledger.verify().ok


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("laporan.exe", files.EXE, Reason.FOREIGN_KIND),
        ("gambar.svg", files.SVG, Reason.FOREIGN_KIND),
        ("laporan.pdf", files.HTML, Reason.LYING_NAME),
        ("foto.jpg", files.EXE, Reason.LYING_NAME),
        ("kosong.pdf", b"", Reason.EMPTY),
        ("../../x.exe", files.EXE, Reason.FOREIGN_KIND),
        ("surat.docx", files.docx(**{"word/vbaProject.bin": b"x"}), Reason.MACROS),
        ("foto.png", files.png(60_000, 60_000), Reason.TOO_MANY_PIXELS),
        ("surat.docx", files.docx()[:-5], Reason.BROKEN),
        ("daftar.csv", b"\xff\xfea\0", Reason.ENCODING),
    ],
)
def test_a_refused_file_leaves_nothing(office, name, data, code):
    with pytest.raises(RefusedFile) as refused:
        store(office, data, name)
    assert refused.value.code == code
    assert Path(name).name in refused.value.reason
    assert "%(" not in refused.value.reason
    assert on_disk() == []
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()
    assert not Entry.objects.filter(verb__startswith="evidence.").exists()


def test_the_limit_is_counted_not_believed(office, settings):
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    good = b"a" * settings.UPLOAD_LIMIT_BYTES
    assert store(office, good, "tepat.txt").size == len(good)
    kept = on_disk()
    with pytest.raises(RefusedFile) as refused:
        store(office, good + b"a", "lebih.txt")
    assert refused.value.code == Reason.TOO_LARGE
    assert " 1 MB" in refused.value.reason
    assert on_disk() == kept


class Endless:
    """A stream that never ends; reading on past the limit would never return."""

    def read(self, size):
        return b"a" * size


def test_an_endless_stream_is_cut_at_the_limit(office, settings):
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    with pytest.raises(RefusedFile, match=r"besar\.txt"):
        store_file(
            office=office.pk, stream=Endless(), name="besar.txt", subject=STEP, by=ANDI, at=NINE
        )
    assert on_disk() == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_nothing(office, monkeypatch, code):
    def full(_handle):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(disk.os, "fsync", full)
    with pytest.raises(RefusedFile) as refused:
        store(office)
    assert refused.value.code == Reason.NO_SPACE
    assert on_disk() == []
    assert not Document.objects.exists()


def test_another_fault_of_the_disk_is_not_hidden(office, monkeypatch):
    def broken(_handle):
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(disk.os, "fsync", broken)
    with pytest.raises(OSError, match="input/output"):
        store(office)
    assert on_disk() == []


def test_the_bytes_are_safe_before_their_row(office, monkeypatch):
    order = []
    fsync, append = os.fsync, Path.replace
    monkeypatch.setattr(disk.os, "fsync", lambda h: (order.append("fsync"), fsync(h))[1])
    monkeypatch.setattr(Path, "replace", lambda s, t: (order.append("rename"), append(s, t))[1])
    real = StoredFile.objects.get_or_create
    monkeypatch.setattr(
        type(StoredFile.objects),
        "get_or_create",
        lambda _self, **given: (order.append("row"), real(**given))[1],
    )
    store(office)
    assert order[:3] == ["fsync", "rename", "fsync"]
    assert order[-1] == "row"


def test_without_the_offices_scope_nothing_is_recorded(office):
    del office
    other = make_court("Pengadilan Agama Tetangga").office
    with pytest.raises(ScopeViolation):
        store(other)


@pytest.mark.usefixtures("office")
def test_no_scope_no_documents():
    from kelola.office import scope  # noqa: PLC0415 - the variable behind the guard

    token = scope._scope.set(None)
    try:
        with pytest.raises(ScopeMissing):
            documents_of(STEP)
    finally:
        scope._scope.reset(token)


def rolled_back(office, data):
    with transaction.atomic():
        store(office, data)
        transaction.set_rollback(True)


def test_the_sweep_takes_only_old_files_without_a_row(office):
    kept = store(office)
    rolled_back(office, files.png(3, 3))
    temporary = disk.folder_of(office.pk) / "tmp" / "tmpabc"
    temporary.write_bytes(b"half")
    foreign = django_settings.FILES_DIR / "catatan.txt"
    foreign.write_bytes(b"not ours")
    assert len(on_disk()) == 4
    now = datetime.now(tz=UTC)
    assert sweep_orphans(at=now + timedelta(minutes=59)) == 0
    assert len(on_disk()) == 4
    assert sweep_orphans(at=now + timedelta(minutes=61)) == 2
    assert on_disk() == sorted([kept.file.path, foreign])


def test_storing_again_saves_an_orphan_from_the_sweep(office):
    data = files.png(3, 3)
    rolled_back(office, data)
    (orphan,) = on_disk()
    long_ago = (datetime.now(tz=UTC) - timedelta(hours=5)).timestamp()
    os.utime(orphan, (long_ago, long_ago))
    document = store(office, data)
    assert sweep_orphans(at=datetime.now(tz=UTC)) == 0
    assert document.file.path.read_bytes() == data


def test_a_lost_file_comes_back_with_the_next_upload(office):
    document = store(office)
    document.file.path.unlink()
    store(office)
    assert document.file.path.read_bytes() == files.png()


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_from_four_people_at_once_are_one_file():
    court = make_court().office
    failures = []
    start = threading.Barrier(4)

    def work():
        try:
            start.wait()
            with office_scope(court.pk):
                store(court)
        except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    with office_scope(court.pk):
        assert (StoredFile.objects.count(), Document.objects.count()) == (1, 4)
    assert len(on_disk()) == 1
    assert ledger.verify().ok


@pytest.mark.usefixtures("office")
def test_the_sweep_of_nothing_and_its_schedule():
    assert sweep_orphans(at=NINE) == 0
    job = jobs["evidence.sweep"]
    assert job.every == timedelta(hours=1)
    job.run(at=NINE)


def test_the_refusal_speaks_the_offices_language(office):
    with pytest.raises(RefusedFile) as refused:
        store(office, files.EXE, "laporan.exe")
    assert refused.value.reason == (
        'Berkas "laporan.exe" tidak diterima. Yang dapat diunggah: PDF, Word, Excel, '
        "OpenDocument, gambar (JPEG, PNG, WebP), video MP4, dan teks biasa, paling besar 50 MB."
    )
    with pytest.raises(RefusedFile) as refused:
        store(office, files.png(), "foto.jpg")
    assert refused.value.reason == (
        'Berkas "foto.jpg" tidak diterima. Namanya berakhiran .jpg, tetapi isinya gambar PNG. '
        "Simpan dalam format yang benar, lalu unggah lagi."
    )
