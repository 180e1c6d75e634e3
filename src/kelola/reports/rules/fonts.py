"""Which characters a TrueType font has, read from its ``cmap`` table (formats 4 and 12)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEGMENTS, _GROUPS = 4, 12


def characters(font: bytes) -> frozenset[int]:
    """Return the code points a font has a glyph for; raise ValueError when it can't be read."""
    try:
        start = _table(font, b"cmap")
        (count,) = struct.unpack_from(">H", font, start + 2)
        places = {struct.unpack_from(">HHI", font, start + 4 + 8 * n)[2] for n in range(count)}
        return frozenset(c for place in places for c in _subtable(font, start + place))
    except struct.error as error:
        raise ValueError("font: cut short") from error


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        name, _sum, offset, _length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if name == tag:
            return int(offset)
    raise ValueError(f"font: no {tag.decode()} table")


def _subtable(font: bytes, at: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == _SEGMENTS:
        yield from _segments(font, at)
    elif form == _GROUPS:
        (groups,) = struct.unpack_from(">I", font, at + 12)
        for number in range(groups):
            first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * number)
            yield from range(first, last + 1)


def _segments(font: bytes, at: int) -> Iterator[int]:
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
                yield char
