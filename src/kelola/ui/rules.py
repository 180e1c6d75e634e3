"""Pure wording of figures, zones and names: the same input always reads the same."""

from __future__ import annotations

import re
from decimal import Decimal

# The three zones of the country are known by their own letters, not by an offset.
ZONE_LETTERS = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
GOLD_FROM = 80
RED_FROM = 100


def zone_letters(zone: str, fallback: str = "") -> str:
    """Return WIB, WITA or WIT for a zone name, else the fallback."""
    return ZONE_LETTERS.get(zone, fallback or zone)


def number(value: float | Decimal, *, comma: bool, decimals: int | None = None) -> str:
    """Write a number with thousands grouped.

    Args:
        value: the number; a float is taken as it prints.
        comma: decimal comma and dots in thousands (Indonesian) instead of the English way.
        decimals: digits after the separator, or None to keep those the value has.

    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{exact:,f}" if decimals is None else f"{exact:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if comma else text


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name, titles left out."""
    bare = name.split(",", maxsplit=1)[0]
    words = [w for w in bare.split() if not w.endswith(".") and w[0].isalpha()]
    if not words:
        return bare.strip()[:1].upper()
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


def tone_of(percent: float) -> str:
    """Return the tone of a clock that has used this share of its time (100 = all of it)."""
    if percent >= RED_FROM:
        return "red"
    return "gold" if percent >= GOLD_FROM else "green"


def sprite_names(sprite: str) -> list[str]:
    """Return the names of the symbols in the sprite, in their order."""
    return re.findall(r'<symbol id="([^"]+)"', sprite)
