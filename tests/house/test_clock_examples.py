"""The examples of the clocks' page are true: each is a command, and is run."""

from __future__ import annotations

import json
import re
import shlex
from io import StringIO

import pytest
from django.core.management import call_command

from kelola.workcal.management.commands import calendar
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "explanation" / "clock.md"
ROW = re.compile(
    r"^\| `kelola (calendar due [^`]+)` \| (\d{4}-\d\d-\d\d \d\d:\d\d) \| \S", re.MULTILINE
)
EXAMPLES = ROW.findall(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reckon by the default calendar, as the page says, and without a database."""
    monkeypatch.setattr(calendar, "offices", list)


def test_every_example_of_the_page_is_read():
    assert len(EXAMPLES) == PAGE.read_text(encoding="utf-8").count("| `kelola ") > 15


@pytest.mark.parametrize(("command", "expected"), EXAMPLES)
def test_an_example_comes_out_as_written(command, expected):
    told = StringIO()
    call_command(*shlex.split(command), "--json", stdout=told)
    assert json.loads(told.getvalue())["due"] == f"{expected.replace(' ', 'T')}:00+07:00"
