"""What a word is: folded letters and digits, and the roots an Indonesian word may come from.

Folding makes one word of `Syar'iyah`, `SYAR’IYAH` and `syariyah`. Roots are guessed from affixes
alone, without a dictionary: `mengirim` may come from `irim` or `kirim`, so both are roots of it,
and two words meet when they share one. A wrong guess is rarely a word, so it meets nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WORD = 40
SHORTEST_ROOT = 4
SHORTEST_AFFIXED = 6
_APOSTROPHES = "'’‘ʼ`´′"
# Marks that stand on the letter before them: Latin accents left over and Arabic vowel signs.
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670"
_LETTERS = rf"[^\W_](?:[^\W_]|[{_MARKS}])*"
WORD = re.compile(rf"{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS})*")
_VOWELS = tuple("aiueo")
_PARTICLES = ("nya", "lah", "kah")
_SUFFIXES = ("kan", "an", "i")


class Word(NamedTuple):
    """A word of a text: how it is compared, and where it stands."""

    folded: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text in composed form (NFC), in their order."""
    for found in WORD.finditer(text):
        folded = fold(found.group())
        if folded:
            yield Word(folded, found.start(), found.end())


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Return a word without case, accents and apostrophes, cut to a length no word has."""
    if word.isascii():
        return "".join(c for c in word.lower() if c.isalnum())[:LONGEST_WORD]
    apart = unicodedata.normalize("NFKD", word).casefold()
    return "".join(c for c in apart if c.isalnum() and c != "ـ")[:LONGEST_WORD]


@lru_cache(maxsize=8192)
def stems(word: str) -> frozenset[str]:
    """Return the roots that a folded word may come from; none when it wears no affix."""
    if len(word) < SHORTEST_AFFIXED or not (word.isascii() and word.isalpha()):
        return frozenset()
    bare = {word}
    bare |= {word.removesuffix(p) for p in _PARTICLES if _long(word.removesuffix(p))}
    begun = set(bare)
    for _twice in range(2):  # mem-per-baik-i wears two
        begun |= {rest for each in begun for rest in _without_prefix(each)}
    ended = {r for each in begun for s in _SUFFIXES if _long(r := each.removesuffix(s))}
    return frozenset((begun | ended) - {word})


def _long(rest: str) -> bool:
    return len(rest) >= SHORTEST_ROOT


def _without_prefix(word: str) -> set[str]:
    """Return what may be left after one prefix, with the letter that a nasal swallowed."""
    found: set[str] = set()
    for prefix in ("di", "ter", "ber", "per", "ke"):
        rest = word.removeprefix(prefix)
        if rest != word and not (prefix == "per" and rest.startswith(_VOWELS)):
            found.add(rest)
    if word.startswith(("me", "pe")):
        found |= _without_nasal(word[2:])
    return {rest for rest in found if _long(rest)} | _short_root(word)


def _without_nasal(rest: str) -> set[str]:
    """Return the roots after me- or pe-, whose end depends on how the root begins."""
    if rest.startswith("ng"):
        root = rest[2:]
        return {root, f"k{root}"} if root.startswith(_VOWELS) else {root}
    if rest.startswith("ny"):
        return {f"s{rest[2:]}"}
    if rest.startswith("m"):
        root = rest[1:]
        return {f"p{root}", rest} if root.startswith(_VOWELS) else {root}
    if rest.startswith("n"):
        root = rest[1:]
        return {f"t{root}", rest} if root.startswith(_VOWELS) else {root}
    return {rest} if rest.startswith(("l", "r", "w", "y")) else set()


def _short_root(word: str) -> set[str]:
    """Return the root of one syllable: ``mengecek`` comes from ``cek``."""
    for prefix in ("menge", "penge"):
        rest = word.removeprefix(prefix).removesuffix("an")
        if rest != word and len(rest) == 3:  # noqa: PLR2004 - cek, cat, tik, bom
            return {rest}
    return set()
