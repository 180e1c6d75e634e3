"""Files that are no sound YAML are refused before anything is made of them."""

from pathlib import Path

import pytest
import yaml

from kelola.sop.definition import source
from kelola.sop.definition.loader import InvalidSop, load
from tests.rules.definition_samples import SMALL, marked_line, problems, spoilt, the_problem

PARSERS = [yaml.SafeLoader, source.FASTEST]


def test_the_small_sop_is_sound():
    assert load(SMALL.encode(), "uji.yaml").identity.number == "SOP/UJI/01"


@pytest.mark.parametrize(
    "text",
    [
        spoilt("en: Room booking", "en: !!python/object/apply:os.system [id]"),
        spoilt("en: Room booking", "en: !hantu Room"),
        spoilt("en: Room booking", "en: !!str Room"),
        spoilt("en: Room booking", "en: ! Room"),
        spoilt("title: {id: Peminjaman ruang", "!!str title: {id: Peminjaman ruang"),
    ],
    ids=["python", "own", "standard", "bare", "on a name"],
)
def test_a_tag_is_refused_and_nothing_is_built(text):
    problem = the_problem(text, "tag")
    (line,) = (number for number, row in enumerate(text.splitlines(), 1) if "!" in row)
    assert problem.line == line
    assert problem.path in ("identity.title.en", "identity")
    assert "Hapus tanda itu" in problem.remedy.id
    assert "Remove the tag" in problem.remedy.en


def test_a_duplicate_key_is_refused_with_both_lines():
    text = spoilt("        kind: sop.generic", "        kind: sop.generic\n        time: P9D  #!")
    problem = the_problem(text, "duplicate_key")
    assert problem.path == "procedures[0].activities[0].time"
    assert problem.line == marked_line(text)
    first = text.splitlines().index("        time: P1D") + 1
    assert f"baris {first}" in problem.message.id
    assert f"line {first}" in problem.message.en
    assert "gabungkan" in problem.remedy.id


def test_an_anchor_and_its_alias_are_both_refused():
    text = spoilt("title: {id: Tamu}", "title: &tamu {id: Tamu}").replace(
        "title: {id: Petugas}", "title: *tamu"
    )
    anchor, alias = the_problem(text, "anchor"), the_problem(text, "alias")
    assert anchor.path == "parties[0].title"
    assert alias.path == "procedures[0].roles[0].title"
    assert (anchor.line, alias.line) == tuple(
        number for number, line in enumerate(text.splitlines(), 1) if "tamu" in line
    )
    assert "Tulis nilainya lengkap" in alias.remedy.id
    assert "Remove '&tamu'" in anchor.remedy.en


def test_an_anchors_bomb_is_not_unfolded():
    bomb = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    found = problems("\n".join(bomb))
    assert {"anchor", "alias"} <= {problem.code for problem in found}
    # Eleven findings a line: the first two hundred of them are told, the rest is counted.
    assert [p.line for p in found if p.code == "anchor"] == list(range(1, 19))
    assert found[-1].code == "too_many"


@pytest.mark.parametrize("parser", PARSERS)
def test_nesting_without_end_is_stopped(parser):
    read = source.read(b"a:\n  " + b"[" * 100_000, parser)
    assert not read.readable
    assert [(line, found.code) for line, found in read.found] == [(2, "too_deep")]


def test_deep_nesting_is_told_with_its_path():
    problem = the_problem("a: " + "[" * 50 + "]" * 50, "too_deep")
    assert problem.path == "a" + "[0]" * 20
    assert problem.line == 1
    assert "20" in problem.message.en
    assert "inden" in problem.remedy.id


def test_ten_megabytes_are_refused_unread(monkeypatch):
    monkeypatch.setattr(yaml, "parse", lambda *_args, **_options: pytest.fail("it was parsed"))
    problem = the_problem(b"a: " + b"x" * 10_000_000, "too_large")
    assert (problem.line, problem.path) == (1, "")
    assert "1 MiB" in problem.message.id
    assert "satu versi SOP" in problem.remedy.id


def test_of_a_huge_file_only_the_beginning_is_read(tmp_path: Path):
    huge = tmp_path / "besar.yaml"
    with huge.open("wb") as stream:
        stream.truncate(50_000_000_000)  # sparse: it takes no room, but would not fit in memory
    with pytest.raises(InvalidSop) as refusal:
        load(huge)
    assert [(p.file, p.code) for p in refusal.value.errors] == [("besar.yaml", "too_large")]


