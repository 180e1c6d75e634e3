"""A reader of QR codes (ISO/IEC 18004), versions 7 to 12 at level M, from our own SVG.

It knows nothing of the program that draws them, and corrects no errors: what it reads stands there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# Error correction words of a block, and the data words of each block.
BLOCKS = {
    7: (18, [31] * 4),
    8: (22, [38] * 2 + [39] * 2),
    9: (22, [36] * 3 + [37] * 2),
    10: (26, [43] * 4 + [44]),
    11: (30, [50] + [51] * 4),
    12: (22, [36] * 6 + [37] * 2),
}
ALIGNED = {7: (6, 22, 38), 8: (6, 24, 42), 9: (6, 26, 46), 10: (6, 28, 50), 11: (6, 30, 54),
           12: (6, 32, 58)}  # fmt: skip
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, _c: r % 2 == 0,
    lambda _r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def modules(svg: bytes) -> list[list[bool]]:
    """Return the dark modules of an SVG whose path draws them in strokes of one unit."""
    text = svg.decode()
    size = int(re.search(r'viewBox="0 0 (\d+) \1"|width="(\d+)"', text)[2] or 0)
    grid = [[False] * size for _ in range(size)]
    x = y = 0.0
    for act, one, two in re.findall(r"([MmhH])\s*(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", text):
        if act == "M":
            x, y = float(one), float(two)
        elif act == "m":
            x, y = x + float(one), y + float(two)
        else:
            for column in range(int(x), int(x + float(one))):
                grid[int(y)][column] = True
            x += float(one)
    return grid


def _is_function(version: int, size: int, row: int, column: int) -> bool:
    if row == 6 or column == 6:
        return True
    if (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9):
        return True
    if (row < 6 and column >= size - 11) or (column < 6 and row >= size - 11):
        return True
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return any(
        abs(row - r) <= 2 and abs(column - c) <= 2
        for r in ALIGNED[version]
        for c in ALIGNED[version]
        if (r, c) not in corners
    )


def _bits(grid: list[list[bool]]) -> Iterator[int]:
    size = len(grid)
    version = (size - 17) // 4
    form = [grid[8][c] for c in (0, 1, 2, 3, 4, 5, 7)]
    mask = MASKS[sum(bit << (2 - n) for n, bit in enumerate(form[2:5])) ^ 0b101]
    column, upward = size - 1, True
    while column > 0:
        column -= column == 6
        for row in reversed(range(size)) if upward else range(size):
            for side in (column, column - 1):
                if not _is_function(version, size, row, side):
                    yield int(grid[row][side] ^ mask(row, side))
        column, upward = column - 2, not upward


def _words(grid: list[list[bool]]) -> bytes:
    bits = list(_bits(grid))
    raw = [int("".join(map(str, bits[n : n + 8])), 2) for n in range(0, len(bits) - 7, 8)]
    _correction, sizes = BLOCKS[(len(grid) - 17) // 4]
    blocks: list[list[int]] = [[] for _ in sizes]
    stream = iter(raw)
    for place in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if place < size:
                block.append(next(stream))
    return bytes(word for block in blocks for word in block)


def read(svg: bytes) -> str:
    """Return the text of a QR code."""
    grid = modules(svg)
    version = (len(grid) - 17) // 4
    bits = "".join(f"{word:08b}" for word in _words(grid))
    out, at = "", 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at], 2)

    while len(bits) - at >= 4 and (mode := take(4)):
        if mode == 4:
            count = take(16 if version > 9 else 8)
            out += bytes(take(8) for _ in range(count)).decode()
        elif mode == 2:
            count = take(11 if version > 9 else 9)
            for _ in range(count // 2):
                first, second = divmod(take(11), 45)
                out += ALPHANUMERIC[first] + ALPHANUMERIC[second]
            out += ALPHANUMERIC[take(6)] if count % 2 else ""
        else:
            raise ValueError(f"mode {mode}")
    return out
