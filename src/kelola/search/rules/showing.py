"""What a hit shows: the text around the first word that was asked for, with the words marked.

Pieces of plain text, never markup: whoever draws them escapes them as any other text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.search.rules.words import stems, words_of

if TYPE_CHECKING:
    from kelola.search.rules.asking import Question

BEFORE, LENGTH = 60, 220


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``hit`` when it was asked for."""

    text: str
    hit: bool = False


def _asked_for(asked: Question, folded: str) -> bool:
    if folded in asked.words or (asked.open_end and folded.startswith(asked.words[-1])):
        return True
    roots = {folded, *stems(folded)}
    return any(roots & {word, *stems(word)} for word in asked.words)


def highlighted(asked: Question, text: str) -> tuple[Piece, ...]:
    """Return the whole text in pieces, with the words that were asked for marked."""
    whole = unicodedata.normalize("NFC", text)
    pieces: list[Piece] = []
    done = 0
    for word in words_of(whole):
        if _asked_for(asked, word.folded):
            pieces += [Piece(whole[done : word.start]), Piece(whole[word.start : word.end], True)]
            done = word.end
    pieces.append(Piece(whole[done:]))
    return tuple(p for p in pieces if p.text)


def excerpt(asked: Question, text: str) -> tuple[Piece, ...]:
    """Return the part of a text around the first hit, or its beginning where there is none."""
    whole = " ".join(unicodedata.normalize("NFC", text).split())
    first = _first(asked, whole)
    start = 0 if first < BEFORE else whole.find(" ", first - BEFORE, first) + 1
    start = start or max(0, first - BEFORE)
    end = start + LENGTH
    if end < len(whole):
        end = max(whole.rfind(" ", start, end), start + LENGTH // 2)
    pieces = highlighted(asked, whole[start:end])
    head = (Piece("… "),) if start else ()
    tail = (Piece(" …"),) if end < len(whole) else ()
    return (*head, *pieces, *tail)


def _first(asked: Question, whole: str) -> int:
    """Return where the first hit begins. A plain look comes first: a file's text may be long."""
    lowered = whole.lower()
    if len(lowered) == len(whole):
        places = [at for word in asked.words if (at := lowered.find(word)) >= 0]
        near = min(places, default=-1)
        if near >= 0:
            inside = whole.rfind(" ", 0, near) + 1
            for word in words_of(whole[inside : near + LENGTH]):
                if _asked_for(asked, word.folded):
                    return inside + word.start
    return next((w.start for w in words_of(whole) if _asked_for(asked, w.folded)), 0)
