"""A typed registry with frozen keys: the only plug-in mechanism.

Each app registers what it offers in modules of agreed names; the apps configuration imports them
once and freezes every store. A second registration of one key, or one after the start, is an error.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

T = TypeVar("T")

MODULES = (
    "verbs",
    "activities",
    "panels",
    "reports",
    "search",
    "notices",
    "handover",
    "channels",
    "tasks",
    "menu",
    "doctor",
    "demo",
)


class Store(Generic[T]):
    """Named values of one type. Keys read ``app.name``."""

    _all: ClassVar[list[Store[Any]]] = []

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}
        self._frozen = False
        self._all.append(self)

    def register(self, key: str, value: T) -> T:
        """Add a value; raise RuntimeError when frozen, ValueError when the key is taken or odd."""
        if self._frozen:
            raise RuntimeError(f"{self.name}: {key!r} comes after the start")
        if "." not in key:
            raise ValueError(f"{self.name}: {key!r} must read app.name")
        if key in self._items:
            raise ValueError(f"{self.name}: {key!r} is registered twice")
        self._items[key] = value
        return value

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: str) -> T | None:
        """Return the value under this key, or None."""
        return self._items.get(key)

    def values(self) -> list[T]:
        """Return the registered values in the order of registration."""
        return list(self._items.values())

    def items(self) -> list[tuple[str, T]]:
        """Return the registered pairs in the order of registration."""
        return list(self._items.items())


def autodiscover(packages: Iterable[str]) -> None:
    """Import the agreed modules of these packages, then freeze every store."""
    for package in packages:
        for name in MODULES:
            if importlib.util.find_spec(f"{package}.{name}") is not None:
                importlib.import_module(f"{package}.{name}")
    for store in Store._all:  # noqa: SLF001 - the stores are this module's own
        store._frozen = True  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the main menu. ``label`` and ``group`` are lazily translated texts."""

    label: Any
    url_name: str
    icon: str
    group: Any = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """A tile of the settings page. ``label`` and ``text`` are lazily translated texts.

    ``url_name`` takes no arguments; whoever its policy refuses doesn't see the tile.
    """

    label: Any
    text: Any
    url_name: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of paper. ``label`` is a lazily translated text, ``template`` its Typst file.

    Its key stands in the seals of its papers: it never changes.
    """

    label: Any
    template: Path


@dataclass(frozen=True, slots=True)
class Check:
    """A check of ``kelola doctor``: returns a list of findings in words, empty when all is well."""

    title: Any
    run: Callable[[], list[str]]


@dataclass(frozen=True, slots=True)
class Held:
    """A thing that goes over with a post: its code and its name, and where it stands."""

    code: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """What an app knows that people hold; ``find`` is given a person and the office's local day.

    ``label`` is a lazily translated text.
    """

    label: Any
    find: Callable[[Any, Any], list[Held]]


menu: Store[MenuEntry] = Store("menu")
settings_pages: Store[SettingsPage] = Store("settings_pages")
account_pages: Store[SettingsPage] = Store("account_pages")
reports: Store[Report] = Store("reports")
# What the history is filtered by: an app's words for its own entries, under ``app.history``.
topics: Store[Any] = Store("topics")
# The lists that keep views of people: the name of the address under which each stands.
lists: Store[str] = Store("lists")
holdings: Store[Holding] = Store("holdings")
checks: Store[Check] = Store("checks")
# What else opens an account, and ends together with its sessions when somebody takes a way in:
# called with ``user``, ``office`` (None: each), ``by`` and ``at``, inside the transaction.
ways_in: Store[Callable[..., object]] = Store("ways_in")


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7): sortable by time, unique without a server."""
    milliseconds = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | tail
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def new_salt() -> str:
    """Return 128 random bits as hex: the salt of a row's digests in the ledger."""
    return secrets.token_hex(16)
