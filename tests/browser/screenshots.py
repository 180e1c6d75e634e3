"""Every page at both sizes and in both themes, to be looked at by a person.

    python -m tests.browser.screenshots FOLDER [WORD …]

Makes an office of its own in an empty folder, with runs of every kind of state. WORD keeps only
the pages whose name contains it.
"""

# Nothing of Django's may be imported before main has set it up; what is taken is printed.
# ruff: noqa: PLC0415, T201
from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import tests.engine  # noqa: F401 - chooses the database before Django reads its settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.sights import Sight
    from tests.runs import Desk

SIZES = {"1280": (1280, 800), "360": (360, 740)}
THEMES = ("light", "dark")
# Forms that are also sent empty, to see what they answer.
MISTAKEN = (
    "run-open-request", "step-b2-returned", "step-c3", "calendar-day", "calendar-closure",
    "calendar-hours", "calendar-season", "calendar-zone", "person-add", "post-add", "appoint",
    "office", "import", "password", "verification", "keys",
)  # fmt: skip
SEND_EMPTY = """() => {
  const forms = [...document.querySelectorAll('main form')].filter((f) => f.method === 'post');
  const fields = (f) => f.querySelectorAll('input:not([type=hidden]), textarea, select').length;
  const form = forms.sort((a, b) => fields(b) - fields(a))[0];
  form.querySelectorAll('input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea')
    .forEach((el) => { el.value = ''; });
  HTMLFormElement.prototype.submit.call(form);
}"""
# Languages beside Indonesian are looked at on a few pages.
ENGLISH = ("desk", "step", "sop")


@contextmanager
def served() -> Iterator[str]:
    """Serve the product on a free port of this machine."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def photograph(browser: Browser, desk: Desk, folder: Path, words: list[str]) -> None:
    """Take every picture."""
    from tests.browser.sights import cookies, sights

    wanted = {n: s for n, s in sights(desk).items() if not words or any(w in n for w in words)}
    with served() as address:
        for who in sorted({sight.who for sight in wanted.values()}):
            context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
            context.add_cookies([
                {"name": name, "value": value, "url": address}
                for name, value in cookies(desk, who).items()
            ])  # fmt: skip
            page = context.new_page()
            for name, sight in wanted.items():
                if sight.who == who:
                    _take(page, address + sight.path, folder, name)
            if who == "budi":
                _in_english(page, address, folder, wanted)
            context.close()


def _take(page: Page, url: str, folder: Path, name: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(url)
        page.evaluate("() => document.fonts.ready.then(() => true)")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            print(f"{name} {size} {theme}{f'  {wide} px too wide' if wide > 0 else ''}")
            page.screenshot(path=folder / f"{name}-{size}-{theme}.png", full_page=True)
        if name in MISTAKEN:
            with page.expect_navigation():
                page.evaluate(SEND_EMPTY)
            page.screenshot(path=folder / f"{name}-mistaken-{size}.png", full_page=True)


def _in_english(page: Page, address: str, folder: Path, wanted: dict[str, Sight]) -> None:
    for name, (who, path) in wanted.items():
        if who == "budi" and name.startswith(ENGLISH):
            page.set_extra_http_headers({"Accept-Language": "en"})
            page.set_viewport_size({"width": 1280, "height": 800})
            page.emulate_media(color_scheme="light")
            page.goto(address + path)
            page.locator(".me > summary").click()
            page.get_by_role("button", name="English").click()
            page.goto(address + path)
            page.screenshot(path=folder / f"{name}-1280-light-en.png", full_page=True)


def main(arguments: list[str]) -> int:
    """Make the office, serve it, take the pictures; return 0."""
    if not arguments:
        print(__doc__)
        return 2
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["KELOLA_MAIL_HOST"] = "surel.contoh.go.id"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.core.management import call_command
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import launch
    from tests.browser.sights import half_a_week

    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    desk = half_a_week()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        photograph(browser, desk, folder, arguments[1:])
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
