"""The bill of materials: every pinned package once, with hash and licence, the same bytes twice."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.house.source import ROOT
from tools import sbom

if TYPE_CHECKING:
    from pathlib import Path

LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the file that the command writes."""
    target = tmp_path_factory.mktemp("bill") / "sbom.cdx.json"
    assert sbom.main([str(target)]) == 0
    return target.read_text(encoding="utf-8")


def pinned(*names: str) -> set[str]:
    """Return the package URLs of these requirements, read without the tool."""
    texts = [(ROOT / "requirements" / f"{name}.txt").read_text() for name in names]
    found = (pin for text in texts for pin in LINE.findall(text))
    return {f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}" for name, version in found}


def front(*, tests_only: bool) -> set[str]:
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {
        f"pkg:npm/{place.removeprefix('node_modules/').replace('@', '%40')}@{told['version']}"
        for place, told in lock.items()
        if place and told.get("dev", False) is tests_only
    }


def test_it_is_cyclonedx(bill: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


def test_it_lists_every_pinned_package_once(bill: str) -> None:
    components = json.loads(bill)["components"]
    urls = [one["purl"] for one in components]
    assert len(set(urls)) == len(urls) > 100
    assert set(urls) == pinned("base", "dev", "build", "uv") | front(tests_only=False) | front(
        tests_only=True
    )
    running = {one["purl"] for one in components if one["scope"] == "required"}
    assert running == pinned("base") | front(tests_only=False)


def test_every_package_has_its_hashes_and_its_licence(bill: str) -> None:
    locked = (ROOT / "requirements" / "base.txt").read_text()
    for one in json.loads(bill)["components"]:
        assert one["hashes"], one["name"]
        assert one["licenses"], one["name"]
        if one["scope"] == "required" and one["purl"].startswith("pkg:pypi"):
            assert all(f"sha256:{told['content']}" in locked for told in one["hashes"])


def test_it_says_who_asks_for_whom(bill: str) -> None:
    asked = {row["ref"]: row["dependsOn"] for row in json.loads(bill)["dependencies"]}
    root = next(ref for ref in asked if ref.startswith("pkg:generic/kelola@"))

    def wants(ref: str) -> set[str]:
        return {url.rpartition("@")[0].rpartition("/")[2] for url in asked[ref]}

    assert {"django", "gunicorn", "core"} <= wants(root)
    assert "pytest" not in wants(root)
    django = next(ref for ref in asked if ref.startswith("pkg:pypi/django@"))
    assert {"asgiref", "sqlparse"} <= wants(django)


def test_the_same_pins_give_the_same_bytes_and_no_place(bill: str, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    sbom.main([str(again)])
    assert again.read_text(encoding="utf-8") == bill
    assert not re.search(r"https?:|file:|/tmp|timestamp", bill)
    assert str(ROOT) not in bill
