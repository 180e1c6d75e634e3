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


def clean(text: str, shown: Callable[[int], bool]) -> str:
    """Return a text that can be set: NFC, line feeds kept, tabs as spaces, ``MARK`` for the rest.

    A run of characters that ``shown`` denies becomes one mark, so that an emoji of five code
    points is one.
    """
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " ")):
        if char == "\n" or char in _JOINERS:
            out.append(char)
        elif unicodedata.category(char) in {"Cc", "Cf"} or ord(char) in _SELECTORS:
            continue
        elif unicodedata.category(char) != "Cs" and shown(ord(char)):
            out.append(char)
        elif not out or out[-1] != MARK:
            while out and out[-1] in _JOINERS:
                out.pop()
            if not out or out[-1] != MARK:
                out.append(MARK)
    return "".join(out)
