"""The text of files is read in a process of its own; the bytes are compared every day."""

from __future__ import annotations

import io
import sys
import time
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfWriter

from kelola.evidence import queries as evidence
from kelola.evidence import reader, tasks
from kelola.evidence.doctor import _whole
from kelola.evidence.models import Condition, Document, FileText, StoredFile, TextState
from kelola.evidence.services import check_files, read_waiting_texts, store_file, texts
from kelola.evidence.services.texts import text_of
from kelola.ledger.models import Entry
from kelola.office.scope import office_scope
from kelola.registry import new_id
from kelola.search import queries
from kelola.ui.sheets import xlsx_bytes
from tests.sample_files import png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runs import Desk

HOUR = timedelta(hours=1)


def keep(desk: Desk, data: bytes, name: str, subject: str = "") -> Document:
    return store_file(
        office=desk.people.office.pk,
        stream=io.BytesIO(data),
        name=name,
        subject=subject or f"sop.run:{new_id()}",
        by=desk.people.andi.id,
        at=desk.now,
    )


def archive(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return stream.getvalue()


def docx(body: str) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    start = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    return archive(
        {
            "[Content_Types].xml": types,
            "word/document.xml": f"{start}<w:body>{body}</w:body></w:document>",
        }
    )


def odt(body: str) -> bytes:
    start = '<office:document-content xmlns:office="o" xmlns:text="t">'
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"{start}{body}</office:document-content>",
        }
    )


def pdf(words: str) -> bytes:
    """Return a PDF with a text layer, written by hand."""
    stream = f"BT /F1 12 Tf 40 700 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def found(desk: Desk, text: str) -> list[object]:
    hits = queries.find(
        office=desk.people.office.pk, text=text, kinds=["evidence.document"], limit=50
    )
    return [hit.object_id for hit in hits]


# Reading


def test_the_text_of_each_kind_is_found(desk: Desk):
    office_files = {
        "a.pdf": pdf("Berita acara zamrudpdf"),
        "b.txt": "Catatan zamrudtxt é".encode(),
        "c.csv": b"nama;nilai\nzamrudcsv;1\n",
        "d.docx": docx("<w:p><w:t>Surat</w:t><w:tab/><w:t>zamruddocx</w:t></w:p>"),
        "e.xlsx": xlsx_bytes(["Nama"], [["zamrudxlsx"]]),
        "f.odt": odt("<text:p>Naskah zamrudodt</text:p>"),
    }
    kept = {name: keep(desk, data, name) for name, data in office_files.items()}
    assert found(desk, "zamrudpdf") == []
    assert read_waiting_texts(at=desk.now, limit=50) == len(kept)
    for name, document in kept.items():
        assert found(desk, f"zamrud{name.partition('.')[2]}") == [document.pk], name
    assert set(StoredFile.objects.values_list("text_state", flat=True)) == {TextState.READ}
    assert read_waiting_texts(at=desk.now + HOUR, limit=50) == 0


def test_words_of_neighbouring_cells_and_paragraphs_stay_apart(desk: Desk):
    keep(desk, docx("<w:p><w:t>satu</w:t></w:p><w:p><w:t>dua</w:t></w:p>"), "x.docx")
    keep(desk, xlsx_bytes(["kiri", "kanan"], [["atas", "bawah"]]), "x.xlsx")
    read_waiting_texts(at=desk.now, limit=9)
    for word in ("satu", "dua", "kiri", "kanan", "atas", "bawah"):
        assert found(desk, f"{word} "), word


def test_pictures_have_no_text_and_are_not_asked_again(desk: Desk):
    keep(desk, png(), "foto.png")
    read_waiting_texts(at=desk.now, limit=9)
    assert StoredFile.objects.get().text_state == TextState.NONE


def test_the_same_bytes_are_read_once_and_found_under_every_name(desk: Desk):
    first = keep(desk, b"isi zamrud", "satu.txt")
    read_waiting_texts(at=desk.now, limit=9)
    second = keep(desk, b"isi zamrud", "dua.txt")
    assert set(found(desk, "zamrud")) == {first.pk, second.pk}
    assert FileText.objects.count() == 1


@pytest.mark.parametrize("name", ["rusak.pdf", "entitas.odt"])
def test_what_can_t_be_read_is_recorded_and_nothing_breaks(desk: Desk, name: str):
    sound = {"rusak.pdf": pdf("x"), "entitas.odt": odt("<text:p>x</text:p>")}[name]
    broken = {"rusak.pdf": b"%PDF-1.4\n" + b"\x00\xff" * 500, "entitas.odt": _with_entities()}
    document = keep(desk, sound, name)
    document.file.path.write_bytes(broken[name])
    read_waiting_texts(at=desk.now, limit=9)
    assert StoredFile.objects.get().text_state == TextState.UNREADABLE
    assert not FileText.objects.exists()
    assert found(desk, name.partition(".")[0]) == [document.pk]


def _with_entities() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>',
        }
    )


def test_a_locked_pdf_is_unreadable(desk: Desk):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("rahasia")
    stream = io.BytesIO()
    writer.write(stream)
    document = keep(desk, pdf("x"), "kunci.pdf")
    document.file.path.write_bytes(stream.getvalue())
    assert text_of(document.file) is None


