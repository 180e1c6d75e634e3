"""Texts as a paper can show them: one form, no hidden characters, a mark for what no font has."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Stands for a picture sign or a script that our fonts lack: a reader sees that something is there.
MARK = "□"
# Joiners shape Arabic script; every other invisible character goes, those that turn the order of
# letters around above all.
_JOINERS = {"‌", "‍"}
_SELECTORS = range(0xFE00, 0xFE10)
_ON_A_LETTER = {"Mn", "Me"}


def clean(text: str, shown: Callable[[str], bool]) -> str:
    """Return a text that can be set: NFC, line feeds kept, tabs as spaces, ``MARK`` for the rest.

    ``shown`` tells whether one font has all of these characters: a letter and the marks on it are
    set together or not at all. A run of what it denies becomes one mark, so that an emoji of five
    code points is one.
    """
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " ")):
        category = unicodedata.category(char)
        if char == "\n" or char in _JOINERS:
            out.append(char)
        elif category in {"Cc", "Cf"} or ord(char) in _SELECTORS:
            continue
        elif category in _ON_A_LETTER:
            _put_on(out, char, shown)
        elif category != "Cs" and shown(char):
            out.append(char)
        else:
            _put_mark(out)
    return "".join(out)


def _put_on(out: list[str], char: str, shown: Callable[[str], bool]) -> None:
    """Put a mark on the letter before it; what cannot be shown takes its marks along."""
    letter = _take_letter(out)
    bare = "".join(c for c in letter if c not in _JOINERS)
    if bare == MARK or shown(bare + char):
        out.append(letter if bare == MARK else letter + char)
        return
    out.append(letter)
    _put_mark(out)


def _take_letter(out: list[str]) -> str:
    """Take the last letter of the line off, with the joiners behind it."""
    parts: list[str] = []
    while out and out[-1] in _JOINERS:
        parts.append(out.pop())
    if out and out[-1] != "\n":
        parts.append(out.pop())
    return "".join(reversed(parts))


def _put_mark(out: list[str]) -> None:
    while out and out[-1] in _JOINERS:
        out.pop()
    if not out or not out[-1].endswith(MARK):
        out.append(MARK)
