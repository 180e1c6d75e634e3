"""Every page there is: in the list, sound in all looks, and worked by the keyboard."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser import pages
from tests.browser.sights import (
    IN_STORIES,
    NO_PAGES,
    cookies,
    half_a_week,
    sights,
)
from tests.house.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.sights import Sight
    from tests.runs import Desk

TABLE = ROOT / "tests" / "web" / "matrix.csv"
PEOPLE = ("member_without_role", "operator", "kasubag", "stranger")


@pytest.fixture
def desk(live_server: Any, monday: None, settings: Any, tmp_path: Path) -> Desk:
    settings.FILES_DIR = tmp_path / "files"
    settings.EMAIL_HOST = "surel.contoh.go.id"
    return half_a_week()


def name_of(sight: Sight) -> str:
    try:
        return resolve(urlsplit(sight.path).path).url_name or ""
    except Resolver404:
        return ""


def answering() -> set[str]:
    """Return the addresses at which a GET of somebody is not refused, as the matrix says."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["method"] == "GET"]
    programs = {row["url_name"] for row in rows if row["url_name"].startswith("api_")}
    met = {row["url_name"] for row in rows if {row[role] for role in PEOPLE} - {"403", "405"}}
    return met - (programs - {"api_tokens", "api_openapi"})


def test_every_page_owes_nothing_and_works_by_the_keyboard(desk: Desk, window: Any) -> None:
    listed, found = sights(desk), []
    known = {name_of(sight) for sight in listed.values()} - {""}
    assert answering() == known | NO_PAGES.keys() | IN_STORIES.keys()
    assert not known & (NO_PAGES.keys() | IN_STORIES.keys())
    for who in sorted({sight.who for sight in listed.values()}):
        one = window()
        one.context.add_cookies([
            {"name": name, "value": value, "url": one.address}
            for name, value in cookies(desk, who).items()
        ])  # fmt: skip
        one.expected.append("status of 40[34]")
        for name, sight in listed.items():
            if sight.who != who:
                continue
            one.go(sight.path)
            arrived = urlsplit(one.page.url).path
            if arrived != urlsplit(sight.path).path:
                found.append(f"{name}: {sight.path} leads to {arrived}")
            found += [f"{name}: {line}" for line in pages.owed(one)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("told", sorted(set(IN_STORIES.values())))
def test_a_story_that_shows_a_page_exists(told: str) -> None:
    file, _, story = told.partition("::")
    source = (ROOT / "tests" / "browser" / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {story}\(\s*window\b", source, re.MULTILINE), told


def test_what_the_keyboard_misses_is_noticed(window: Any) -> None:
    one = window()
    one.page.set_content(
        "<style>:focus { outline: 2px solid } #dim:focus { outline: none }</style>"
        "<button>Satu</button><button id='dim'>Dua</button>"
        "<input onkeydown='event.preventDefault()'><button>Tiga</button>"
    )
    assert pages.by_keyboard(one) == [
        "Tab misses button. Tiga",
        "focus is not seen on button. Dua",
    ]
