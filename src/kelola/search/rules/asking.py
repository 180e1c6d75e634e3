"""What somebody asks for, as an expression over marks that either database can be told.

Hits come in tiers: every word in the title; every word somewhere; every word or a relative of it
somewhere; the last word only begun. Within a tier the newest comes first. No figure over all rows
(such as a word's rarity) goes into the order: such figures would tell of other offices, and differ
by database.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from kelola.search.rules.marks import ascii_of, kind_mark, office_mark
from kelola.search.rules.words import stems, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

LONGEST_QUERY = 200
MOST_WORDS = 12
SHORTEST_BEGINNING = 3


class TooLong(ValueError):  # noqa: N818 - an answer to a person, not a fault of the program
    """The question is longer than ``LONGEST_QUERY`` characters."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark; ``beginning`` takes every mark that begins so."""

    text: str
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of these at least."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class But:
    """These, without those."""

    these: Expression
    those: Expression


Expression: TypeAlias = Mark | Every | Some | But


@dataclass(frozen=True, slots=True)
class Question:
    """Folded words; the last one may be only the beginning of a word."""

    words: tuple[str, ...]
    open_end: bool


def question(text: str) -> Question:
    """Read what somebody typed; raise TooLong beyond 200 characters."""
    if len(text) > LONGEST_QUERY:
        raise TooLong(len(text))
    found = list(dict.fromkeys(w.folded for w in words_of(unicodedata.normalize("NFC", text))))
    words = tuple(found[:MOST_WORDS])
    open_end = bool(words) and len(words[-1]) >= SHORTEST_BEGINNING and not text[-1:].isspace()
    return Question(words, open_end)


def tiers(asked: Question, office: UUID, kinds: Sequence[str] = ()) -> tuple[Expression, ...]:
    """Return the tiers of hits, none of which contains another's rows.

    Beginnings come last, and are asked only when whole words brought too little: to find them, a
    database gathers every row that has one of them first.
    """
    place: list[Expression] = [Mark(office_mark(office))]
    if kinds:
        place.append(Some(tuple(Mark(kind_mark(k)) for k in kinds)))
    titled = Every(tuple(_whole(word, "t") for word in asked.words))
    said = Every(tuple(_whole(word, "tw") for word in asked.words))
    near = [_related(word) for word in asked.words]
    found: list[Expression] = [titled, But(said, titled), But(Every(tuple(near)), said)]
    if asked.open_end:
        begun = Some(tuple(Mark(p + ascii_of(asked.words[-1]), True) for p in "tw"))
        found.append(But(Every((*near[:-1], begun)), Every(tuple(near))))
    return tuple(Every((*place, tier)) for tier in found)


def _whole(word: str, places: str) -> Expression:
    return Some(tuple(Mark(place + ascii_of(word)) for place in places))


def _related(word: str) -> Expression:
    roots = sorted({word, *stems(word)})
    return Some(tuple(Mark(place + ascii_of(root)) for root in roots for place in "tws"))


def for_sqlite(asked: Expression) -> str:
    """Return the expression as FTS5 reads it. Marks are letters and digits, so nothing escapes."""
    match asked:
        case Mark(text, beginning):
            return f'"{text}"*' if beginning else f'"{text}"'
        case Every(parts):
            return "(" + " AND ".join(map(for_sqlite, parts)) + ")"
        case Some(parts):
            return "(" + " OR ".join(map(for_sqlite, parts)) + ")"
        case But(these, those):
            return f"({for_sqlite(these)} NOT {for_sqlite(those)})"


def for_postgresql(asked: Expression) -> str:
    """Return the expression as a tsquery."""
    match asked:
        case Mark(text, beginning):
            return f"'{text}':*" if beginning else f"'{text}'"
        case Every(parts):
            return "(" + " & ".join(map(for_postgresql, parts)) + ")"
        case Some(parts):
            return "(" + " | ".join(map(for_postgresql, parts)) + ")"
        case But(these, those):
            return f"({for_postgresql(these)} & !{for_postgresql(those)})"