def test_the_largest_file_allowed_is_read():
    text = SMALL.encode()
    filler = b"# " + b"x" * (source.MOST_BYTES - len(text) - 3) + b"\n"
    assert len(filler + text) == source.MOST_BYTES
    assert load(filler + text).identity.number == "SOP/UJI/01"
    assert the_problem(filler + text + b"\n", "too_large")


def test_many_small_values_are_stopped():
    problem = the_problem("a: [" + "1," * 70_000 + "]", "too_many_values")
    assert "60000" in problem.message.en
    assert (problem.line, problem.path) == (1, "")
    assert "satu versi SOP" in problem.remedy.id


@pytest.mark.parametrize(
    ("text", "code", "line", "remedy"),
    [
        (b"", "empty", 1, "Isi berkas"),
        (b"  \n\t\n", "empty", 1, "Isi berkas"),
        (b"# hanya catatan\n", "empty", 1, "Isi berkas"),
        (b"format: kelola-sop/1\ntitle: \xe9\n", "not_utf8", 2, "UTF-8"),
        ("format: x\n".encode("utf-16"), "not_utf8", 1, "UTF-8"),
        (b"- a\n- b\n", "not_a_mapping", 1, "format:"),
        (b"\n\nhalo\n", "not_a_mapping", 3, "format:"),
        (b"a: 1\nb: [1\nc: 2\n", "not_yaml", 3, "tanda kutip"),
        (b"a: 1\nb: \x00\n", "not_yaml", 1, "tanda kutip"),
        (b"a: 'x\n", "not_yaml", 2, "tanda kutip"),
        (b"a: 1\n b: 2\n", "not_yaml", 2, "tanda kutip"),
    ],
)
def test_what_is_no_sop_file_at_all(text, code, line, remedy):
    (problem,) = problems(text)
    assert (problem.code, problem.line, problem.path) == (code, line, "")
    assert remedy in problem.remedy.id
    assert problem.remedy.en
    assert problem.file == "uji.yaml"


def test_a_second_document_is_refused():
    text = SMALL + "---  #!\nformat: lagi\n"
    problem = the_problem(text, "second_document")
    assert problem.line == marked_line(text)
    assert "---" in problem.remedy.id


def test_a_name_in_brackets_is_refused():
    text = spoilt("format: kelola-sop/1", "format: kelola-sop/1\n? [a, b]  #!\n: 1")
    problem = the_problem(text, "key_not_text")
    assert problem.line == marked_line(text)
    assert "tanpa kurung" in problem.remedy.id


def test_a_missing_file_says_why(tmp_path: Path):
    with pytest.raises(InvalidSop) as refusal:
        load(tmp_path / "tidak-ada.yaml")
    (problem,) = refusal.value.errors
    assert (problem.file, problem.code) == ("tidak-ada.yaml", "not_found")
    assert "No such file" in problem.message.en
    assert "jalur" in problem.remedy.id


@pytest.mark.parametrize("parser", PARSERS)
def test_scalars_hold_no_surprise(parser):
    text = b"""
no: yes
on: 2026-11-30
1: 007
12:30: 12:30
empty:
tilde: ~
whole: -12
decimal: 2.50
exponent: 1e3
hex: 0x1F
infinite: .inf
quoted: "12"
block: |
  true
true: true
long: 123456789012345678901234567890
"""
    assert source.read(text, parser).data == {
        "no": "yes",
        "on": "2026-11-30",
        "1": "007",
        "12:30": "12:30",
        "empty": None,
        "tilde": None,
        "whole": -12,
        "decimal": 2.5,
        "exponent": "1e3",
        "hex": "0x1F",
        "infinite": ".inf",
        "quoted": "12",
        "block": "true\n",
        "true": True,
        "long": "123456789012345678901234567890",
    }


def test_both_parsers_read_the_same_data_and_lines():
    slow, fast = (source.read(SMALL.encode(), parser) for parser in PARSERS)
    assert slow.data == fast.data
    assert slow.lines == fast.lines


def test_a_byte_order_mark_is_passed_over():
    assert load(b"\xef\xbb\xbf" + SMALL.encode()).identity.number == "SOP/UJI/01"
