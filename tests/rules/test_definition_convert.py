"""A definition, its canonical data and the hash of it."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.sop.definition.convert import canonical_json, content_hash, from_data, to_data
from kelola.sop.definition.loader import load
from kelola.sop.definition.schema import faults
from kelola.sop.definition.shape import FieldType, FormField, Opens, SopDefinition, Words
from tests.rules.definition_samples import SMALL

SMALL_SOP = load(SMALL.encode())

words = st.builds(Words, id=st.text(min_size=1), en=st.text(), verbatim=st.text())
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32)
fields = st.builds(
    FormField,
    key=st.text(min_size=1),
    label=words,
    type=st.sampled_from(FieldType),
    required=st.booleans(),
    help=st.none() | words,
    unit=st.text(),
    minimum=numbers,
    maximum=numbers,
    daily=st.booleans(),
)


def with_fields(drawn: list[FormField], note: str) -> SopDefinition:
    procedure = SMALL_SOP.procedures[0]
    activity = procedure.activities[0]
    form = dataclasses.replace(activity.form, fields=tuple(drawn))
    changed = dataclasses.replace(activity, form=form)
    activities = (changed, *procedure.activities[1:])
    procedures = (dataclasses.replace(procedure, activities=activities),)
    return dataclasses.replace(SMALL_SOP, procedures=procedures, source_note=note)


@given(st.lists(fields, max_size=4), st.text())
def test_the_way_there_and_back_changes_nothing(drawn, note):
    definition = with_fields(drawn, note)
    stored = json.loads(json.dumps(to_data(definition)))
    assert from_data(stored) == definition
    assert content_hash(from_data(stored)) == content_hash(definition)


@given(st.lists(fields, max_size=4), st.lists(fields, max_size=4))
def test_equal_hashes_mean_equal_definitions(one, other):
    first, second = with_fields(one, ""), with_fields(other, "")
    assert (content_hash(first) == content_hash(second)) == (first == second)


def test_the_hash_does_not_depend_on_how_the_file_is_written():
    again = "# catatan\n" + SMALL.replace(
        "title: {id: Menerima}", 'title:\n          id: "Menerima"'
    )
    again = again.replace("maximum: 20.5}", "maximum: 20.50}").replace(
        "minimum: 1,", "minimum: 1.0,"
    )
    assert again.count("1.0") == 1
    assert content_hash(load(again.encode())) == content_hash(SMALL_SOP)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Peminjaman ruang", "Peminjaman ruangan"),
        ("order: 5", "order: 6"),
        ("is_return: true}", "is_return: true, needs_reason: true}"),
        ("maximum: 20.5", "maximum: 20.25"),
        ("[A1, A2, A3, A4]", "[A1, A3, A2, A4]"),
        ("{key: clerk, title: {id: Petugas}}", "{key: clerk, title: {id: Petugas, en: Clerk}}"),
    ],
)
def test_the_hash_sees_every_change_of_content(old, new):
    changed = SMALL.replace(old, new, 1)
    if "A3, A2" in new:
        changed = changed.replace("        not_same_person_as: [A2]\n", "")
    assert content_hash(load(changed.encode())) != content_hash(SMALL_SOP)


def test_the_canonical_json_is_what_it_says():
    text = canonical_json(SMALL_SOP)
    assert (
        json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        == text
    )
    assert '"format":"kelola-sop/1"' in text
    assert "actor_assumed" not in text, "a value that equals its default is left out"
    assert '"minimum":1,' in text


def test_the_hash_of_the_small_sop_stays():
    """Versions in force are known by this hash: whoever changes it changes every one of them."""
    assert content_hash(SMALL_SOP) == (
        "062570eec88270e95c9ada81f2b192e17a6aa773c67e77c43cbd43297883f19a"
    )


def test_the_canonical_data_follows_the_published_schema():
    assert list(faults(to_data(SMALL_SOP))) == []


def test_types_survive():
    strand = SMALL_SOP.procedure("A").strand("A-1")
    assert strand.opens == (Opens.ON_REQUEST, Opens.ON_VERB)
    seats = SMALL_SOP.procedure("A").activity("A1").form.fields[2]
    assert (seats.type, seats.minimum, seats.maximum) == (FieldType.NUMBER, 1.0, 20.5)
    assert isinstance(seats.minimum, float)


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="kelola-sop/1"):
        from_data({**to_data(SMALL_SOP), "format": "kelola-sop/2"})
