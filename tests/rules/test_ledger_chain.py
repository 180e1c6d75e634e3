"""The arithmetic anyone can redo: the canonical form, the hash, and what breaks a chain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.ledger import rules

ANDI = "018f0000-0000-7000-8000-0000000000a1"
OFFICE = "018f0000-0000-7000-8000-000000000001"
NINE = datetime(2026, 11, 30, 9, 0, 0, 7, tzinfo=timezone(timedelta(hours=7)))
WORDS = {
    "office": OFFICE,
    "seq": 1,
    "at": NINE,
    "by": ANDI,
    "acting_for": "",
    "verb": "sop.step.finished",
    "object": "sop.step:x",
    "data": {"b": 1, "a": ["é", None]},
    "prev": rules.GENESIS,
}

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@dataclass(frozen=True)
class Row:
    chain: str
    seq: int
    at: object
    by: str
    acting_for: str
    verb: str
    object: str
    data: dict
    prev: str
    hash: str


def row(seq, prev, chain=OFFICE, **changed):
    told = {**WORDS, "office": chain, "seq": seq, "prev": prev, **changed}
    digest = rules.entry_hash(**told)
    return Row(chain=told.pop("office"), hash=digest, **told)


def chain(length=5, office=OFFICE):
    rows, prev = [], rules.GENESIS
    for seq in range(1, length + 1):
        rows.append(row(seq, prev, office, data={"n": seq}))
        prev = rows[-1].hash
    return rows


def test_the_hash_is_what_the_format_says_byte_for_byte():
    spelled = (
        '{"acting_for":"","at":"2026-11-30T02:00:00.000007Z",'
        f'"by":"{ANDI}","data":{{"a":["é",null],"b":1}},"object":"sop.step:x",'
        f'"office":"{OFFICE}","prev":"{"0" * 64}","seq":1,"verb":"sop.step.finished"}}'
    )
    expected = hashlib.sha256(b"kelola-ledger-1\n" + spelled.encode()).hexdigest()
    assert rules.entry_hash(**WORDS) == expected


@pytest.mark.parametrize("field", sorted(WORDS))
def test_every_field_counts(field):
    others = {"seq": 2, "at": NINE + timedelta(microseconds=1), "data": {}}
    changed = {**WORDS, field: others.get(field, "x")}
    assert rules.entry_hash(**changed) != rules.entry_hash(**WORDS)


def test_one_instant_has_one_spelling():
    assert rules.spell_time(NINE) == rules.spell_time(NINE.astimezone(UTC))


@given(json_values)
def test_the_canonical_form_survives_a_round_trip(value):
    spelled = rules.canonical(value)
    assert json.loads(spelled) == value
    assert rules.canonical(json.loads(spelled)) == spelled


@given(st.floats() | st.binary() | st.dates() | st.tuples(st.integers()))
def test_what_has_no_one_spelling_is_refused(value):
    with pytest.raises(TypeError):
        rules.canonical({"x": [value]})


def test_true_is_not_one():
    assert rules.canonical({"a": True}) != rules.canonical({"a": 1})


def test_a_digest_needs_its_salt_and_knows_one_form_of_a_letter():
    assert rules.digest("s1", "Syar'iyah") != rules.digest("s2", "Syar'iyah")
    assert rules.digest("s1", "e\u0301") == rules.digest("s1", "\u00e9")
    assert len(rules.digest("s1", "")) == 64


def test_a_good_chain_is_read_to_its_end():
    rows = chain()
    assert rules.check_chain(rows, OFFICE) == rules.ChainState(5, rows[-1].hash)
    assert rules.check_chain([], OFFICE) == rules.ChainState(0, rules.GENESIS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("by", "018f0000-0000-7000-8000-0000000000b1"),
        ("at", NINE + timedelta(seconds=1)),
        ("at", None),
        ("at", NINE.replace(tzinfo=None)),
        ("data", {"n": 3.0}),
        ("data", {"n": True}),
        ("data", None),
        ("seq", "3"),
        ("acting_for", ANDI),
        ("hash", "0" * 64),
        ("prev", "0" * 64),
        ("chain", "system"),
    ],
)
def test_an_edited_row_is_named(field, value):
    rows = chain()
    rows[2] = replace(rows[2], **{field: value})
    found = rules.check_chain(rows, OFFICE)
    assert (found.first_bad, found.entries) == (3, 2)


def test_a_row_edited_with_a_fitting_hash_breaks_the_next_link():
    rows = chain()
    rows[2] = row(3, rows[1].hash, data={"n": 99})
    assert rules.check_chain(rows, OFFICE).first_bad == 4


def test_a_missing_a_doubled_and_a_misplaced_row_are_named():
    rows = chain()
    assert rules.check_chain(rows[:2] + rows[3:], OFFICE).first_bad == 3
    assert rules.check_chain(rows[1:], OFFICE).first_bad == 1
    assert rules.check_chain([*rows[:2], rows[1], *rows[2:]], OFFICE).first_bad == 3
    assert rules.check_chain([rows[0], rows[2], rows[1]], OFFICE).first_bad == 2


def test_the_chain_of_another_office_is_not_ours():
    stolen = [replace(r, chain=OFFICE) for r in chain(office="system")]
    assert rules.check_chain(stolen, OFFICE).first_bad == 1


def test_a_row_that_cannot_be_read_is_the_first_bad_one():
    def rows():
        yield from chain(2)
        raise ValueError("this is no date")

    found = rules.check_chain(rows(), OFFICE)
    assert (found.first_bad, found.entries) == (3, 2)
