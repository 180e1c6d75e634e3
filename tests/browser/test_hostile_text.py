"""Markup in every text of an office stays text: each page is drawn by a real Chromium.

A word that runs calls ``jahat()``; one that the content policy stops is reported to a collector on
this machine; one that only becomes an element bears a mark. None of the three may be seen. The last
test shows the same words unescaped, and all three are.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error

from kelola.evidence.models import IssuedPaper
from kelola.evidence.rules.seals import PARAMETER
from kelola.office.doors import DEVICE
from kelola.sop import services
from kelola.sop.models import Origin
from kelola.ui.http.headers import CONTENT_SECURITY_POLICY, HEADERS
from tests.browser.sights import cookies_of
from tests.doors import give_pin, share
from tests.hostile import BREAKER, CORPUS, UNSEEN, Hostile
from tests.planting import plant, untouched
from tests.runs import MONDAY
from tests.web.crawling import alike, is_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from kelola.office.models import User
    from tests.runs import Desk

MARKED = """() => Array.from(document.querySelectorAll('*'))
  .filter((el) => el.getAttributeNames().some((n) => /jahat/.test(n) || (/^on|^hx-on/.test(n)))
    || /^(base|iframe|object|embed|math)$/.test(el.localName)
    || /jahat/.test(el.getAttribute('src') || '') || /^\\s*javascript:/i.test(el.href || '')
    || (el.localName === 'script' && /jahat/.test(el.text)))
  .map((el) => el.outerHTML.slice(0, 120))"""
# A saved view whose filters are no filters is refused in words.
REFUSED = re.compile(r"/alur/$")
STATUS = re.compile(r"status of 40[04]")  # the answers themselves are noted by their addresses
DOWNLOADS = {
    "document", "log_file", "sop_blank", "sop_export", "import_template", "install_certificate"
}  # fmt: skip
LINKS = "() => Array.from(document.links).map((a) => a.href)"


# Every page that shows what people wrote; a walk that misses one has lost its way.
SHOWN = {
    "account", "api_tokens", "appoint", "appointment_end", "calendar", "calendar_confirm",
    "decree_renewals", "decree_scan", "decrees", "desk", "files", "history", "import_people",
    "people", "person", "person_edit", "pin", "post", "post_edit", "posts", "run", "run_open",
    "runs", "search", "second_factors", "settings_office", "sign_in_settings", "sop", "sop_actors",
    "sop_versions", "sops", "step", "step_output",
}  # fmt: skip


class Reports(BaseHTTPRequestHandler):
    """Keeps what Chromium reports of the content policy."""

    kept: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        """Keep a report."""
        length = int(self.headers.get("Content-Length") or 0)
        self.kept.append(self.rfile.read(length).decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@dataclass
class Reader:
    """Somebody's browser that notes everything a hostile word could do."""

    context: BrowserContext
    page: Page
    address: str
    notes: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    arrived: set[str] = field(default_factory=set)

    def look(self, url: str) -> list[str]:
        """Open a page and return the links on it."""
        self.visited.append(url)
        try:
            self.page.goto(url)
            self.arrived.add(alike(urlsplit(self.page.url).path)[0])
            drawn, links = self.page.evaluate(MARKED), self.page.evaluate(LINKS)
        except Error as away:  # the page went elsewhere by itself
            drawn, links = [str(away)], []
            self.page.close()
            self.page = self.context.new_page()
        self.notes += [f"{url} drew {mark}" for mark in drawn]
        return [link.partition("#")[0] for link in links]

    def walk(self, most_alike: int) -> None:
        """Open every kind of page that links lead to from the desk."""
        waiting, met = [self.address + reverse("desk")], Counter[tuple[str, ...]]()
        while waiting:
            url = waiting.pop(0)
            parts = urlsplit(url)
            local = parts._replace(scheme="", netloc="").geturl()
            if f"{parts.scheme}://{parts.netloc}" != self.address or not is_page(local):
                continue
            kind = alike(local)
            unread = "/lembar/" in local or "unduh=" in local or kind[0] in DOWNLOADS
            if url in self.visited or met[kind] >= most_alike or unread:
                continue
            met[kind] += 1
            waiting += self.look(url)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Reports)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Reports.kept.clear()
    policy = f"{CONTENT_SECURITY_POLICY}; report-uri http://127.0.0.1:{server.server_port}/"
    monkeypatch.setitem(HEADERS, "Content-Security-Policy", policy)
    yield Reports.kept
    server.shutdown()
    server.server_close()


