"""Pure decisions of the search: what a word is, what is asked, what a hit shows."""

from kelola.search.rules.asking import (
    LONGEST_QUERY,
    Question,
    TooLong,
    for_postgresql,
    for_sqlite,
    question,
    tiers,
)
from kelola.search.rules.marks import MOST_BYTES, bounded, kind_mark, marks_of, office_mark
from kelola.search.rules.showing import Piece, excerpt, highlighted
from kelola.search.rules.words import stems, words_of

__all__ = [
    "LONGEST_QUERY",
    "MOST_BYTES",
    "Piece",
    "Question",
    "TooLong",
    "bounded",
    "excerpt",
    "for_postgresql",
    "for_sqlite",
    "highlighted",
    "kind_mark",
    "marks_of",
    "office_mark",
    "question",
    "stems",
    "tiers",
    "words_of",
]
