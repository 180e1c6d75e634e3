"""The door, in a real browser: as a stranger sees it, on a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DESKTOP, PHONE


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.usefixtures("desk")  # without an office the front leads to its set-up
def test_the_door_is_accessible_and_fits(window, size, dark):
    one = window(size=size, dark=dark)
    page = one.go("/")
    assert "/masuk/" in page.url
    assert one.violations() == []
    assert one.overflow() == 0


def test_the_door_works_without_javascript(window):
    one = window(javascript=False)
    page = one.go("/masuk/")
    page.fill("input[name=login]", "siapa")
    page.fill("input[name=password]", "bukan sandi saya")
    page.locator("form:has(input[name=password]) button:not([type=button])").click()
    assert "tidak cocok" in page.inner_text("main")


def test_an_announced_console_error_is_expected_and_another_is_not(window):
    one = window()
    one.go("/masuk/")
    one.page.evaluate("() => console.error('first')")
    one.page.evaluate("() => console.error('second')")
    one.expected.append("^first$")
    assert one.unexpected() == ["second"]
    one.expected.append("^second$")