@pytest.mark.parametrize("body", ["<text:p a='{}'/>", "<text:p/>{}<text:p/>"])
def test_a_swelling_archive_is_stopped_while_it_is_read(desk: Desk, body: str):
    document = keep(desk, odt("<text:p>x</text:p>"), "bom.odt")
    filling = "<a/>" * 20_000_000 if ">{" in body else " " * 80_000_000
    document.file.path.write_bytes(odt(body.replace("{}", filling)))
    begun = time.monotonic()
    assert text_of(document.file) is None
    assert time.monotonic() - begun < 25


def test_a_reader_that_does_not_end_is_ended(desk: Desk, monkeypatch, tmp_path: Path):
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(texts.reader, "__file__", str(slow))
    monkeypatch.setattr(texts, "PATIENCE", 0.5)
    document = keep(desk, b"isi", "x.txt")
    read_waiting_texts(at=desk.now, limit=9)
    document.file.refresh_from_db()
    assert document.file.text_state == TextState.UNREADABLE


def test_a_file_whose_reader_died_with_the_worker_is_claimed_again_and_then_given_up(desk: Desk):
    keep(desk, b"isi zamrud", "x.txt")
    row = StoredFile.objects.get()
    # The worker claimed it and was killed before it wrote what came of it.
    StoredFile.objects.update(text_attempts=1, text_next_at=desk.now + texts.LEASE)
    assert read_waiting_texts(at=desk.now, limit=9) == 0
    assert read_waiting_texts(at=desk.now + texts.LEASE, limit=9) == 1
    row.refresh_from_db()
    assert row.text_state == TextState.READ
    StoredFile.objects.update(text_state=TextState.WAITING, text_attempts=3, text_next_at=None)
    read_waiting_texts(at=desk.now, limit=9)
    row.refresh_from_db()
    assert row.text_state == TextState.UNREADABLE


def test_the_text_is_bounded(desk: Desk):
    document = keep(desk, b"kata " * 400_000, "panjang.txt")
    text = text_of(document.file)
    assert text is not None
    assert len(text) <= reader.MOST_TEXT


def test_the_reader_stands_alone():
    source = texts.Path(reader.__file__).read_text()
    assert "import kelola" not in source
    assert "from kelola" not in source
    assert sys.flags.isolated == 0  # the reader's process alone is isolated


def test_each_office_reads_and_finds_its_own(desk: Desk):
    with office_scope(desk.people.other.office.pk):
        store_file(
            office=desk.people.other.office.pk,
            stream=io.BytesIO(b"isi canary"),
            name="punya-eko.txt",
            subject=f"sop.run:{new_id()}",
            by=desk.people.eko.id,
            at=desk.now,
        )
    tasks.read_texts(at=desk.now)
    assert found(desk, "canary") == []
    with office_scope(desk.people.other.office.pk):
        assert StoredFile.objects.get().text_state == TextState.READ


# Checking


def damage(document: Document) -> None:
    document.file.path.chmod(0o600)
    document.file.path.write_bytes(b"diganti orang")


def test_a_direct_write_to_the_storage_is_found_and_told(desk: Desk):
    document, other = keep(desk, b"isi asli", "bukti.txt"), keep(desk, b"lain", "lain.txt")
    assert check_files(at=desk.now, budget=10**9) == (12, 0)
    assert not Entry.objects.filter(verb__startswith="evidence.document.found").exists()
    damage(document)
    # Before its turn it is not looked at; within a day it is.
    assert check_files(at=desk.now + HOUR, budget=10**9) == (0, 0)
    assert check_files(at=desk.now + 21 * HOUR, budget=10**9)[1] == 1
    document.file.refresh_from_db()
    other.file.refresh_from_db()
    assert (document.file.condition, other.file.condition) == (Condition.ALTERED, Condition.WHOLE)
    entry = Entry.objects.get(verb="evidence.document.found_altered")
    assert entry.object == f"evidence.document:{document.pk}"
    assert any("1 berkas" in line for line in _whole())
    check_files(at=desk.now + 42 * HOUR, budget=10**9)
    assert Entry.objects.filter(verb="evidence.document.found_altered").count() == 1


def test_a_file_brought_back_is_told_too(desk: Desk):
    document = keep(desk, b"isi asli", "bukti.txt")
    document.file.path.unlink()
    check_files(at=desk.now, budget=10**9)
    document.file.refresh_from_db()
    assert document.file.condition == Condition.MISSING
    keep(desk, b"isi asli", "bukti lagi.txt")
    check_files(at=desk.now + 21 * HOUR, budget=10**9)
    assert Entry.objects.filter(verb="evidence.document.found_whole").count() == 2
    assert not [line for line in _whole() if "tidak sama" in line]


def test_the_budget_is_kept_and_the_rest_comes_next(desk: Desk):
    for n in range(5):
        keep(desk, f"isi {n} ".encode() * 200, f"{n}.txt")
    assert check_files(at=desk.now, budget=2000)[0] <= 4000
    assert StoredFile.objects.filter(checked_at=None).exists()
    for _ in range(4):
        check_files(at=desk.now, budget=2000)
    assert not StoredFile.objects.filter(checked_at=None).exists()


def test_the_hourly_job_looks_into_every_office(desk: Desk):
    keep(desk, b"isi", "x.txt")
    tasks.check(at=desk.now)
    assert StoredFile.objects.get().condition == Condition.WHOLE
    assert evidence.sum_of_files() == (1, 3, 0)


def test_files_not_checked_for_two_days_are_a_finding(desk: Desk):
    keep(desk, b"isi", "x.txt")
    StoredFile.objects.update(created_at=desk.now - timedelta(days=900))
    assert any("belum diperiksa" in line for line in _whole())
