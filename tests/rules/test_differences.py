"""The list semula/menjadi: nothing where nothing changed, one row for each thing that binds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from kelola.sop.definition.convert import from_data, to_data
from kelola.sop.definition.differences import Difference, Part, differences
from kelola.sop.definition.loader import library_path, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.shape import SopDefinition

SOP = load(library_path("SOP/AS/29"))
SHORT = dataclasses.replace(SOP, procedures=(SOP.procedure("D"),))

# What may change without being a revision, by the last name on its way through the data.
NO_REVISION = {
    "en", "verbatim", "source_note", "note", "format", "key", "code", "type", "unit", "minimum",
    "maximum", "daily", "help", "quiet", "number", "status", "actor_reason", "actor_assumed",
    "column_titles", "done_record", "parties", "superseded_by", "instruments", "order", "decision",
    "needs_reason", "signed_by", "actor_alternative",
}  # fmt: skip
# Keys that others refer to cannot change alone; the tests below look at them.
REFERRED = {"first", "actor", "head", "opens", "join"}
LISTED_NUMBERS = {("identity", "number"), ("form", "number")}


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value of the data that is no list and no mapping."""
    match value:
        case dict():
            for key, item in value.items():
                yield from leaves(item, (*way, key))
        case list():
            for place, item in enumerate(value):
                yield from leaves(item, (*way, place))
        case _:
            yield way


def changed(definition: SopDefinition, way: tuple[Any, ...]) -> dict[str, Any]:
    """Return the data of an SOP with one value made another."""
    made = to_data(definition)
    holder: Any = made
    for name in way[:-1]:
        holder = holder[name]
    value = holder[way[-1]]
    match value:
        case bool():
            holder[way[-1]] = not value
        case int() | float():
            holder[way[-1]] = value + 1
        case _:
            holder[way[-1]] = f"{value} lain"
    return made


def binds(way: tuple[Any, ...]) -> bool:
    """Tell whether a value is one whose change is a revision."""
    if way[-2:] in LISTED_NUMBERS:
        return True
    return not {name for name in way if isinstance(name, str)} & (NO_REVISION | REFERRED)


def with_activity(**values: Any) -> Any:
    """Return the SOP with B3 changed."""
    procedures = []
    for procedure in SOP.procedures:
        activities = tuple(
            dataclasses.replace(a, **values) if a.key == "B3" else a for a in procedure.activities
        )
        procedures.append(dataclasses.replace(procedure, activities=activities))
    return dataclasses.replace(SOP, procedures=tuple(procedures))


def test_a_version_does_not_differ_from_itself() -> None:
    assert differences(SOP, from_data(to_data(SOP))) == []


def test_every_value_that_binds_is_told_when_it_changes() -> None:
    ways = [way for way in leaves(to_data(SHORT)) if binds(way)]
    silent = [w for w in ways if not differences(SHORT, from_data(changed(SHORT, w)))]
    assert silent == []
    assert len(ways) > 100


def test_what_does_not_bind_is_no_revision() -> None:
    ways = [way for way in leaves(to_data(SHORT)) if way[-1] in ("en", "verbatim")]
    loud = [w for w in ways if differences(SHORT, from_data(changed(SHORT, w)))]
    assert loud == []
    assert len(ways) > 100


def test_a_row_says_the_place_what_was_and_what_is() -> None:
    new = with_activity(time="PT4H")
    assert differences(SOP, new) == [
        Difference("B3", Part.CLOCK, SOP.procedure("B").activity("B3").time, "PT4H")
    ]


def test_another_actor_another_checker_and_another_road_are_rows() -> None:
    new = with_activity(actor="sekretaris", not_same_person_as=("B1",))
    rows = {d.part: (d.before, d.after) for d in differences(SOP, new)}
    assert rows[Part.ACTOR] == (
        "Kasubag Perencanaan, Teknologi Informasi, dan Pelaporan (PTIP)",
        "Sekretaris",
    )
    assert rows[Part.FOUR_EYES] == ("", "B1")
    assert len(rows) == 2


def test_what_came_and_what_went_are_one_row_each() -> None:
    procedure = SOP.procedure("F")
    shorter = dataclasses.replace(
        procedure,
        activities=procedure.activities[1:],
        strands=tuple(s for s in procedure.strands if "F1" not in s.activities),
    )
    less = dataclasses.replace(SOP, procedures=(*SOP.procedures[:-1], shorter))
    gone = [(d.place, d.part, d.after) for d in differences(SOP, less)]
    assert gone == [("F1", Part.STRAND, ""), ("F1", Part.ACTIVITY, "")]
    came = [(d.place, d.part, d.before) for d in differences(less, SOP)]
    assert came == gone
    without = dataclasses.replace(SOP, procedures=SOP.procedures[:-1])
    assert [(d.place, d.part, d.before) for d in differences(without, SOP)] == [
        ("F", Part.PROCEDURE, "")
    ]
