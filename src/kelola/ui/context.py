"""The shell's share of every template's context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http.request import split_domain_port
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from kelola.registry import Banner, MenuEntry, banners, menu, settings_pages
from kelola.ui.shell import Shortcut, shortcuts
from kelola.ui.storage import free_megabytes, scarce

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import Promise

THEME_COOKIE = "kelola_theme"
THEMES = ("light", "dark", "auto")
ON_PHONE = 3
PLAIN = Shortcut()


@dataclass(frozen=True, slots=True)
class Link:
    """A drawn menu entry."""

    label: str | Promise
    url: str
    icon: str
    letter: str
    phone: str | Promise
    waiting: int
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The entries under one heading; the first group has none."""

    label: str
    links: list[Link]


def theme_of(request: HttpRequest) -> str:
    """Return the theme this browser chose, ``auto`` unless it chose one."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def _is_near(request: HttpRequest) -> bool:
    """Tell whether the address is this very machine, which browsers trust without encryption."""
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
    return host in {"localhost", "[::1]"} or host.startswith("127.")


def _current(urls: list[str], path: str) -> str:
    """Return the longest address that the path lies under, so that one entry at most is lit."""
    under = [u for u in urls if path == u or (u != "/" and path.startswith(u))]
    return max(under, key=len, default="")


def _hub(path: str) -> str:
    """Return the address of the settings for a path that lies under one of their pages."""
    pages = [reverse(page.url_name) for _key, page in settings_pages.items()]
    return reverse("settings") if _current(pages, path) else ""


def _link(key: str, entry: MenuEntry, url: str, *, actor: object, current: bool) -> Link:
    shortcut = shortcuts.get(key) or PLAIN
    return Link(
        label=entry.label,
        url=url,
        icon=entry.icon,
        letter=shortcut.letter,
        phone=shortcut.phone,
        waiting=shortcut.counter(actor) if shortcut.counter else 0,
        current=current,
    )


def menu_for(actor: object, path: str) -> list[Group]:
    """Return the menu in groups, with the entry lit that this path belongs to."""
    entries = sorted(menu.items(), key=lambda pair: pair[1].order)
    urls = {key: reverse(entry.url_name) for key, entry in entries}
    lit = _current(list(urls.values()), path) or _hub(path)
    groups: dict[str, list[Link]] = {}
    for key, entry in entries:
        link = _link(key, entry, urls[key], actor=actor, current=urls[key] == lit)
        groups.setdefault(str(entry.group), []).append(link)
    return [Group(label, links) for label, links in groups.items()]


def _on_phone(groups: list[Group]) -> list[Link]:
    links = [link for group in groups for link in group.links]
    chosen = [link for link in links if link.phone]
    return (chosen or links)[:ON_PHONE]


def _room_left() -> str:
    return str(free_megabytes()) if scarce() else ""


def _banners() -> list[Banner]:
    """Return what is told above every page just now."""
    return [found for find in banners.values() if (found := find()) is not None]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return ``theme``, ``actor``, ``menu``, ``phone_links``, ``banners`` and ``room_left``.

    The menu counts what waits only where it is drawn, so partials and error pages ask nothing.
    """
    actor = getattr(request, "actor", None)

    def groups() -> list[Group]:
        return menu_for(actor, request.path) if actor is not None else []

    drawn = SimpleLazyObject(groups)
    return {
        "banners": SimpleLazyObject(_banners) if actor is not None else (),
        "room_left": SimpleLazyObject(_room_left) if actor is not None else "",
        "theme": theme_of(request),
        "actor": actor,
        "plain_http": not request.is_secure() and not _is_near(request),
        "menu": drawn,
        "phone_links": SimpleLazyObject(lambda: _on_phone(list(drawn))),
    }
