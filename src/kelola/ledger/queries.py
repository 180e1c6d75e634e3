"""Reads: the entries of an object, what is new to a follower, and whether the chains hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Window
from django.db.models.functions import Lag

from kelola.ledger.models import ChainCheck, CheckState, Entry, Head
from kelola.ledger.rules import GENESIS, ChainState, check_chain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

_CHUNK = 1000
# How many entries one page looks through for the few that a filter wants.
WINDOW = 50_000
# A clock that was wrong by less hides no entry from a filter by date.
_CLOCK_FAULT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Verification:
    """``first_bad`` is the chain and number of the first entry that fails, or is missing."""

    ok: bool
    first_bad: tuple[str, int] | None
    entries: int
    chains: int


def entries_of(chain: str, objects: Collection[str]) -> list[Entry]:
    """Return the entries of these objects (``app.noun:id``) in one chain, oldest first."""
    return list(Entry.objects.filter(chain=chain, object__in=objects).order_by("seq"))


def extract(chain: str, objects: Collection[str]) -> Iterator[Entry]:
    """Yield the entries of these objects in one chain, oldest first, a portion at a time."""
    rows = Entry.objects.filter(chain=chain, object__in=objects).order_by("seq")
    yield from rows.iterator(chunk_size=_CHUNK)


def spine(chain: str, first: int, last: int) -> Iterator[tuple[int, str]]:
    """Yield number and hash of each entry of a chain from one number to another."""
    rows = Entry.objects.filter(chain=chain, seq__gte=first, seq__lte=last).order_by("seq")
    yield from rows.values_list("seq", "hash").iterator(chunk_size=_CHUNK)


def entries_everywhere(name: str) -> Iterator[Entry]:
    """Yield the entries of one object in every chain, for the command line."""
    rows = Entry.objects.filter(object=name).order_by("chain", "seq")
    yield from rows.iterator(chunk_size=_CHUNK)


def heads() -> dict[str, int]:
    """Return the number of the last entry of each chain."""
    return dict(Head.objects.order_by("chain").values_list("chain", "seq"))


def after(chain: str, seq: int, *, limit: int = 500) -> list[Entry]:
    """Return the next entries of a chain after number ``seq``, at most ``limit``.

    A follower keeps one cursor per chain: numbers in a chain have no gaps and appear in their
    order, which the ids over all chains do not (a transaction may commit late).
    """
    return list(Entry.objects.filter(chain=chain, seq__gt=seq).order_by("seq")[:limit])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of a chain: by whom, of verbs that begin so, from and before a moment."""

    by: str = ""
    prefix: str = ""
    since: datetime | None = None
    before: datetime | None = None


def newest(
    chain: str, wanted: Wanted, *, below: int | None = None, limit: int = 50
) -> tuple[list[Entry], int | None]:
    """Return entries of a chain, newest first, and the number below which to go on.

    At most ``WINDOW`` entries are looked through, so that the answer never takes long: it may be
    short, even empty, while the second value is not None.
    """
    top, floor = _between(chain, wanted)
    top = min(top, below) if below is not None else top
    low = max(floor, top - WINDOW)
    rows = Entry.objects.filter(chain=chain, seq__lt=top, seq__gte=low)
    if wanted.by:
        rows = rows.filter(by=wanted.by)
    if wanted.prefix:
        rows = rows.filter(verb__startswith=wanted.prefix)
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.before:
        rows = rows.filter(at__lt=wanted.before)
    found = list(rows.order_by("-seq")[:limit])
    reached = found[-1].seq if len(found) == limit else low
    return found, reached if reached > floor else None


def _between(chain: str, wanted: Wanted) -> tuple[int, int]:
    """Return the numbers that the wanted moments lie between: below the first, from the second."""
    last = _head(chain)[0]
    floor = _first_at(chain, wanted.since - _CLOCK_FAULT, last) if wanted.since else 1
    top = _first_at(chain, wanted.before + _CLOCK_FAULT, last) if wanted.before else last + 1
    return top, floor


