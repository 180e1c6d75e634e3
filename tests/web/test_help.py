"""The help: whole in both languages, in the screen's own words, and found from every screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polib
import pytest
from django.test import Client
from django.urls import reverse

from kelola.home.guide import TOPICS, topic, topic_for
from tests.house.source import HOUSE
from tests.people import make_people, sign_in

if TYPE_CHECKING:
    from pathlib import Path

PAGES = HOUSE / "home" / "templates" / "home" / "help"
BOLD = re.compile(r"<b>(.+?)</b>", re.DOTALL)


def said(language: str) -> set[str]:
    entries = [
        entry
        for path in HOUSE.glob("*/locale/id/LC_MESSAGES/django.po")
        for entry in polib.pofile(str(path))
    ]
    return {entry.msgstr if language == "id" else entry.msgid for entry in entries}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_topic_has_its_page_and_every_page_its_topic(language):
    pages = {path.stem for path in (PAGES / language).glob("*.html")}
    assert pages == {topic.key for topic in TOPICS}
    assert len(pages) >= 8


@pytest.mark.parametrize(
    "page", sorted(PAGES.glob("*/*.html")), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_what_the_help_names_stands_on_the_screen(page: Path):
    text = page.read_text(encoding="utf-8")
    named = {" ".join(word.split()) for word in BOLD.findall(text)}
    assert named - said(page.parent.name) == set()
    assert len(text.splitlines()) < 40


@pytest.fixture
def budi(db):
    return sign_in(Client(), make_people().budi.user)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_opens_in_both_languages(budi, language):
    budi.post(reverse("set_language"), {"language": language})
    for found in TOPICS:
        answer = budi.get(reverse("help"), {"topik": found.key})
        assert answer.status_code == 200
        assert f"home/help/{language}/{found.key}.html" in [t.name for t in answer.templates]


def test_a_page_that_is_none_is_not_found(budi):
    for wrong in ("", "../desk", "x" * 5000):
        assert budi.get(reverse("help"), {"topik": wrong}).status_code == 404


@pytest.mark.parametrize(
    ("screen", "key"),
    [
        ("desk", "hari-pertama"),
        ("run_open", "membuka"),
        ("step", "langkah"),
        ("step_pause", "jam"),
        ("calendar_confirm", "kalender"),
        ("calendar_due", "jam"),
        ("decree_renewals", "jabatan"),
        ("second_factors", "pengaman"),
        ("history", "pengurus"),
    ],
)
def test_a_screen_leads_to_its_page(budi, screen, key):
    assert topic_for(screen) == topic(key)
    answer = budi.get(reverse("help"), {"halaman": screen})
    assert answer.url == f"{reverse('help')}?topik={key}"


def test_a_screen_without_a_page_leads_to_the_list(budi):
    for screen in ("", "nothing", "//evil.test/"):
        assert budi.get(reverse("help"), {"halaman": screen}).url == reverse("help")


def test_the_way_to_the_help_stands_on_every_screen(budi):
    page = budi.get(reverse("calendar")).content.decode()
    assert f'href="{reverse("help")}?halaman=calendar"' in page
