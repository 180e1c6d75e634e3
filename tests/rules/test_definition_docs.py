"""The reference page of SOP files names everything that the schema knows."""

import json
import re
from pathlib import Path

import pytest

from kelola.sop.definition import schema, source

PAGE = (Path(__file__).parents[2] / "docs/reference/sop-file.md").read_text(encoding="utf-8")
PUBLISHED = json.loads(schema.schema_text())
OBJECTS = {
    "The file": PUBLISHED,
    **{name: part for name, part in PUBLISHED["$defs"].items() if part.get("type") == "object"},
}
SECTIONS = dict(re.findall(r"^### (.+)\n((?:(?!^##).*\n)*)", PAGE, flags=re.MULTILINE))


@pytest.mark.parametrize("name", [name for name in OBJECTS if name != "words"])
def test_each_part_has_a_section_with_all_its_names(name):
    named = set(re.findall(r"`([a-z_]+)`", SECTIONS[name]))
    assert set(OBJECTS[name]["properties"]) <= named


def test_the_choices_are_named():
    definitions = PUBLISHED["$defs"]
    for choices in (
        definitions["legal_basis"]["properties"]["status"]["enum"],
        definitions["group"]["properties"]["join"]["enum"],
        definitions["strand"]["properties"]["opens"]["items"]["enum"],
        definitions["field"]["properties"]["type"]["enum"],
    ):
        assert all(f"`{choice}`" in PAGE for choice in choices)


def test_the_limits_are_the_real_ones():
    assert source.MOST_BYTES == 2**20
    assert "1 MiB" in PAGE
    assert f"{source.DEEPEST} levels" in PAGE
    assert f"{source.MOST_VALUES:,} values" in PAGE
