"""What every page owes: axe finds nothing, in both themes; a phone shows it without a sideways
scroll, with targets for a finger. Each page is judged once a session, it costs two seconds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser.conftest import DESKTOP, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Window

# Pages whose look depends on an activity or a form, told apart by the code they bear.
CODED = {"step", "step_finish", "step_pause", "step_output"}
FINGER = 44
# What a theme can change; all else is judged in the light one.
COLOURS = ("color-contrast", "link-in-text-block")
# Buttons, and links that stand alone in a list; links within a sentence may be as tall as it is.
SMALL_TARGETS = """(finger) => Array.from(document.querySelectorAll(
  'button, .btn, summary, .menu-list a, .phonebar a, .choice, input:not([type=hidden]), select'))
  .filter((el) => {
    const box = el.getBoundingClientRect();
    const label = el.closest('label, .file');
    const held = label ? label.getBoundingClientRect() : box;
    const shown = el.checkVisibility({visibilityProperty: true})
      && !el.closest('[aria-hidden=true]');
    return shown && box.width > 1 && Math.round(Math.max(box.height, held.height)) < finger;
  })
  .map((el) => `${el.tagName.toLowerCase()}.${el.className}: `
    + `${(el.textContent || el.name || '').trim().slice(0, 40)} `
    + `${Math.round(el.getBoundingClientRect().height)} px`)"""

TOO_WIDE = """() => Array.from(document.querySelectorAll('body *'))
  .filter((el) => el.getBoundingClientRect().right > window.innerWidth + 0.5)
  .map((el) => `${el.tagName.toLowerCase()}#${el.id}.${el.className}`).slice(0, 12)"""

# What Tab must reach. Of radios it reaches one in a group, of a date every part of it.
KEYBOARD = """
window.reached = () => Array.from(document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]'))
  .filter((el) => el.tabIndex >= 0 && !el.disabled && !el.closest('[inert]')
    && el.checkVisibility({visibilityProperty: true}))
  .filter((el) => {
    if (el.type !== 'radio') return true;
    const all = reached.radios(el);
    return el === (all.find((one) => one.checked) || all.find((one) => !one.disabled));
  });
reached.radios = (el) => Array.from(document.querySelectorAll('input[type=radio]'))
  .filter((one) => one.name === el.name && one.form === el.form);
window.met = new Set();
window.unseen = new Set();
document.addEventListener('focusin', ({target: el}) => {
  const held = [el, el.closest('.choice, .file, .tile, label')].filter(Boolean);
  const shown = held.map((one) => getComputedStyle(one)).some(
    (s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 1);
  if (!shown) window.unseen.add(el);
  window.met.add(el);
});
document.activeElement.blur();
window.reached().reduce(
  (sum, el) => sum + ({'datetime-local': 8, date: 5, time: 4}[el.type] || 1), 4);
"""
MISSED = """() => {
  const told = (el) => `${el.tagName.toLowerCase()}.${el.className} `
    + `${(el.textContent || el.name || '').trim().slice(0, 40)}`;
  const missed = window.reached().filter((el) => !window.met.has(el));
  return [...missed.map((el) => `Tab misses ${told(el)}`),
    ...Array.from(window.unseen, (el) => `focus is not seen on ${told(el)}`)];
}"""

_judged: set[str] = set()


def kind_of(page: Page) -> str:
    """Return which page this is, with the code it bears where that changes what it holds."""
    try:
        name = resolve(urlsplit(page.url).path).url_name or ""
    except Resolver404:
        return "not found"
    if name == "run_open":
        return f"{name} with rounds" if page.locator("#slot").count() else name
    if name not in CODED:
        return name
    code = page.locator("main .row-code").first
    return f"{name} {code.inner_text()}" if code.count() else name


def problems(window: Window) -> list[str]:
    """Return what is wrong with the page as it stands, in both themes and both sizes."""
    page, found = window.page, []
    found += [f"light: {line}" for line in window.violations()]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {line}" for line in window.violations(COLOURS)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    if window.overflow():
        found.append(f"phone: {window.overflow()} px too wide: {page.evaluate(TOO_WIDE)}")
    found += [f"phone: {line}" for line in page.evaluate(SMALL_TARGETS, FINGER)]
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return found


def by_keyboard(window: Window) -> list[str]:
    """Return what Tab does not reach on the page, and what has the focus without showing it."""
    for _press in range(window.page.evaluate(KEYBOARD)):
        window.page.keyboard.press("Tab")
    found: list[str] = window.page.evaluate(MISSED)
    return found


def owed(window: Window) -> list[str]:
    """Return all that the page as it stands owes, to the keyboard as well."""
    kind = kind_of(window.page)
    missed = [] if kind in _judged else by_keyboard(window)
    _judged.add(kind)
    return missed + problems(window)


def judge(window: Window, *, note: str = "") -> None:
    """Fail when a page that nobody judged yet owes something.

    Args:
        window: the browser with the page.
        note: names a state of the page that looks different, such as ``refused``.

    """
    if os.environ.get("KELOLA_TEST_ENGINE") == "postgresql":
        return  # the pages are the same, and were judged on the other database
    kind = f"{kind_of(window.page)} {note}".strip()
    if kind in _judged:
        return
    _judged.add(kind)
    found = problems(window)
    assert not found, f"{kind} ({window.page.url}): {found}"