def _first_at(chain: str, moment: datetime, last: int) -> int:
    """Return the first number whose time is the moment or later, by halving."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        at = Entry.objects.filter(chain=chain, seq=middle).values_list("at", flat=True).first()
        if at is not None and at < moment:
            low = middle + 1
        else:
            high = middle
    return low


def chain_check(chain: str) -> ChainCheck | None:
    """Return the last check of a chain, or None."""
    return ChainCheck.objects.filter(chain=chain).first()


def broken_chains() -> list[ChainCheck]:
    """Return the checks that found an altered chain."""
    return list(ChainCheck.objects.filter(state=CheckState.BROKEN).order_by("chain"))


def head_of(chain: str) -> tuple[int, str]:
    """Return the number and hash of a chain's last entry."""
    return _head(chain)


def turned_back(*, looked_at: int, slack: timedelta) -> list[tuple[str, int]]:
    """Return (chain, number) of entries that are older than the one before them.

    Only the newest ``looked_at`` entries are asked, and a difference of ``slack`` is none.
    """
    newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    before = Window(Lag("at"), partition_by=F("chain"), order_by=F("seq").asc())
    rows = (
        Entry.objects.filter(id__gt=newest - looked_at)
        .annotate(before=before)
        .filter(before__gt=F("at") + slack)
    )
    return list(rows.order_by("chain", "seq").values_list("chain", "seq"))


def hash_at(chain: str, seq: int) -> str:
    """Return the hash of one entry, "" when it is not there."""
    return Entry.objects.filter(chain=chain, seq=seq).values_list("hash", flat=True).first() or ""


def check_part(chain: str, after: ChainState, size: int) -> ChainState:
    """Check at most ``size`` entries of a chain beyond those that were found good."""
    return check_chain(_rows(chain, after.entries, size), chain, after)


def verify(chain: str | None = None) -> Verification:
    """Check one chain, or all, reading row by row in constant memory, without a lock.

    A whole tail cut off together with its head cannot be seen from inside; that is for anchors.
    """
    names = [chain] if chain is not None else _chains()
    entries, first_bad = 0, None
    for name in names:
        count, bad = _verify_chain(name)
        entries += count
        if bad is not None and first_bad is None:
            first_bad = (name, bad)
    return Verification(first_bad is None, first_bad, entries, len(names))


def exists(chain: str) -> bool:
    """Tell whether anything was ever written to this chain."""
    known = Head.objects.filter(chain=chain).exists()
    return known or Entry.objects.filter(chain=chain).exists()


def _chains() -> list[str]:
    written = Entry.objects.order_by().values_list("chain", flat=True).distinct()
    return sorted({*Head.objects.values_list("chain", flat=True), *written})


def _head(chain: str) -> tuple[int, str]:
    found = Head.objects.filter(chain=chain).values_list("seq", "hash").first()
    return found or (0, GENESIS)


def _rows(chain: str, after: int = 0, most: int | None = None) -> Iterator[Entry]:
    whole = Entry.objects.filter(chain=chain).order_by("seq")
    if after:
        whole = whole.filter(seq__gt=after)
    last = after
    try:
        for row in whole[:most].iterator(chunk_size=_CHUNK):
            yield row
            last = row.seq
    except ValueError:
        # SQLite parses a whole chunk at once: go up to the unreadable row one by one.
        yield from whole.filter(seq__gt=last).iterator(chunk_size=1)


def _verify_chain(chain: str) -> tuple[int, int | None]:
    # Others go on appending while this reads. Whatever the head said before must be found among
    # the rows, and no row may lie beyond what it says afterwards.
    seq, expected = _head(chain)
    seen = GENESIS

    def rows() -> Iterator[Entry]:
        nonlocal seen
        for row in _rows(chain):
            if row.seq == seq:
                seen = row.hash
            yield row

    state = check_chain(rows(), chain)
    if state.first_bad is not None:
        return state.entries, state.first_bad
    if state.entries < seq:
        return state.entries, state.entries + 1
    if seen != expected:
        return state.entries, max(seq, 1)
    now_seq, now_hash = _head(chain)
    if now_seq < state.entries:
        return state.entries, now_seq + 1
    if now_seq == state.entries and now_hash != state.last_hash:
        return state.entries, state.entries
    return state.entries, None
