"""What the two databases index: short ASCII marks, so that both find the same.

A mark is one letter for its place and the word itself: ``t`` title, ``w`` words, ``s`` root,
``o`` office, ``k`` kind. Neither database's own notion of a word comes into it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kelola.search.rules.words import stems, words_of

if TYPE_CHECKING:
    from uuid import UUID

MOST_BYTES = 200_000


def bounded(text: str) -> str:
    """Return the text composed, without control characters, at most 200,000 bytes long."""
    head = unicodedata.normalize("NFC", text[:MOST_BYTES]).replace("\x00", " ")
    return head.encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore")


def ascii_of(word: str) -> str:
    """Return a folded word in ASCII, letter by letter, so that a beginning stays a beginning."""
    if word.isascii():
        return word
    return "".join(c if c.isascii() else f"u{ord(c):x}z" for c in word)


def office_mark(office: UUID) -> str:
    """Return the mark that every row of an office bears."""
    return f"o{office.hex}"


def kind_mark(kind: str) -> str:
    """Return the mark that every row of a kind bears."""
    return "k" + "".join(c for c in kind.lower() if c.isalnum())


def marks_of(office: UUID, kind: str, title: str, words: str) -> list[str]:
    """Return the marks of a row, each once, in a stable order."""
    named = {w.folded for w in words_of(title)}
    said = {w.folded for w in words_of(words)} - named
    roots = {root for word in named | said for root in stems(word)} - named - said
    return [
        office_mark(office),
        kind_mark(kind),
        *sorted(f"t{ascii_of(w)}" for w in named),
        *sorted(f"w{ascii_of(w)}" for w in said),
        *sorted(f"s{ascii_of(w)}" for w in roots),
    ]
