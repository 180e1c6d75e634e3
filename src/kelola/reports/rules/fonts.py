"""Which characters a TrueType font has and how wide they are.

Read from its tables ``cmap`` (formats 4 and 12), ``head``, ``hhea`` and ``hmtx`` (ISO/IEC
14496-22).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEGMENTS, _GROUPS = 4, 12


def characters(font: bytes) -> frozenset[int]:
    """Return the code points a font has a glyph for; raise ValueError when it can't be read."""
    try:
        return frozenset(char for char, _glyph in _glyphs(font))
    except struct.error as error:
        raise ValueError("font: cut short") from error


def advances(font: bytes) -> dict[int, float]:
    """Return how wide each character is, in ems; raise ValueError when the font can't be read."""
    try:
        (em,) = struct.unpack_from(">H", font, _table(font, b"head") + 18)
        (count,) = struct.unpack_from(">H", font, _table(font, b"hhea") + 34)
        # Glyphs beyond the last entry are as wide as that one.
        wide = [w for w, _side in struct.iter_unpack(">Hh", _metrics(font, count))]
        return {char: wide[min(glyph, count - 1)] / em for char, glyph in _glyphs(font)}
    except struct.error as error:
        raise ValueError("font: cut short") from error


def _metrics(font: bytes, count: int) -> bytes:
    start = _table(font, b"hmtx")
    return font[start : start + 4 * count]


def _glyphs(font: bytes) -> Iterator[tuple[int, int]]:
    """Yield each character with its glyph."""
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    places = {struct.unpack_from(">HHI", font, start + 4 + 8 * n)[2] for n in range(count)}
    for place in sorted(places):
        yield from _subtable(font, start + place)


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        name, _sum, offset, _length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if name == tag:
            return int(offset)
    raise ValueError(f"font: no {tag.decode()} table")


def _subtable(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == _SEGMENTS:
        yield from _segments(font, at)
    elif form == _GROUPS:
        (groups,) = struct.unpack_from(">I", font, at + 12)
        for number in range(groups):
            first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * number)
            yield from ((char, glyph + char - first) for char in range(first, last + 1))


def _segments(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (double,) = struct.unpack_from(">H", font, at + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + double)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 2 * double)
    offsets_at = at + 16 + 3 * double
    offsets = struct.unpack_from(f">{count}H", font, offsets_at)
    for n in range(count):
        for char in range(starts[n], min(ends[n], 0xFFFE) + 1):
            if offsets[n]:
                place = offsets_at + 2 * n + offsets[n] + 2 * (char - starts[n])
                (glyph,) = struct.unpack_from(">H", font, place)
            else:
                glyph = (char + deltas[n]) & 0xFFFF
            if glyph:
                yield char, glyph
