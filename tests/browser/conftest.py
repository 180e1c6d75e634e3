"""A real Chromium against the live server. A story fails on console errors it did not expect."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.house.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Response

    from tests.browser.team import Team
    from tests.runs import Desk

# Playwright's loop runs in the thread of the test, where Django then refuses the database. Only
# this folder, which is a pytest process of its own, lifts that.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
DESKTOP, PHONE = (1280, 800), (360, 740)
WAIT = 15_000  # milliseconds
PICTURES = ROOT / "build" / "pictures"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The size of targets is a rule of WCAG 2.2 that axe leaves off unless it is asked for.
AXE_RUN = """(rules) => axe.run(document, {
  resultTypes: ['violations'],
  ...(rules.length ? {runOnly: {type: 'rule', values: rules}} : {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: {'target-size': {enabled: true}},
  }),
})"""


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, which can reach nothing but this machine."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is missing: make test installs it"
    # As root there is no sandbox; the pages are our own. No name leads out of this machine.
    return playwright.chromium.launch(
        executable_path=program,
        chromium_sandbox=False,
        args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"],
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        expect.set_options(timeout=WAIT)
        yield browser
        browser.close()


@dataclass
class Window:
    """One person's browser. ``expected`` holds patterns of console errors the story provokes."""

    address: str
    context: BrowserContext
    page: Page
    errors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)

    def go(self, path: str) -> Page:
        """Open a path of the live server."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, login: str, password: str) -> Page:
        """Sign in by the form, as a person does."""
        page = self.go("/masuk/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.locator("form:has(input[name=password]) button:not([type=button])").click()
        page.wait_for_url(lambda url: "/masuk/" not in url)
        return page

    def violations(self, rules: Sequence[str] = ()) -> list[str]:
        """Return what axe finds wrong on the page as it stands, by some of its rules or all."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(AXE_RUN, list(rules))
        return [
            f"{v['id']}: {v['help']} — {' · '.join(str(n['target']) for n in v['nodes'][:3])}"
            for v in found["violations"]
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        width: int = self.page.evaluate(
            "() => document.documentElement.scrollWidth - window.innerWidth"
        )
        return max(0, width)

    def note_answer(self, response: Response) -> None:
        """Keep which page was shown, and an answer that says something is wrong."""
        path = urlsplit(response.url).path
        if response.status == HTTPStatus.OK and response.request.is_navigation_request():
            self.pages.add(path)
        if response.status >= HTTPStatus.BAD_REQUEST:
            self.errors.append(f"status of {response.status}: {response.request.method} {path}")

    def note_failure(self, request: Request) -> None:
        """Keep a request that got no answer; one that a new page cut off is none."""
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"{request.failure}: {request.url}")

    def expects(self, status: int) -> None:
        """Announce that the story provokes an answer with this status."""
        self.expected.append(f"status of {status}")

    def unexpected(self) -> list[str]:
        """Return the console errors that nobody announced."""
        return [e for e in self.errors if not any(re.search(p, e) for p in self.expected)]


def claimed_by(story: pytest.Item) -> set[str]:
    """Return the URL names of the pages that this story alone shows, as ``sights.py`` says."""
    from tests.browser.sights import IN_STORIES  # noqa: PLC0415 - after Django's set-up

    own = f"{story.path.name}::{story.name.partition('[')[0]}"
    return {name for name, told in IN_STORIES.items() if told == own}


def names_of(paths: set[str]) -> set[str]:
    """Return the URL names of paths that were shown."""
    from django.urls import resolve  # noqa: PLC0415 - after Django's set-up

    return {resolve(path).url_name or "" for path in paths if not path.startswith("/static/")}


@pytest.fixture
def window(chromium: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A factory: ``window()``, ``window(size=PHONE, dark=True)``, ``window(javascript=False)``."""
    opened: list[Window] = []

    def make(
        *, size: tuple[int, int] = DESKTOP, dark: bool = False, javascript: bool = True
    ) -> Window:
        phone = size[0] < 700
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            is_mobile=phone,
            has_touch=phone,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            service_workers="block",  # its story is told in test_lan.py
        )
        context.set_default_timeout(WAIT)
        made = Window(live_server.url, context, context.new_page())
        context.on(
            "console",
            lambda message: message.type == "error" and made.errors.append(message.text),
        )
        context.on("weberror", lambda error: made.errors.append(str(error.error)))
        context.on("response", made.note_answer)
        context.on("requestfailed", made.note_failure)
        opened.append(made)
        return made

    yield make
    problems = [problem for one in opened for problem in one.unexpected()]
    if problems or getattr(request.node, "failed", False):
        _photograph(opened, request.node.name)
    for one in opened:
        one.context.close()
    assert not problems, problems
    claimed = claimed_by(request.node)
    if claimed and not getattr(request.node, "failed", False):
        missed = claimed - names_of({path for one in opened for path in one.pages})
        assert not missed, f"IN_STORIES says that this story shows {missed}"


@pytest.fixture
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the office live on a plain Monday morning, whenever the tests run; its clock runs on."""
    from django.utils import timezone  # noqa: PLC0415 - after Django's set-up

    from tests.runs import MONDAY  # noqa: PLC0415

    shift = MONDAY - datetime.now(UTC)
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + shift)


@pytest.fixture
def team(live_server: Any, desk: Desk, monday: None, window: Any) -> Team:
    """Give the people of the office, each before a browser of their own."""
    from tests.browser.team import Team  # noqa: PLC0415 - after Django's set-up

    return Team(desk, window)


def _photograph(windows: list[Window], name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^\w-]+", "-", name)
    for number, one in enumerate(windows):
        one.page.screenshot(path=PICTURES / f"{safe}-{number}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Note a failed story on its item, for the fixture that takes the pictures."""
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]  # our note on pytest's object
    return report
