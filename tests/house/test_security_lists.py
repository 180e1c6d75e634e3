"""The lists of what is protected and how: complete, honest, and each test in them a real one."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT, short
from tools import security_lists

# The items of ASVS 5.0.0 at levels 1 and 2, by section; V10 and V17 are out of scope.
SECTIONS = {
    "V1.1": "1-2", "V1.2": "1-9", "V1.3": "1-11", "V1.4": "1-3", "V1.5": "1-2",
    "V2.1": "1-3", "V2.2": "1-3", "V2.3": "1-4", "V2.4": "1",
    "V3.2": "1-2", "V3.3": "1-4", "V3.4": "1-6", "V3.5": "1-5", "V3.7": "1-2",
    "V4.1": "1-3", "V4.2": "1", "V4.3": "1-2", "V4.4": "1-4",
    "V5.1": "1", "V5.2": "1-3", "V5.3": "1-2", "V5.4": "1-3",
    "V6.1": "1-3", "V6.2": "1-12", "V6.3": "1-4", "V6.4": "1-4", "V6.5": "1-5", "V6.6": "1-3",
    "V6.8": "1-4",
    "V7.1": "1-3", "V7.2": "1-4", "V7.3": "1-2", "V7.4": "1-5", "V7.5": "1-2", "V7.6": "1-2",
    "V8.1": "1-2", "V8.2": "1-3", "V8.3": "1", "V8.4": "1",
    "V9.1": "1-3", "V9.2": "1-4",
    "V11.1": "1-2", "V11.2": "1-3", "V11.3": "1-3", "V11.4": "1-4", "V11.5": "1", "V11.6": "1",
    "V12.1": "1-3", "V12.2": "1-2", "V12.3": "1-4",
    "V13.1": "1", "V13.2": "1-5", "V13.3": "1-2", "V13.4": "1-5",
    "V14.1": "1-2", "V14.2": "1-4", "V14.3": "1-3",
    "V15.1": "1-3", "V15.2": "1-3", "V15.3": "1-7",
    "V16.1": "1", "V16.2": "1-5", "V16.3": "1-4", "V16.4": "1-3", "V16.5": "1-3",
}  # fmt: skip
CASES = {"A": (1, 12), "B": (13, 21), "C": (22, 38), "D": (39, 46), "E": (47, 61), "F": (62, 70)}
# What the screens of today already reach: no later app may be waited for.
DUE = {
    *(f"A-{n:02}" for n in range(1, 13)), *(f"B-{n}" for n in range(13, 22)), "C-22", "C-23",
    "C-26", "C-32", "C-36", "C-37", "C-38", *(f"E-{n}" for n in range(47, 52)),
    *(f"E-{n}" for n in range(54, 59)), "E-61", "F-69",
}  # fmt: skip
LATER = {
    "backups", "desk", "evidence", "maintenance", "monitoring", "newsroom", "notify", "security",
    "website",
}  # fmt: skip
# Folders whose tests are run on each database; the others know none.
ON_EACH = ("tests/services/", "tests/web/", "tests/api/", "tests/migrations/", "tests/faults/")
ON_ONE = {"tests/faults/test_sqlite.py": "sqlite", "tests/faults/test_postgresql.py": "postgresql"}
PAPER = re.compile(r"\b((?:docs|tests|src)/[\w/.-]+\.\w+)(?:#([\w-]+))?")

asvs = security_lists.read("asvs")
cases = security_lists.read("abuse-cases")


def numbers(span: str) -> range:
    first, _dash, last = span.partition("-")
    return range(int(first), int(last or first) + 1)


def anchors(text: str) -> set[str]:
    """Return the places of a page that can be linked to."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}


def test_every_item_of_the_standard_stands_once_in_order():
    wanted = [f"{section}.{n}" for section, span in SECTIONS.items() for n in numbers(span)]
    assert len(wanted) == 217
    assert list(asvs) == wanted
    lines = (ROOT / "docs/security/asvs.yaml").read_text().splitlines()
    assert sum(1 for line in lines if re.match(r"V\d+\.", line)) == 217  # YAML drops a twin


@pytest.mark.parametrize("item", asvs, ids=str)
def test_an_item_has_a_test_or_a_reason(item: str):
    told = asvs[item]
    assert told["state"] in security_lists.STATES
    assert told["about"]
    assert told.keys() <= {"about", "state", "test", "reason"}
    if told["state"] == "tested":
        assert told["test"]
    else:
        assert told["reason"].strip()
    if told["state"] in {"by_design", "not_applicable"}:
        assert "test" not in told, "what is tested says so"


def test_named_tests_exist():
    there = security_lists.tests()
    named = {name for told in asvs.values() for name in told.get("test", [])}
    named |= {name for told in cases.values() for name in told.get("tests", [])}
    assert len(named) > 150
    assert sorted(named - there) == []


def test_a_test_that_is_gone_would_be_missed():
    assert "tests/web/test_matrix.py::test_nobody_wrote_this" not in security_lists.tests()
    assert "tests/house/test_security_lists.py::test_named_tests_exist" in security_lists.tests()


@pytest.mark.parametrize("item", [i for i in asvs if "reason" in asvs[i]], ids=str)
def test_a_page_that_a_reason_names_is_there(item: str):
    for place, part in PAPER.findall(asvs[item]["reason"]):
        page = ROOT / place
        assert page.exists(), place
        assert not part or part in anchors(page.read_text(encoding="utf-8")), (short(page), part)


def test_what_is_open_stands_among_the_residual_risks():
    text = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
    risks = text[text.index("## Residual risks") :]
    named = set(re.findall(r"\bV\d+\.\d+\.\d+\b", risks))
    assert named == {item for item, told in asvs.items() if told["state"] == "open"}


def test_the_seventy_cases_stand_once_in_order():
    wanted = [f"{letter}-{n:02}" for letter, (a, b) in CASES.items() for n in numbers(f"{a}-{b}")]
    assert len(wanted) == 70
    assert list(cases) == wanted
    lines = (ROOT / "docs/security/abuse-cases.yaml").read_text().splitlines()
    assert sum(1 for line in lines if re.match(r"[A-F]-\d+:", line)) == 70


@pytest.mark.parametrize("case", cases, ids=str)
def test_a_case_is_met_or_has_an_owner(case: str):
    told = cases[case]
    assert told.keys() <= {"title", "databases", "tests", "later", "note"}
    assert told["title"]
    assert told.get("tests") or told.get("later")
    assert told.get("later", "desk") in LATER
    assert case not in DUE or told.get("tests"), "the screens of today reach it"
    assert ("databases" in told) is bool(told.get("tests"))


@pytest.mark.parametrize("case", [c for c in cases if cases[c].get("tests")], ids=str)
def test_a_case_is_run_where_it_says(case: str):
    files = {name.partition("::")[0] for name in cases[case]["tests"]}
    where = {ON_ONE.get(f, "both") for f in files if f.startswith(ON_EACH)}
    told = cases[case]["databases"]
    assert told in {"both", "sqlite", "postgresql", "none"}
    if told == "none":
        assert not where
    elif told == "both":
        assert "both" in where
    else:
        assert told in where or "both" in where
