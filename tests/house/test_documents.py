"""The documents: the glossary loads, decisions are indexed, links lead somewhere."""

from __future__ import annotations

import re

import pytest
from django.apps import apps

from tests.house.source import ROOT, short
from tests.house.test_size_and_names import FORBIDDEN, words

ADR = ROOT / "docs" / "adr"
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
DOCUMENTS = [
    *(ROOT / n for n in ("README.md", "DEVELOPERS.md", "TESTING.md", "CHANGELOG.md")),
    *(ROOT / n for n in ("THREAT_MODEL.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_the_glossary_has_every_term_once_with_its_english():
    found = rows()
    assert len(found) > 60
    assert all(len(row) == 4 and row[0] and row[1] for row in found)
    terms = [term.strip().lower() for row in found for term in re.split(r",(?![^(]*\))", row[0])]
    assert sorted(terms) == sorted(set(terms))


def test_the_models_of_the_glossary_exist_and_none_is_forgotten():
    named = {row[3] for row in rows() if row[3]}
    ours = {m._meta.label for m in apps.get_models() if m.__module__.startswith("kelola.")}
    # Rows of the machinery, which nobody speaks of.
    silent = {"ledger.Head", "ledger.Cursor", "workcal.CalendarState"}
    assert named <= ours, named - ours
    assert ours - named <= silent, ours - named - silent


def test_the_glossary_gives_no_forbidden_name_to_code():
    assert [row[2] for row in rows() if words(row[2]) & FORBIDDEN] == []


def test_every_decision_is_one_page_and_indexed_by_its_title():
    index = (ADR / "README.md").read_text(encoding="utf-8")
    pages = sorted(p for p in ADR.glob("*.md") if p.name != "README.md")
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix("# ")
        assert title.startswith(f"{page.name[:4]} ")
        assert f"[{title}]({page.name})" in index
        assert len(text.splitlines()) <= 60
        for part in ("## Decision", "## Why", "## Against", "## Consequences"):
            assert part in text, f"{page.name}: {part}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=short)
def test_links_lead_somewhere(document):
    missing = [
        target
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert not missing
