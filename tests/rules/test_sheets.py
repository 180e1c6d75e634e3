"""Tables go out without formulas and come back the same; bad ones are refused by row."""

from __future__ import annotations

import contextlib
import io
import resource
import time
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kelola.ui.sheets import (
    Limits,
    Unreadable,
    csv_lines,
    read_table,
    restored,
    safe,
    xlsx_bytes,
)

DANGEROUS = [
    "=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "＝1", "＋1", "－1", "＠x",
]  # fmt: skip
HEADER = ["Nama", "NIP"]
MARK = "\ufeff".encode()
# What XML can't hold is replaced; a lone CR is a line end everywhere.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).filter(
    lambda text: "x005F_" not in text
)
EDGED = st.builds(
    str.__add__, st.sampled_from(["", "'", "''", "=", "'=", "+", "-", "@", "\t", "＝"]), TEXT
)


def csv_of(rows, header=HEADER) -> bytes:
    return b"".join(csv_lines(header, rows))


def read(data: bytes, **limits):
    return read_table(io.BytesIO(data), Limits(**limits))


def refusal(data: bytes, **limits) -> str:
    with pytest.raises(Unreadable) as refused:
        read(data, **limits)
    return str(refused.value)


def book(*rows, **more) -> bytes:
    """A workbook as Excel writes one; ``more`` are attributes of the workbook."""
    made = openpyxl.Workbook()
    for name, value in more.items():
        setattr(made, name, value)
    for row in rows:
        made.active.append(row)
    return saved(made)


def saved(made) -> bytes:
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def patched(data: bytes, name: str, change) -> bytes:
    """The same workbook with one of its parts changed."""
    kept = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(data))
    with old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return kept.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_begins_a_formula_is_text_and_comes_back(text):
    assert safe(text) == "'" + text
    assert restored(safe(text)) == text
    assert restored(safe(safe(text))) == safe(text)


def test_numbers_dates_and_plain_words_stay_what_they_are():
    for value in (-5, 1.5, date(2026, 1, 2), True, "Rp5.000,-", "'kutip", "a=b", "it's"):
        assert safe(value) == value
        assert type(safe(value)) is type(value)
    assert safe(None) == ""


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(text):
    rows = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([text], [[text]]))).active.iter_rows()
    cells = [cell for row in rows for cell in row]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.value.startswith("'") for cell in cells)


def test_a_csv_file_opens_in_excel_here():
    assert csv_of([["Andi; Budi", -5]]) == MARK + b'Nama;NIP\r\n"Andi; Budi";-5\r\n'


def test_moments_are_written_in_the_zone_of_the_reader():
    moment = datetime(2026, 1, 31, 18, 30, tzinfo=UTC)
    with timezone.override("Asia/Jakarta"):
        for data in (csv_of([["x", moment]]), xlsx_bytes(HEADER, [["x", moment]])):
            assert read(data).rows[0].cells == ("x", "2026-02-01 01:30")


def test_text_that_no_sheet_holds_is_replaced():
    for data in (csv_of([["a\0b\ud800c", "1"]]), xlsx_bytes(HEADER, [["a\0b\ud800c", "1"]])):
        assert read(data).rows[0].cells == ("a�b�c", "1")


