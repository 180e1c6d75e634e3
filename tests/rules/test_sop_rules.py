"""Whether a form is complete and its values stand; numbers of runs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.sop import rules
from kelola.sop.definition import loader
from kelola.sop.definition.shape import FieldType, FormField, Option, Words
from kelola.sop.rules import ProblemCode, problems
from tests.filling import fill

UUID = "0193c0de-0000-7000-8000-000000000001"


ONE = (Option("a", Words("A")),)


def field(kind: FieldType, **more: object) -> FormField:
    return FormField("x", Words("X"), kind, **more)


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        (field(FieldType.TEXT), "a" * 501, ProblemCode.TOO_LONG),
        (field(FieldType.TEXT), 5, ProblemCode.WRONG_SHAPE),
        (field(FieldType.LONG_TEXT), "a" * 20_001, ProblemCode.TOO_LONG),
        (field(FieldType.CHOICE, options=ONE), "b", ProblemCode.NOT_A_CHOICE),
        (field(FieldType.CHOICE, options=ONE), ["a"], ProblemCode.NOT_A_CHOICE),
        (field(FieldType.YES_NO), "ya", ProblemCode.NOT_A_CHOICE),
        (field(FieldType.DATE), "2026-02-31", ProblemCode.NOT_A_DATE),
        (field(FieldType.DATE), 5, ProblemCode.NOT_A_DATE),
        (field(FieldType.NUMBER), "banyak", ProblemCode.NOT_A_NUMBER),
        (field(FieldType.NUMBER), "NaN", ProblemCode.NOT_A_NUMBER),
        (field(FieldType.NUMBER), "1" * 31, ProblemCode.NOT_A_NUMBER),
        (field(FieldType.NUMBER, minimum=10.0), "9.9", ProblemCode.TOO_SMALL),
        (field(FieldType.NUMBER, maximum=25.0), "25.1", ProblemCode.TOO_LARGE),
        (field(FieldType.FILE), ["../etc/passwd"], ProblemCode.WRONG_SHAPE),
        (field(FieldType.FILE), UUID, ProblemCode.WRONG_SHAPE),
        (field(FieldType.PHOTO), [UUID] * 31, ProblemCode.TOO_MANY),
        (field(FieldType.TABLE, columns=(field(FieldType.TEXT),)), "x", ProblemCode.WRONG_SHAPE),
        (field(FieldType.TABLE, columns=(field(FieldType.TEXT),)), [{"x": "a"}] * 201,
         ProblemCode.TOO_MANY),
    ],
)  # fmt: skip
def test_a_value_that_does_not_stand(item: FormField, value: object, code: ProblemCode) -> None:
    assert [p.code for p in problems((item,), {"x": value})] == [code]


@pytest.mark.parametrize("value", ["10", "25", "17.5", "17,5"])
def test_bounds_are_inclusive_and_a_comma_is_a_point(value: str) -> None:
    item = field(FieldType.NUMBER, minimum=10.0, maximum=25.0)
    assert problems((item,), {"x": value}) == ()


def test_a_blank_row_asks_nothing_and_a_begun_one_asks_all() -> None:
    columns = (
        FormField("a", Words("A"), FieldType.TEXT, required=True),
        FormField("b", Words("B"), FieldType.TEXT, required=True),
    )
    table = field(FieldType.TABLE, columns=columns, required=True)
    found = problems((table,), {"x": [{"a": "", "b": " "}, {"a": "isi"}]})
    assert [(p.path, p.code) for p in found] == [("x.1.b", ProblemCode.MISSING)]
    assert [p.path for p in problems((table,), {"x": [{"a": ""}]})] == ["x"]


def test_a_draft_may_lack_what_is_required_but_not_be_wrong() -> None:
    item = field(FieldType.DATE, required=True)
    assert problems((item,), {}, complete=False) == ()
    assert [p.code for p in problems((item,), {"x": "31/02"}, complete=False)] == [
        ProblemCode.NOT_A_DATE
    ]


def test_a_value_of_no_field_is_refused() -> None:
    assert [p.code for p in problems((), {"y": "1"})] == [ProblemCode.UNKNOWN_FIELD]


def test_every_form_of_the_library_can_be_filled() -> None:
    sop = loader.load(loader.library_path("SOP/AS/29"))
    activities = [a for p in sop.procedures for a in p.activities]
    assert len(activities) == 38
    for activity in activities:
        fields = activity.form.fields
        assert problems(fields, fill(fields, lambda _f: UUID)) == (), activity.key
        needed = fill(fields, lambda _f: UUID, required_only=True)
        assert problems(fields, needed) == (), activity.key
        for item in fields:
            if item.required:
                rest = {k: v for k, v in needed.items() if k != item.key}
                assert [p.path for p in problems(fields, rest)] == [item.key]


def test_files_are_found_in_tables_too() -> None:
    inner = FormField("photo", Words("Foto"), FieldType.PHOTO)
    table = FormField("rows", Words("Baris"), FieldType.TABLE, columns=(inner,))
    fields = (FormField("scan", Words("Pindai"), FieldType.FILE), table)
    data = {"scan": ["1"], "rows": [{"photo": ["2", "3"]}, {}]}
    assert rules.file_ids(fields, data) == ("1", "2", "3")


@given(st.text(max_size=40))
def test_reading_a_number_never_fails(text: str) -> None:
    number = rules.to_number(text)
    assert number is None or isinstance(number, Decimal)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_judging_never_fails(value: object) -> None:
    every = tuple(
        FormField(kind, Words(kind), kind, columns=(field(FieldType.TEXT),)) for kind in FieldType
    )
    assert problems(every, dict.fromkeys(FieldType, value), complete=True) is not None


def test_a_run_number_names_count_procedure_month_and_year() -> None:
    assert rules.run_number(214, "B", date(2026, 11, 30)) == "214/TI-B/XI/2026"


def test_who_is_below_and_above_in_the_librarys_sop():
    sop = loader.load(loader.library_path("SOP/AS/29"))
    below, above = rules.below_and_above(sop, frozenset({"kasubag_ptip"}))
    assert (below, above) == ({"operator_admin", "operator"}, {"sekretaris", "ketua"})
    below, above = rules.below_and_above(sop, frozenset({"ketua_dewan_redaktur"}))
    assert (below, above) == ({"operator", "redaktur", "admin_web"}, {"penanggung_jawab"})
    assert rules.below_and_above(sop, frozenset({"operator"}))[0] == frozenset()
    assert rules.below_and_above(sop, frozenset()) == (frozenset(), frozenset())
    # The Ketua has a step in C, whose head is the Kasubag; B says who stands above whom.
    assert rules.people_of(sop, sop.procedure("C")) == {"operator_admin", "kasubag_ptip"}


@given(st.sets(st.uuids(), max_size=40), st.integers(0, 8))
def test_a_draw_depends_on_seed_and_keys_alone(keys, size):
    drawn = rules.drawn("a" * 64, keys, size)
    assert drawn == rules.drawn("a" * 64, sorted(keys), size)
    assert len(drawn) == min(size, len(keys))
    assert set(drawn) <= keys


def test_another_seed_draws_others():
    keys = [uuid5(NAMESPACE_URL, str(n)) for n in range(200)]
    assert set(rules.drawn("a", keys, 5)) != set(rules.drawn("b", keys, 5))


def test_a_procedure_runs_well_when_four_of_five_steps_were_in_time():
    assert rules.runs_well(rules.Ran()) is None
    assert rules.runs_well(rules.Ran(runs=3)) is None
    assert rules.runs_well(rules.Ran(finished=5, late=1)) is True
    assert rules.runs_well(rules.Ran(finished=5, late=2)) is False
    assert rules.runs_well(rules.Ran(finished=4, overdue=1)) is True
    assert rules.runs_well(rules.Ran(finished=4, overdue=1, undone=1)) is False
    assert rules.runs_well(rules.Ran(finished=4, returned=4, afterwards=4)) is True


def test_an_sop_is_signed_by_who_heads_it_who_is_above_and_whom_it_names():
    found = rules.signing_roles(loader.load(loader.library_path("SOP/AS/29")))
    assert found == ("kasubag_ptip", "sekretaris", "ketua")


def test_heat_is_the_median_and_warmth_stands_against_the_slowest():
    assert rules.heat_of([(10, False), (400, True), (20, False)]) == (3, 20, 1)
    heats = {"B1": rules.Heat(1, 10, 0), "B2": rules.Heat(1, 250, 0), "B3": rules.Heat(2, 400, 1)}
    assert rules.warmth(heats) == {"B1": 1, "B2": 3, "B3": 4}
    # Minutes alone are no heat, however they compare.
    assert rules.warmth({"B1": rules.Heat(1, 0, 0), "B2": rules.Heat(1, 2, 0)}) == {
        "B1": 1,
        "B2": 1,
    }
    assert rules.warmth({}) == {}
