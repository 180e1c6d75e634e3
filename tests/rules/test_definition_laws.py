"""Whatever a file holds, it is either a sound SOP or refused with places to look at."""

import copy
import json
import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kelola.sop.definition import source
from kelola.sop.definition.convert import from_data, to_data
from kelola.sop.definition.loader import InvalidSop, load
from kelola.sop.definition.shape import SopDefinition
from tests.rules.definition_samples import SMALL

DATA = source.read(SMALL.encode()).data
YAML_LINES = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
LINES = SMALL.splitlines(keepends=True)

texts = st.sampled_from(
    ["", "end", "A1", "A2", "A4", "A5", "checks", "clerk", "P1D", "FREQ=DAILY", "2026-02-30"]
) | st.text(max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of everything in a value."""
    entries: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    return [path, *(deep for key, item in entries for deep in places(item, (*path, key)))]


PLACES = places(DATA)[1:]


def put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Put a value at a path, unless an earlier change has taken the way there."""
    for part in path[:-1]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(data, dict) or (isinstance(data, list) and path[-1] in range(len(data))):
        data[path[-1]] = value


def judged(text: bytes) -> SopDefinition | None:
    """Load a file; check what a refusal says about it."""
    try:
        return load(text, "uji.yaml")
    except InvalidSop as refusal:
        errors = refusal.errors
    assert errors
    last = len(YAML_LINES.findall(text.decode(errors="replace"))) + 1
    for problem in errors:
        assert 1 <= problem.line <= last
        assert problem.message.id
        assert problem.remedy.id
        assert problem.message.en
        assert problem.remedy.en
    return None


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), values), min_size=1, max_size=4))
def test_any_value_in_any_place_is_judged_not_stumbled_over(changes):
    data = copy.deepcopy(DATA)
    for path, value in changes:
        put(data, path, value)
    definition = judged(json.dumps(data, ensure_ascii=False, indent=1).encode())
    if definition is not None:
        assert from_data(to_data(definition)) == definition


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, len(LINES) - 1), max_size=5),
    st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1)), max_size=5),
)
def test_lines_lost_and_doubled_are_judged_not_stumbled_over(lost, doubled):
    lines = [line for number, line in enumerate(LINES) if number not in lost]
    for here, what in doubled:
        lines.insert(min(here, len(lines)), LINES[what])
    judged("".join(lines).encode())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"\r!")
def test_any_bytes_are_judged_not_stumbled_over(text):
    assert judged(text) is None
