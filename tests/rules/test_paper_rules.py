"""What a paper is made of: clean texts, the characters of a font, one digest."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.reports.rules import content, fonts
from kelola.reports.rules.content import Content, Facts, Letterhead, Size, Table
from kelola.reports.rules.texts import MARK, clean


def has(cluster: str) -> bool:
    """One font without any marks but U+0337, another with a few letters and U+030E."""
    latin = all(
        ord(c) == 0x337 or (ord(c) < 0x2000 and not 0x300 <= ord(c) < 0x370) for c in cluster
    )
    return latin or all(c in "xyz\u030e" for c in cluster)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mahkamah Syar'iyah", "Mahkamah Syar'iyah"),
        ("e\u0301", "é"),
        ("satu\r\ndua\tti\u0007ga", "satu\ndua tiga"),
        ("rusak 🙂", f"rusak {MARK}"),
        ("👨‍👩‍👧 keluarga", f"{MARK} keluarga"),
        ("漢字 dua", f"{MARK} dua"),
        ("fdp.exe\u202egpj", "fdp.exegpj"),
        ("\u2066isi\u2069 \ufeff\u00ad", "isi "),
        ("\ud800", MARK),
        ("می‌خواهم", "می‌خواهم"),
        ("❤️", MARK),
        ("h\u0337 x\u030e", "h\u0337 x\u030e"),
        ("h\u0337\u030e i", f"h\u0337{MARK} i"),
        ("x\u0337\u030e\u030e", f"x\u0337{MARK}"),
        ("🙂\u0337\u030e!", f"{MARK}!"),
        ("\u0337a\n\u0337b", "\u0337a\n\u0337b"),
        ("h\u200c\u0337", "h\u200c\u0337"),
    ],
)
def test_a_text_is_made_fit_to_be_set(text, expected):
    assert clean(text, has) == expected


@given(st.text())
def test_a_clean_text_holds_only_what_can_be_set_and_stays(text):
    once = clean(text, has)
    assert all(c in f"\n{MARK}\u200c\u200d" or has(c) for c in once)
    assert clean(once, lambda c: has(c) or c == MARK) == once


def paper(**changes: object) -> Content:
    values: dict[str, object] = {
        "kind": "sop.form",
        "size": Size.A4,
        "at": datetime(2026, 11, 30, 2, 30, tzinfo=UTC),
        "letterhead": Letterhead((), "Kantor", ()),
        "title": "Formulir",
        "subtitle": "",
        "corner": (),
        "number": "1/TI-B/XI/2026",
        "day": "",
        "blocks": (Facts((("Perihal", "Printer"),)),),
    }
    return Content(**(values | changes))  # type: ignore[arg-type]


def digest_of(made: Content) -> str:
    return content.digest(content.as_data(made, has)).hex()


def test_the_digest_covers_every_part():
    first = digest_of(paper())
    assert first == digest_of(paper())
    changes: list[dict[str, object]] = [
        {"size": Size.F4},
        {"at": datetime(2026, 11, 30, 2, 31, tzinfo=UTC)},
        {"letterhead": Letterhead((), "Kantor lain", ())},
        {"title": "formulir"},
        {"number": "2/TI-B/XI/2026"},
        {"blocks": (Facts((("Perihal", "Printer."),)),)},
        {"mark": "RANCANGAN"},
        {"kind": "sop.run"},
    ]
    assert len({first, *(digest_of(paper(**c)) for c in changes)}) == 1 + len(changes)


def test_many_columns_turn_the_paper():
    table = Table("", tuple("abcdefg"), (tuple("1234567"),))
    assert content.as_data(paper(blocks=(table,)), has)["across"] is True
    assert content.as_data(paper(), has)["across"] is False


def test_a_column_gets_the_room_of_its_longest_word():
    narrow, wide, endless = content.widths(
        ["No", "Pertanggungjawaban", "x"], [["1", "ya", "y" * 90]]
    )
    assert narrow[0] < wide[0] == endless[0]


@pytest.mark.parametrize("broken", [b"", b"\0" * 12, b"\0\1\0\0\0\1" + b"\0" * 6 + b"glyf"])
def test_a_broken_font_is_told(broken):
    with pytest.raises(ValueError, match="font"):
        fonts.characters(broken)


def test_the_characters_of_a_font():
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12)
    cmap += struct.pack(">HHHHHHH", 4, 40, 0, 4, 0, 0, 0)
    cmap += struct.pack(">HHHHHHHHH", 0x43, 0xFFFF, 0, 0x41, 0xFFFF, 0xFFC0, 1, 0, 0)
    font = struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0)
    font += struct.pack(">4sIII", b"cmap", 0, 28, len(cmap)) + cmap
    assert fonts.characters(font) == {0x41, 0x42, 0x43}
