"""The history in words."""

from __future__ import annotations

import pytest

from kelola.ledger.verbs import Verb, ids_in, sentences, verb, verbs
from tests.services.ledger_writing import ANDI, STEP, write

pytestmark = pytest.mark.django_db

POST = "018f0000-0000-7000-8000-0000000000c1"
NAMES = {ANDI: "Andi", POST: "Sekretaris", STEP: "langkah B4", "system": "Kelola"}


@pytest.fixture
def told(monkeypatch):
    sentence = "%(actor)s sent %(subject)s to %(to)s, try %(attempt)s, 100%%"
    known = {**dict(verbs.items()), "test.step.sent": Verb("test.step.sent", sentence)}
    monkeypatch.setattr(verbs, "_items", known)


@pytest.mark.usefixtures("told")
def test_ids_become_names_and_missing_data_an_ellipsis():
    whole = write(verb="test.step.sent", data={"to": POST, "attempt": 2})
    old = write(verb="test.step.sent", by="system")
    first, second = sentences([whole, old], NAMES.__getitem__)
    assert first.text == "Andi sent langkah B4 to Sekretaris, try 2, 100%"
    assert second.text == "Kelola sent langkah B4 to …, try 1, 100%"
    assert (first.seq, first.by, first.at) == (1, ANDI, whole.at)
    assert ids_in([whole, old]) == {ANDI, "system", POST, STEP}


@pytest.mark.usefixtures("told")
def test_who_stands_in_for_a_post_is_told_with_it():
    entry = write(verb="test.step.sent", acting_for=POST, data={"to": POST})
    (line,) = sentences([entry], NAMES.__getitem__)
    assert line.text.startswith("Andi ")
    assert "Sekretaris sent" in line.text


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("to", "words"),
    [("2026-11-05", "5 November 2026"), ("2026-02-30", "2026-02-30"), ("2026-11", "2026-11")],
)
def test_a_day_is_told_as_people_write_it(to, words):
    entry = write(verb="test.step.sent", data={"to": to, "attempt": 1})
    (line,) = sentences([entry], NAMES.__getitem__)
    assert f"langkah B4 to {words}, try" in line.text


def test_an_entry_of_a_dropped_verb_is_still_shown():
    entry = write()
    entry.verb = "old.thing.done"
    (line,) = sentences([entry], NAMES.__getitem__)
    assert "Andi" in line.text
    assert "old.thing.done" in line.text


@pytest.mark.parametrize("key", ["finished", "sop.finished", "Sop.step.finished", "a.b.c.d"])
def test_a_verb_has_three_parts(key):
    with pytest.raises(ValueError, match="past_participle"):
        verb(key, "")
