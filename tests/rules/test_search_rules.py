"""Words, roots, questions and excerpts of the search."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.search import rules

OFFICE = UUID(int=7)


def folded(text: str) -> list[str]:
    return [w.folded for w in rules.words_of(text)]


def test_case_accents_and_apostrophes_fold_into_one_word():
    spellings = ("Syar'iyah", "SYAR’IYAH", "syariyah", "Syar`iyah", "syar‘iyah")
    assert {tuple(folded(s)) for s in spellings} == {("syariyah",)}
    assert folded("Café naïve") == ["cafe", "naive"]
    assert folded("214/TI/XI/2026") == ["214", "ti", "xi", "2026"]
    assert folded("مَحْكَمَة") == folded("محكمة")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pemeliharaan", "memelihara"),
        ("pengumuman", "umum"),
        ("mengirim", "pengiriman"),
        ("kirim", "dikirim"),
        ("menyimpan", "penyimpanan"),
        ("memperbaiki", "perbaikan"),
        ("pelaporan", "laporan"),
        ("menulis", "tulisan"),
        ("memakai", "pemakaian"),
        ("kerusakan", "rusak"),
        ("perawatan", "merawat"),
        ("mengecek", "cek"),
        ("pengecekan", "cek"),
        ("penerimaan", "terima"),
        ("gangguan", "mengganggu"),
        ("printernya", "printer"),
        ("keamanan", "mengamankan"),
        ("pelayanan", "layanan"),
    ],
)
def test_relatives_share_a_root(one: str, other: str):
    assert {one, *rules.stems(one)} & {other, *rules.stems(other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("printer", "terima"),
        ("jaringan", "ringan"),
        ("server", "berita"),
        ("ketua", "tua"),
        ("dinas", "nasi"),
        ("sidang", "sidik"),
    ],
)
def test_strangers_share_none(one: str, other: str):
    assert not {one, *rules.stems(one)} & {other, *rules.stems(other)}


def test_short_and_foreign_words_have_no_roots():
    assert (
        rules.stems("bulan") == rules.stems("ke2024an") == rules.stems("محكمةمحكمة") == frozenset()
    )


def test_a_question_too_long_is_refused_and_many_words_are_cut():
    with pytest.raises(rules.TooLong):
        rules.question("a" * 201)
    assert len(rules.question(" ".join(f"w{n}" for n in range(40))).words) == 12
    assert rules.question(" \"*%'()!&| ").words == ()


def test_only_the_last_unfinished_word_is_a_beginning():
    assert rules.question("printer pts").open_end
    assert not rules.question("printer pts ").open_end
    assert not rules.question("printer pt").open_end


def test_the_text_is_bounded_in_bytes():
    assert len(rules.bounded("ä" * 300_000).encode()) <= rules.MOST_BYTES
    assert rules.bounded("a\x00b") == "a b"


@given(st.text(max_size=200))
def test_any_question_becomes_ascii_without_an_escape(text: str):
    for tier in rules.tiers(rules.question(text), OFFICE, ("sop.run",)):
        for said in (rules.for_sqlite(tier), rules.for_postgresql(tier)):
            assert said.isascii()
            marks = said.replace('"', "'").split("'")[1::2]
            assert all(mark.isalnum() for mark in marks)


@given(st.text(max_size=400), st.text(max_size=40))
def test_pieces_are_the_text_and_nothing_else(text: str, asked: str):
    import unicodedata  # noqa: PLC0415 - only here

    pieces = rules.highlighted(rules.question(asked), text)
    assert "".join(p.text for p in pieces) == unicodedata.normalize("NFC", text)


@given(st.text(max_size=3000), st.text(max_size=40))
def test_an_excerpt_is_short(text: str, asked: str):
    pieces = rules.excerpt(rules.question(asked), text)
    assert sum(len(p.text) for p in pieces) <= 230


def test_an_excerpt_shows_the_word_in_its_surroundings():
    text = "kata " * 200 + "Printer <b>macet</b> di PTSP " + "akhir " * 100
    pieces = rules.excerpt(rules.question("macet"), text)
    hit = [p.text for p in pieces if p.hit]
    assert hit == ["macet"]
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"
    assert any("<b>" in p.text for p in pieces)
    related = rules.excerpt(rules.question("dikirim"), "awal " * 90 + "pengiriman berkas")
    assert [p.text for p in related if p.hit] == ["pengiriman"]