@pytest.mark.parametrize("write", [csv_of, lambda rows: xlsx_bytes(HEADER, rows)])
@given(rows=st.lists(st.tuples(EDGED, EDGED), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_again(write, rows):
    table = read(write(rows))
    assert table.header.cells == tuple(HEADER)
    assert not table.faults
    written = [(n, row) for n, row in enumerate(rows, start=2) if any(c.strip() for c in row)]
    assert [(row.number, row.cells) for row in table.rows] == written


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_every_usual_csv_is_read(code, mark):
    text = f'Nama{mark}NIP\r\n\r\nJosé Mañé{mark}1985\n"a{mark} b"{mark}2\n'
    table = read(text.encode(code))
    assert table.header.cells == ("Nama", "NIP")
    assert [(r.number, r.cells) for r in table.rows] == [
        (3, ("José Mañé", "1985")),
        (4, (f"a{mark} b", "2")),
    ]


def test_excels_line_about_the_separator_is_a_row():
    table = read(b"sep=,\r\nNama,NIP\r\nAndi,1\r\n")
    assert (table.header.number, table.rows[0].number) == (2, 3)


def test_a_line_break_within_a_cell_does_not_count_as_a_row():
    table = read(b'Nama;NIP\n"An\r\ndi";1\nBudi;2\n')
    assert [(r.number, r.cells[0]) for r in table.rows] == [(2, "An\ndi"), (3, "Budi")]


def test_a_workbook_gives_the_same_text_as_a_csv():
    rows = [["Andi", date(2026, 3, 1)], ["Budi", 12], [None, None], ["Cut", 1.25], ["Dewi", True]]
    told = [(r.number, r.cells) for r in read(book(HEADER, *rows)).rows]
    assert told == [
        (2, ("Andi", "2026-03-01")),
        (3, ("Budi", "12")),
        (5, ("Cut", "1.25")),
        (6, ("Dewi", "TRUE")),
    ]


def test_dates_of_a_workbook_that_counts_from_1904():
    data = book(HEADER, ["Andi", date(2026, 3, 1)], epoch=CALENDAR_MAC_1904)
    assert b"date1904" in zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")
    assert read(data).rows[0].cells == ("Andi", "2026-03-01")


def test_hidden_rows_count_and_hidden_sheets_do_not():
    made = openpyxl.Workbook()
    made.active.title, made.active.sheet_state = "dasar", "hidden"
    made.active.append(["rahasia"])
    sheet = made.create_sheet("Pegawai")
    made.active = 1
    for row in (HEADER, ["Andi", "1"], ["Budi", "2"]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    assert [(r.number, r.cells[0]) for r in read(saved(made)).rows] == [(2, "Andi"), (3, "Budi")]


@translation.override("en")
def test_cells_that_cannot_be_trusted_are_faults_of_their_row():
    long = ["Budi", 198507172009011001]
    rows = [["Andi", "=1+1"], long, ["Cut", "#N/A"], ["Dewi", "9", "x"]]
    table = read(book(HEADER, *rows))
    assert [fault.row for fault in table.faults] == [2, 3, 4, 5]
    assert "a formula without its result" in table.faults[0].message
    assert "15 digits" in table.faults[1].message
    assert "Excel shows an error" in table.faults[2].message
    assert "3" in table.faults[3].message


def test_a_formula_with_its_result_is_taken():
    def calculated(xml: bytes) -> bytes:
        return xml.replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>")

    data = patched(book(HEADER, ["Andi", "=1+1"]), SHEET, calculated)
    assert read(data).rows[0].cells == ("Andi", "2")


def test_cells_too_long_are_faults():
    for data in (csv_of([["a" * 30, "1"]]), book(HEADER, ["a" * 30, "1"])):
        table = read(data, length=20)
        assert [fault.row for fault in table.faults] == [2]
        assert "Nama" in table.faults[0].message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n;;\n",
        b'Nama\n"tak selesai',
        b'Nama\n"a"b\n',
        b"\x81\x8d",
        b"Nama\nA\0ndi\n",
        b"%PDF-1.7 \x00\x01",
        b"PK\x03\x04 not a book",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"Nama" + b";" * 1_000_000 + b"\n",
        b"Nama\n" + b"x" * 200_000,
        "Nama\n".encode("utf-16")[:-1],
    ],
)
def test_what_is_no_table_is_refused_in_words(data):
    told = refusal(data)
    assert told
    assert told[0].isupper()


def test_a_table_too_large_is_refused():
    rows = [["a", "b"]] * 11
    assert "10" in refusal(csv_of(rows), rows=10)
    assert "10" in refusal(xlsx_bytes(HEADER, rows), rows=10)
    assert "3" in refusal(csv_of([["a"] * 4]), columns=3)
    assert "3" in refusal(book(["a"] * 4), columns=3)
    assert refusal(b"Nama\n" + b"a\n" * (3 * 1024 * 1024))
    assert len(read(csv_of(rows), rows=11).rows) == 11


def _zip(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return kept.getvalue()


def _grown(name: str, old: bytes, new: bytes) -> bytes:
    return patched(book(HEADER, ["Andi", "1"]), name, lambda xml: xml.replace(old, new, 1))


BOMBS = {
    "zeros": lambda: _zip(xl__a_dot_xml=bytes(200 * 1024 * 1024)),
    "many entries": lambda: _zip(**{f"a{n}": b"" for n in range(3000)}),
    "deep": lambda: _grown(SHEET, b"<sheetData>", b"<a>" * 5000 + b"<sheetData>"),
    "elements": lambda: _grown(SHEET, b"<sheetData>", b"<sheetData>" + b"<row/>" * 900_000),
    "styles": lambda: _grown("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 300_000 + b"</cellXfs>"),
    "a far row": lambda: _grown(SHEET, b'<row r="2"', b'<row r="99999999999"'),
    "a far column": lambda: _grown(SHEET, b'r="B2"', b'r="XFD2"'),
    "entities": lambda: _grown(
        SHEET,
        b"<worksheet",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet',
    ),
    "a lying size": lambda: patched(book(HEADER), SHEET, lambda xml: xml)[:-40] + b"\0" * 40,
}


@pytest.mark.parametrize("name", BOMBS)
def test_files_made_to_swell_are_refused_quickly_and_small(name):
    data = BOMBS[name]()
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert refusal(data, size=6 * 1024 * 1024)
    assert time.process_time() - begun < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_entries_that_share_their_bytes_are_refused():
    """Two names in the directory for one entry: what is declared is more than what is there."""
    whole = _zip(a=bytes(range(256)) * 400)
    start = whole.rindex(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    entry = whole[start:end]
    twins = [entry[:46] + bytes([c]) for c in b"abcd"]
    tail = bytearray(whole[end:])
    tail[8:10] = tail[10:12] = len(twins).to_bytes(2, "little")
    tail[12:16] = len(b"".join(twins)).to_bytes(4, "little")
    assert refusal(whole[:start] + b"".join(twins) + bytes(tail))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    for start in (b"", b"PK\x03\x04", MARK):
        with contextlib.suppress(Unreadable):
            table = read(start + data)
            assert all(len(row.cells) == len(table.header.cells) for row in table.rows)
