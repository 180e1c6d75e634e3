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
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from random import Random

T = TypeVar("T")

MODULES = (
    "verbs",
    "activities",
    "panels",
    "reports",
    "packs",
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


@dataclass(frozen=True, slots=True)
class Banner:
    """What everybody who is signed in is told on every page. Both are texts already translated."""

    title: str
    text: str


class Deed(NamedTuple):
    """An act in the life of the demo office: its moment, and the services that carry it out.

    ``key`` orders what happens at one moment. ``do`` finds what it acts on by itself: a start that
    was cut off goes on with it. It raises ``Missed`` where that is no longer to be done.
    """

    at: datetime
    key: str
    do: Callable[[], object]


class Missed(Exception):  # noqa: N818 - no fault of the program: a visitor was quicker
    """Somebody did already, or made impossible, what the story was about to tell."""


class Away(NamedTuple):
    """Somebody of the demo office is away; ``stand_in`` acts for ``post`` meanwhile, if anybody."""

    who: str
    first: date
    last: date
    post: str = ""
    stand_in: str = ""
    order: str = ""


class Leaving(NamedTuple):
    """Somebody leaves the demo office; the account is closed ``late`` working days too late."""

    who: str
    last: date
    late: int = 0


class Naming(NamedTuple):
    """Somebody of the demo office is appointed to a post."""

    who: str
    post: str
    first: date
    decree: str


class World(Protocol):
    """The demo office and its year, as an app's part in its life (``demo.py``) sees them.

    People go by their login, or by a key of the story. ``calendar`` already knows what will be
    declared on the way, so that nobody plans work for a day on which the office was closed.
    """

    @property
    def office(self) -> Any:
        """The office's row."""

    @property
    def calendar(self) -> Any:
        """Its working time, as it will be when the last day off is declared."""

    @property
    def people(self) -> Mapping[str, Any]:
        """Everybody."""

    @property
    def posts(self) -> Mapping[str, Any]:
        """The posts by their keys."""

    @property
    def first(self) -> date:
        """The first day of the first month."""

    @property
    def begins(self) -> datetime:
        """When the office was founded."""

    @property
    def until(self) -> datetime:
        """The moment up to which the year is told."""

    @property
    def password(self) -> str:
        """With it the account of somebody who comes in is opened."""

    @property
    def taken(self) -> frozenset[tuple[str, str]]:
        """The rounds that another story tells: strand and key of the slot."""

    @property
    def away(self) -> Sequence[Away]:
        """Who is away when."""

    @property
    def leaving(self) -> Sequence[Leaving]:
        """Who leaves the office."""

    @property
    def naming(self) -> Sequence[Naming]:
        """Who is appointed on the way."""

    @property
    def late_holiday(self) -> tuple[date, str] | None:
        """A day off that is declared the day before, with its name."""

    @property
    def blackout(self) -> date | None:
        """The first day of a month in which the round could not be made."""

    def chance(self, *about: object) -> Random:
        """Return the chance of one thing: the same for the same seed and words."""

    def holder(self, post: str, day: date) -> str:
        """Return who acts for a post on a day."""

    def holds(self, who: str, post: str, day: date) -> bool:
        """Return whether somebody acts for a post on a day."""

    def there(self, who: str, at: datetime) -> datetime:
        """Return the moment, or the first after it, at which somebody is not away."""

    def form(
        self,
        key: str,
        own: Mapping[str, Any],
        *,
        at: datetime,
        kept_at: datetime,
        subject: str,
        by: str,
        slot: Any = None,
    ) -> dict[str, Any]:
        """Return the usual answers of a form and its own, for work done at a moment.

        The files are stored for the subject, at the moment at which the form is kept.
        """


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
# What is told above every page while it lasts: called without anything for a ``Banner`` or None.
banners: Store[Callable[[], Banner | None]] = Store("banners")
# The apps' parts in the demo office's year: the deeds of all its days, in any order.
lives: Store[Callable[[World], Iterable[Deed]]] = Store("lives")
# What goes into packs of evidence: a ``kelola.evidence.rules.packs.Source`` each.
packs: Store[Any] = Store("packs")
# What else opens an account, and ends together with its sessions when somebody takes a way in:
# called with ``user``, ``office`` (None: each), ``by`` and ``at``, inside the transaction.
ways_in: Store[Callable[..., object]] = Store("ways_in")


# The clock and the chance of ids and salts while the demo office lives its year; else none.
_told: ContextVar[tuple[Callable[[], datetime], Random] | None] = ContextVar("told", default=None)


@contextmanager
def told_ids(clock: Callable[[], datetime], chance: Random) -> Iterator[None]:
    """Let the ids and salts of the block be those of a story: its moments, its chance.

    For the demo office alone, whose history is the same wherever it is made.
    """
    token = _told.set((clock, chance))
    try:
        yield
    finally:
        _told.reset(token)


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7): sortable by time, unique without a server."""
    told = _told.get()
    if told is None:
        milliseconds = time.time_ns() // 1_000_000
        tail = int.from_bytes(os.urandom(10), "big")
    else:
        milliseconds = int(told[0]().timestamp() * 1000)
        tail = told[1].getrandbits(80)
    value = (milliseconds & (1 << 48) - 1) << 80 | tail
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def new_salt() -> str:
    """Return 128 random bits as hex: the salt of a row's digests in the ledger."""
    told = _told.get()
    return secrets.token_hex(16) if told is None else f"{told[1].getrandbits(128):032x}"
