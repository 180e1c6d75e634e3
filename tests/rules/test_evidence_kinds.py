"""What a file is by its bytes, and what it may be called."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.evidence.rules import Reason, Unfit, clean_name, inspect
from kelola.evidence.rules.names import LONGEST, extension
from tests import sample_files as files


def look(name, data):
    return inspect(io.BytesIO(data), name)


def refusal(name, data):
    with pytest.raises(Unfit) as refused:
        look(name, data)
    return refused.value.reason, refused.value.found


@pytest.mark.parametrize("name", sorted(files.GOOD))
def test_every_accepted_kind_is_known(name):
    assert extension(name) in look(name, files.GOOD[name]).extensions


@pytest.mark.parametrize("form", [b"VP8X", b"VP8L", b"VP8 "])
def test_every_form_of_webp_is_measured(form):
    assert look("foto.webp", files.webp(form=form)).key == "webp"
    huge = files.webp(12_000, 12_000, form)
    assert refusal("foto.webp", huge) == (Reason.TOO_MANY_PIXELS, "12000 × 12000")


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("laporan.exe", files.EXE, "exe"),
        ("gambar.svg", files.SVG, "svg"),
        ("halaman.html", files.HTML, "html"),
        ("data.xml", b"<?xml version='1.0'?><a/>", "html"),
        ("pasang.sh", b"#!/bin/sh\nrm -r /\n", "script"),
        ("tanpa_akhiran", files.pdf(), "pdf"),
        ("pasang.docm", files.docx(), "docx"),
        ("arsip.zip", files.archive({"a.txt": "a"}), "zip"),
        ("gerak.gif", b"GIF89a" + bytes(60), "gif"),
        (".pdf", files.pdf(), "pdf"),
    ],
)
def test_other_kinds_are_refused_and_named(name, data, found):
    assert refusal(name, data) == (Reason.FOREIGN_KIND, found)


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("laporan.pdf", files.HTML, "html"),
        ("laporan.pdf", b"\n" + files.pdf(), ""),
        ("laporan.pdf", b"halo", ""),
        ("foto.jpg", files.EXE, "exe"),
        ("foto.jpg", files.png(), "png"),
        ("foto.png", files.SVG, "svg"),
        ("foto.jpg", b"GIF89a/*" + bytes(60) + b"*/=1;alert(1)", "gif"),
        ("surat.docx", files.xlsx(), "xlsx"),
        ("surat.docx", files.odf(), "odt"),
        ("surat.docx", files.archive({"a.txt": "a"}), "zip"),
        ("surat.doc", files.docx(), "docx"),
        ("surat.doc", files.compound("Workbook"), "xls"),
        ("surat.doc", files.compound("Installer"), "ole"),
        ("catatan.txt", files.HTML, "html"),
        ("catatan.txt", b"halo <script src=x></script>", "html"),
        ("catatan.txt", b"\xef\xbb\xbf  <?php system('id');", "html"),
        ("catatan.txt", b"#!/bin/sh\n", "script"),
        ("catatan.txt", files.EXE, "exe"),
        ("catatan.txt", b"a\0b", "binary"),
        ("catatan.txt", b"a\x1b[2Jb", "binary"),
        ("catatan.txt", files.pdf(), "pdf"),
        ("daftar.csv", files.xlsx(), "xlsx"),
        ("video.mp4", files.mp4(b"heic").replace(b"mp41", b"heix"), "heic"),
    ],
)
def test_a_name_that_lies_is_refused(name, data, found):
    reason, said = refusal(name, data)
    assert reason == Reason.LYING_NAME
    if found != "heic":  # how puremagic calls it is its own affair
        assert said == found


def test_a_mark_that_straddles_two_chunks_is_seen():
    edge = 1024 * 1024
    for shift in range(8):
        data = b"a" * (edge - shift) + b"<script>" + b"b" * 100
        assert refusal("catatan.txt", data) == (Reason.LYING_NAME, "html")
    letter = b"a" * (edge - 1) + "é".encode()
    assert look("catatan.txt", letter).key == "txt"


def test_text_must_be_utf8():
    assert refusal("daftar.csv", "Syar’iyah".encode("cp1252"))[0] == Reason.ENCODING
    assert refusal("daftar.csv", b"cut off \xc3")[0] == Reason.ENCODING
    assert refusal("daftar.csv", "NUP;ruang".encode("utf-16"))[0] == Reason.ENCODING


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a.exe"])
def test_nothing_is_refused_as_empty(name):
    assert refusal(name, b"")[0] == Reason.EMPTY


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("foto.png", files.png()[:20]),
        ("foto.png", files.png(0, 5)),
        ("foto.jpg", files.jpeg()[:24]),
        ("foto.jpg", b"\xff\xd8\xff" + b"\xd0" * 9),
        ("foto.jpg", b"\xff\xd8\xff\xda\0\x08" + bytes(40)),
        ("foto.webp", files.webp()[:18]),
        ("surat.docx", files.docx()[:-30]),
        ("surat.docx", files.docx()[: len(files.docx()) // 2]),
        ("surat.docx", files.docx() + b"more after the end" + files.docx()),
        ("surat.docx", b"PK\3\4" + files.docx()),
        ("surat.doc", files.compound("WordDocument")[:900]),
        ("surat.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ],
)
def test_broken_files_are_refused(name, data):
    assert refusal(name, data)[0] == Reason.BROKEN


def test_a_compound_file_that_runs_in_circles_ends():
    data = bytearray(files.compound("a", "b", "c", "WordDocument"))
    data[512 + 4 : 512 + 8] = struct.pack("<I", 1)  # the directory's first sector follows itself
    assert refusal("surat.doc", bytes(data))[0] == Reason.BROKEN


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("surat.docx", files.docx(**{"word/vbaProject.bin": b"x"})),
        ("surat.docx", files.docx(**{"word/VBAPROJECT.BIN": b"x"})),
        ("surat.docx", files.archive({"[Content_Types].xml": files.WORD + "macroEnabled"})),
        ("surat.odt", files.odf(**{"Basic/Standard/Module1.xml": "x"})),
        ("surat.odt", files.odf(**{"Scripts/python/a.py": "x"})),
        ("surat.doc", files.compound("WordDocument", "Macros")),
        ("daftar.xls", files.compound("Workbook", "_VBA_PROJECT_CUR")),
    ],
)
def test_macros_are_refused(name, data):
    assert refusal(name, data)[0] == Reason.MACROS


def test_locked_documents_are_refused():
    data = bytearray(files.docx())
    at = data.rindex(b"PK\1\2")
    data[at + 8] |= 1
    assert refusal("surat.docx", bytes(data))[0] == Reason.LOCKED
    assert refusal("surat.docx", files.compound("EncryptedPackage"))[0] == Reason.LOCKED


def test_pictures_of_too_many_pixels_are_refused_by_their_header():
    assert refusal("foto.png", files.png(60_000, 60_000)) == (
        Reason.TOO_MANY_PIXELS,
        "60000 × 60000",
    )
    assert refusal("foto.jpg", files.jpeg(60_000, 60_000))[0] == Reason.TOO_MANY_PIXELS
    assert look("foto.png", files.png(8_000, 6_000)).key == "png"


def test_an_archive_that_swells_is_refused():
    data = files.docx(**{"word/media/zeros.bin": bytes(30 * 1024 * 1024)})
    assert len(data) < 100_000
    assert refusal("surat.docx", data)[0] == Reason.BOMB


def test_an_archive_of_too_many_entries_is_refused_before_it_is_read():
    many = {"[Content_Types].xml": files.WORD, **{f"word/{n}": "" for n in range(5000)}}
    assert refusal("surat.docx", files.archive(many))[0] == Reason.BOMB


def test_entries_that_share_their_bytes_are_refused():
    data = bytearray(files.docx(**{"word/a.xml": b"x" * 3000, "word/b.xml": b"y" * 3000}))
    last = data.rindex(b"PK\1\2")
    before = data.rindex(b"PK\1\2", 0, last)
    data[last + 42 : last + 46] = data[before + 42 : before + 46]
    assert refusal("surat.docx", bytes(data))[0] == Reason.BOMB


def test_a_second_directory_hidden_for_zipfile_is_refused():
    data = bytearray(files.archive({"[Content_Types].xml": files.WORD, "word/document.xml": "x"}))
    end = data.rindex(b"PK\5\6")
    last = data.rindex(b"PK\1\2")
    locator = b"PK\6\7" + struct.pack("<IQI", 0, 0, 1)
    data[last + 32 : last + 34] = struct.pack("<H", len(locator))  # as the last entry's comment
    size = int.from_bytes(data[end + 12 : end + 16], "little") + len(locator)
    data[end + 12 : end + 16] = struct.pack("<I", size)
    data[end:end] = locator
    assert refusal("surat.docx", bytes(data))[0] == Reason.BOMB


@pytest.mark.parametrize("inner", ["../../etc/x", "/etc/x", "C:x", "a\\..\\b", "a/../../b"])
def test_entries_that_leave_the_archive_are_refused(inner):
    assert refusal("surat.docx", files.docx(**{inner: "x"}))[0] == Reason.BROKEN


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_doubled_entries_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", files.WORD)
        archive.writestr("[Content_Types].xml", files.SHEET)
    assert refusal("surat.docx", out.getvalue())[0] == Reason.BROKEN


@given(st.binary(max_size=600), st.sampled_from(sorted(files.GOOD)))
def test_no_bytes_make_the_inspection_fall_over(data, name):
    good = files.GOOD[name]
    for mixed in (data, good[:40] + data, good[: len(good) // 2] + data + good[-30:]):
        try:
            look(name, mixed)
        except Unfit:
            continue


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("laporan.pdf", "laporan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\andi\\foto.jpg", "foto.jpg"),
        ("ok/..\\..\\w.pdf", "w.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("baris\nbaru\t.pdf", "baris baru .pdf"),
        ("nama.pdf. . ", "nama.pdf"),
        (".htaccess", "htaccess"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ("console.pdf", "console.pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("..", "berkas"),
        ("", "berkas"),
        ("e\u0301.pdf", "é.pdf"),
        ("Syar'iyah (1).pdf", "Syar'iyah (1).pdf"),
    ],
)
def test_names_are_cleaned(given_name, shown):
    assert clean_name(given_name) == shown


def test_a_long_name_keeps_its_extension():
    name = clean_name("é" * 300 + ".pdf")
    assert name.endswith("é.pdf")
    assert len(name.encode()) <= LONGEST


@given(st.text(max_size=400))
def test_a_clean_name_is_short_flat_and_stays_as_it_is(name):
    shown = clean_name(name)
    assert 0 < len(shown.encode()) <= LONGEST
    assert not set(shown) & set('/\\\0\n<>:"|?*')
    assert shown not in {".", ".."}
    assert clean_name(shown) == shown
