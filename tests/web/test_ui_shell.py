"""The shell: menu, theme, error pages."""

from __future__ import annotations

import logging
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.template import TemplateDoesNotExist
from django.test import Client, RequestFactory
from django.urls import reverse

from kelola.registry import menu, settings_pages
from kelola.ui import context, views
from kelola.ui.shell import Shortcut

if TYPE_CHECKING:
    from django.http import HttpRequest

SOMEBODY = SimpleNamespace(
    person=SimpleNamespace(name="Andi Pratama"),
    office=SimpleNamespace(name="Mahkamah Syar'iyah Contoh", short_name="MS Contoh"),
    posts=[],
)


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what waits behind the entries: that is the apps' own business."""
    known = {key: replace(value, counter=None) for key, value in context.shortcuts.items()}
    monkeypatch.setattr(context, "shortcuts", known)


def asked(path: str = "/", **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return request


def test_a_visitor_sees_no_menu() -> None:
    assert context.shell(asked())["menu"] == []


@pytest.mark.usefixtures("uncounted")
def test_the_menu_holds_every_registered_entry_once_and_each_leads_somewhere() -> None:
    links = [link for group in context.menu_for(SOMEBODY, "/") for link in group.links]
    assert len(links) == len(menu)
    assert len({link.url for link in links}) == len(links)


def test_what_waits_is_counted_only_when_the_menu_is_drawn(monkeypatch) -> None:
    counted = []
    shortcut = Shortcut(counter=lambda actor: counted.append(actor) or 3)
    monkeypatch.setattr(context, "shortcuts", dict.fromkeys(menu, shortcut))
    request = asked()
    request.actor = SOMEBODY
    found = context.shell(request)["menu"]
    assert not counted
    assert {link.waiting for group in found for link in group.links} == {3}
    assert set(map(id, counted)) == {id(SOMEBODY)}


@pytest.mark.usefixtures("uncounted")
def test_letters_of_the_keyboard_are_not_given_twice() -> None:
    links = [link for group in context.menu_for(SOMEBODY, "/") for link in group.links]
    letters = [link.letter for link in links if link.letter]
    assert len(letters) == len(set(letters))


@pytest.mark.usefixtures("uncounted")
def test_one_entry_is_lit_the_nearest_above_the_page() -> None:
    urls = [link.url for group in context.menu_for(SOMEBODY, "/") for link in group.links]
    for url in urls:
        groups = context.menu_for(SOMEBODY, f"{url}sesuatu/" if url != "/" else url)
        assert [link.url for g in groups for link in g.links if link.current] == [url]


@pytest.mark.usefixtures("uncounted")
def test_the_settings_are_lit_on_every_page_they_lead_to() -> None:
    for page in settings_pages.values():
        groups = context.menu_for(SOMEBODY, f"{reverse(page.url_name)}sesuatu/")
        lit = [link.url for g in groups for link in g.links if link.current]
        assert lit == [reverse("settings")]


def test_a_theme_that_does_not_exist_is_the_device_s_own() -> None:
    assert context.theme_of(asked(kelola_theme='dark" onload="x')) == "auto"
    assert context.theme_of(asked(kelola_theme="dark")) == "dark"


def test_choosing_a_theme_returns_to_the_page_and_is_remembered() -> None:
    answer = Client().post("/tampilan/", {"theme": "dark", "next": "/masuk/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/masuk/"
    cookie = answer.cookies[context.THEME_COOKIE]
    assert cookie.value == "dark"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("away", ["https://contoh.test/", "//contoh.test/", "javascript:alert(1)"])
def test_choosing_a_theme_leads_to_no_other_site(away: str) -> None:
    answer = Client().post("/tampilan/", {"theme": "pink", "next": away})
    assert answer["Location"] == "/"
    assert context.THEME_COOKIE not in answer.cookies


def test_the_theme_is_not_changed_by_opening_an_address() -> None:
    assert views.theme(asked("/tampilan/")).status_code == 405


def test_a_refusal_shows_the_policy_s_reason_and_no_bare_code() -> None:
    answer = views.forbidden(asked(), PermissionDenied("Anda yang mengerjakan."))
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Anda yang mengerjakan." in text
    assert "minta peran kepada Kasubag PTIP" in text


def test_a_reason_is_escaped() -> None:
    text = views.forbidden(asked(), PermissionDenied("<b>x</b>")).content.decode()
    assert "<b>x</b>" not in text


def test_a_missing_page_says_nothing_of_what_was_looked_for() -> None:
    text = views.not_found(asked("/alur/rahasia/"), Exception("No Run matches")).content.decode()
    assert "Halaman tidak ada" in text
    assert "Run" not in text


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (views.bad_request, 400, "Kiriman tidak dapat dibaca"),
        (views.csrf_failure, 403, "Formulir sudah kedaluwarsa"),
        (views.too_many, 429, "Terlalu banyak percobaan"),
    ],
)
def test_errors_are_words(view, status: int, words: str) -> None:
    answer = view(asked())
    assert answer.status_code == status
    assert words in answer.content.decode()


@pytest.mark.logs_errors("kelola.ui.views")
def test_our_own_fault_shows_a_code_that_the_log_has(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "kelola.ui.views"):
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            answer = views.server_error(asked("/alur/"))
    code = caplog.records[0].getMessage().split(":")[0]
    assert answer.status_code == 500
    assert code in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in answer.content.decode()


@pytest.mark.logs_errors("kelola.ui.views")
def test_our_own_fault_is_told_even_when_its_template_is_the_fault(monkeypatch) -> None:
    def broken(*_args: object) -> str:
        raise TemplateDoesNotExist("500.html")

    monkeypatch.setattr(views, "render_to_string", broken)
    answer = views.server_error(asked())
    assert answer.status_code == 500
    assert "bukan pada isian Anda" in answer.content.decode()
