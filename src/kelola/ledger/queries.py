"""Reads: the entries of an object, what is new to a follower, and whether the chains hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.ledger.models import Entry, Head
from kelola.ledger.rules import GENESIS, check_chain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_CHUNK = 1000


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


def _rows(chain: str) -> Iterator[Entry]:
    whole = Entry.objects.filter(chain=chain).order_by("seq")
    last = 0
    try:
        for row in whole.iterator(chunk_size=_CHUNK):
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
