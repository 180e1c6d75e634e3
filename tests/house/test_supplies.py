"""What comes from outside is pinned by its hash and names no place; the repository neither."""

from __future__ import annotations

import json
import re

import pytest

from tests.house.source import ROOT, short, tracked

REQUIREMENTS = ROOT / "requirements"
PEERS = ROOT / "bench" / "peers" / "requirements"
NAME = re.compile(r"^([A-Za-z0-9._-]+)")
# Assembled here, so that this file does not hold what it looks for.
PLACES = re.compile("|".join(re.escape(f"/{top}/") for top in ("work", "root", "home")))
TEXTS = {".py", ".md", ".toml", ".txt", ".in", ".json", ".yaml", ".yml", ".html", ".css", ".js",
         ".po", ".csv", ".svg", ".cfg", ""}  # fmt: skip


@pytest.mark.parametrize(
    "name", ["base", "build", "dev", "mining", "uv", "spiffworkflow", "viewflow"]
)
def test_requirements_are_pinned_by_hash_without_an_address(name):
    of_peers = PEERS / f"{name}.txt"
    text = (of_peers if of_peers.exists() else REQUIREMENTS / f"{name}.txt").read_text()
    assert not re.search(r"https?://|file:|--index-url|--find-links|--extra", text)
    logical = text.replace("\\\n", " ").splitlines()
    packages = [line for line in logical if line.strip() and not line.lstrip().startswith("#")]
    assert packages
    for line in packages:
        assert re.match(r"^[A-Za-z0-9._\[\]-]+==\S+", line), line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_wish_is_compiled(name):
    def canonical(text: str) -> str:
        return re.sub(r"[-_.]+", "-", text.partition("[")[0]).lower()

    wishes = (REQUIREMENTS / f"{name}.in").read_text().splitlines()
    wished = {canonical(m[1]) for line in wishes if (m := NAME.match(line)) and line[0] != "-"}
    compiled = {
        canonical(NAME.match(line)[1])
        for file in (f"{name}.txt", "uv.txt")
        for line in (REQUIREMENTS / file).read_text().splitlines()
        if NAME.match(line)
    }
    assert wished <= compiled, wished - compiled


def test_every_dependency_of_the_product_says_why():
    for line in (REQUIREMENTS / "base.in").read_text().splitlines():
        assert "#" in line, line


def test_the_front_end_lock_holds_hashes_and_no_address():
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in p for name, p in packages.items() if name)
    wished = json.loads((ROOT / "package.json").read_text())
    for version in (wished["dependencies"] | wished["devDependencies"]).values():
        assert version[0].isdigit(), version


def test_no_file_names_a_place_on_somebody_s_machine():
    found = [
        short(file)
        for file in tracked()
        if file.suffix in TEXTS
        and PLACES.search(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not found


def test_no_third_party_code_is_committed():
    assert [short(f) for f in tracked() if {"vendor", "node_modules"} & set(f.parts)] == []
