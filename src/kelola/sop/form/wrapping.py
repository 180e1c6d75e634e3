"""Text in columns: how wide it is in a font, and where it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Millimetres of a point (1/72 inch).
POINT = 25.4 / 72
# The width of a letter that none of the fonts has, in ems.
UNKNOWN = 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """The advance widths of a regular and a bold font by character, in ems."""

    regular: Mapping[int, float]
    bold: Mapping[int, float]

    def width(self, words: str, size: float, *, bold: bool = False) -> float:
        """Return the width of a line in millimetres; ``size`` is in points."""
        font = self.bold if bold else self.regular
        return sum(font.get(ord(c), UNKNOWN) for c in words) * size * POINT

    def wrap(self, words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
        """Return the lines of a text in a column of ``room`` millimetres.

        Line feeds stay; a word wider than the column breaks where it must.
        """
        lines: list[str] = []
        for part in words.split("\n"):
            line = ""
            for word in part.split():
                for piece in self._pieces(word, room, size, bold=bold):
                    longer = f"{line} {piece}" if line else piece
                    if line and self.width(longer, size, bold=bold) > room:
                        lines.append(line)
                        longer = piece
                    line = longer
            lines.append(line)
        return lines if any(lines) else []

    def _pieces(self, word: str, room: float, size: float, *, bold: bool) -> Sequence[str]:
        if self.width(word, size, bold=bold) <= room:
            return (word,)
        pieces, piece = [], ""
        for letter in word:
            if piece and self.width(piece + letter, size, bold=bold) > room:
                pieces.append(piece)
                piece = ""
            piece += letter
        return (*pieces, piece)