@pytest.fixture
def reader(
    collector: list[str], chromium: Browser, live_server: Any, desk: Desk, monday: None
) -> Iterator[Callable[[User | None], Reader]]:
    opened: list[Reader] = []

    def make(user: User | None) -> Reader:
        context = chromium.new_context(locale="id-ID", service_workers="block")
        made = Reader(context, context.new_page(), live_server.url)
        context.expose_binding("jahat", lambda source: made.notes.append(f"ran: {source}"))
        context.on("dialog", lambda dialog: (made.notes.append("dialog"), dialog.dismiss()))
        context.on("weberror", lambda error: made.notes.append(f"error: {error.error}"))
        context.on(
            "console",
            lambda line: (
                line.type == "error"
                and not STATUS.search(line.text)
                and made.notes.append(f"console: {line.text}")
            ),
        )
        context.on(
            "response",
            lambda answer: (
                answer.status >= HTTPStatus.BAD_REQUEST
                and not REFUSED.match(urlsplit(answer.url).path)
                and made.notes.append(f"{answer.status} at {answer.url}")
            ),
        )
        context.on(
            "request",
            lambda asked: (
                urlsplit(asked.url).hostname == "localhost"
                or asked.url.startswith("data:")
                or made.notes.append(f"asked for {asked.url}")
            ),
        )
        context.add_cookies([
            {"name": name, "value": value, "url": live_server.url}
            for name, value in (cookies_of(user) if user else {}).items()
        ])  # fmt: skip
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.context.close()


def open_unseen(desk: Desk) -> None:
    """Open runs whose subjects hold what no field of a page lets through."""
    for subject in UNSEEN:
        services.open_run(
            version=desk.version,
            procedure="B",
            strand="B",
            subject=subject,
            slot=None,
            origin=Origin.REQUEST,
            by=desk.people.andi.person,
            at=MONDAY,
        )


def test_no_text_of_an_office_becomes_markup(
    desk: Desk, reader: Callable[[User | None], Reader], collector: list[str]
) -> None:
    word = Hostile()
    planted = plant(desk.people.court, desk.people.budi, word, MONDAY - timedelta(minutes=5))
    open_unseen(desk)
    assert word.used == set(CORPUS)
    assert not untouched(lambda text: "onerror=jahat()" in text)
    seen = set()
    for someone, most_alike in ((desk.people.budi, 3), (desk.people.andi, 1)):
        walker = reader(someone.user)
        walker.walk(most_alike)
        seen |= walker.arrived
        assert not walker.notes, "\n".join(walker.notes[:20])
    assert not collector, collector[:5]
    assert seen >= SHOWN
    walker.look(urljoin(walker.address, reverse("run", args=[planted.runs[-1].pk])))
    planted.runs[-1].refresh_from_db()
    assert walker.page.locator("h1").inner_text() == planted.runs[-1].subject


def test_what_is_shown_before_anybody_signs_in_stays_text(
    desk: Desk, reader: Callable[[User | None], Reader], collector: list[str]
) -> None:
    """The names at a shared computer, and what the verification page reads from an address."""
    word, people = Hostile(), desk.people
    planted = plant(people.court, people.budi, word, MONDAY - timedelta(minutes=5))
    give_pin(people.budi.user)
    client = Client()
    share(client, people)
    walker = reader(None)
    secret = client.cookies[DEVICE].value
    walker.context.add_cookies([{"name": DEVICE, "value": secret, "url": walker.address}])
    walker.look(walker.address + reverse("pin_sign_in"))
    people.budi.person.refresh_from_db()
    assert people.budi.person.name in walker.page.locator("body").inner_text()
    seal = IssuedPaper.objects.get(document__subject=f"sop.run:{planted.runs[-1].pk}").seal
    for asked in (seal, seal + BREAKER, *CORPUS):
        walker.look(f"{walker.address}{reverse('verification')}?{urlencode({PARAMETER: asked})}")
    walker.look(f"{walker.address}/masuk/?{urlencode({'next': BREAKER})}")
    assert not walker.notes, "\n".join(walker.notes[:20])
    assert not collector, collector[:5]


def test_the_same_words_unescaped_are_noticed(
    desk: Desk,
    reader: Callable[[User | None], Reader],
    collector: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of the three ways of noticing does notice."""
    walker, silent = reader(desk.people.andi.user), []

    def show(text: str, **headers: str) -> None:
        body = f"<!doctype html><title>x</title><p>{text}</p>"
        monkeypatch.setattr(
            "kelola.home.views.desk.render", lambda *_a, **_k: HttpResponse(body, headers=headers)
        )
        walker.notes.clear()
        walker.look(walker.address + reverse("desk"))

    for text in (BREAKER, *(t for t in CORPUS if t.startswith("<"))):
        show(text)
        if not walker.notes:
            silent.append(text)
    assert not silent
    for _n in range(50):  # reports come after the page
        walker.page.wait_for_timeout(100)
        if len(collector) > 9:
            break
    assert "script-src" in "".join(collector)
    show(CORPUS[0], **{"Content-Security-Policy": "default-src * 'unsafe-inline'"})
    assert any(note.startswith("ran: ") for note in walker.notes)
