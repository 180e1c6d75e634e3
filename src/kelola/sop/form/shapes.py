"""What a drawing is made of, in millimetres from the upper left corner of its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The symbols of a flow chart (PermenPANRB 35/2012); the fifth is the arrow."""

    TERMINATOR = "terminator"
    ACTIVITY = "activity"
    DECISION = "decision"
    CONNECTOR = "connector"


class Points(StrEnum):
    """Where the tip of an off-page connector points."""

    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol by its centre and size. ``row`` is the activity it stands for, from 0."""

    kind: Kind
    x: float
    y: float
    width: float
    height: float
    words: str = ""
    row: int = -1
    points: Points = Points.DOWN

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height / 2

    def side(self, y: float, *, right: bool) -> float:
        """Return where its outline is at a height: straight for a box, slanted for a diamond."""
        half = self.width / 2
        if self.kind is Kind.DECISION:
            half *= 1 - abs(y - self.y) / (self.height / 2)
        return self.x + half if right else self.x - half


@dataclass(frozen=True, slots=True)
class Road:
    """A line with a tip at its last point. ``target`` tells roads to one goal from others."""

    points: tuple[tuple[float, float], ...]
    target: str
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text with its baseline.

    ``align`` says what ``x`` is of the line: its ``left``, its ``middle`` or its ``right`` end.
    """

    x: float
    y: float
    words: str
    size: float
    bold: bool = False
    align: str = "left"
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line of the table."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(slots=True)
class Page:
    """One page of the drawing."""

    width: float
    height: float
    rules: list[Rule] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
