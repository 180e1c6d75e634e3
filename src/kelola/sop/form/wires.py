"""Where arrows leave and enter their symbols, and which lane beside the actors they take.

An arrow to the next row runs straight down. Every other one leaves by the side of its symbol:
forward ones on the left, returns on the right, so that they run outside of all symbols. Arrows to
one goal share a lane, others never do; a goal on another page is reached by off-page connectors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelola.sop.form.flow import Arrow, Flow

# Between two lanes, and between two ports of a side; a connector needs the wider one.
LANE, PORT, WIDE_PORT = 1.9, 2.6, 5.2


@dataclass(frozen=True, slots=True, order=True)
class Goal:
    """What an arrow leads to: a row, or the end under it."""

    row: int
    is_end: bool = False

    @property
    def name(self) -> str:
        """Tell one goal from another."""
        return f"{'end' if self.is_end else 'row'} {self.row}"


def goal_of(arrow: Arrow) -> Goal:
    """Return where an arrow leads."""
    return Goal(arrow.target, arrow.to_end)


@dataclass(frozen=True, slots=True)
class Port:
    """A place on the side of a symbol where arrows to one goal leave it or reach it.

    ``far`` says that the other end is on another page.
    """

    goal: Goal
    enters: bool
    far: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A vertical line beside the actors: the rows it spans and its place, 0 the innermost."""

    goal: Goal
    first: int
    last: int
    place: int


@dataclass(slots=True)
class Wires:
    """All arrows of the rows of one page that leave by a side."""

    left: dict[int, list[Port]] = field(default_factory=dict)
    right: dict[int, list[Port]] = field(default_factory=dict)
    into_ends: dict[int, list[Port]] = field(default_factory=dict)
    left_lanes: list[Lane] = field(default_factory=list)
    right_lanes: list[Lane] = field(default_factory=list)


def wires_of(flow: Flow, rows: range) -> Wires:
    """Return the ports and lanes of the rows that stand on one page."""
    wires = Wires()
    leaving: dict[bool, dict[Goal, list[int]]] = {True: {}, False: {}}
    for arrow in flow.arrows:
        if flow.is_straight(arrow):
            continue
        here, there = arrow.source in rows, arrow.target in rows
        goal = goal_of(arrow)
        side = wires.right if arrow.is_back else wires.left
        if here:
            _add(side, arrow.source, Port(goal, enters=False, far=not there))
        if there:
            entered = wires.into_ends if goal.is_end else side
            _add(entered, goal.row, Port(goal, enters=True, far=not here))
        if here and there:
            leaving[arrow.is_back].setdefault(goal, []).append(arrow.source)
    wires.left_lanes = _lanes(leaving[False])
    wires.right_lanes = _lanes(leaving[True])
    for ports in wires.left.values():
        ports.sort(key=lambda p: (not p.enters, p.far, p.goal.row))
    for ports in wires.right.values():
        ports.sort(key=lambda p: (p.enters, p.far, p.goal.row))
    return wires


def _add(side: dict[int, list[Port]], row: int, port: Port) -> None:
    ports = side.setdefault(row, [])
    if port not in ports:
        ports.append(port)


def _lanes(sources: dict[Goal, list[int]]) -> list[Lane]:
    """Give each goal a lane; two that share a row never share a place.

    Taking them by their first row needs no more places than lanes lie side by side anywhere.
    """
    spans = sorted(
        (min(*rows, goal.row), max(*rows, goal.row), goal) for goal, rows in sources.items()
    )
    ends: list[int] = []
    found = []
    for first, last, goal in spans:
        place = next((n for n, end in enumerate(ends) if end < first), len(ends))
        ends[place : place + 1] = [last]
        found.append(Lane(goal, first, last, place))
    return found


def places(lanes: Sequence[Lane]) -> int:
    """Return how many lanes lie side by side at most."""
    return max((lane.place + 1 for lane in lanes), default=0)


def pitch(ports: Sequence[Port]) -> float:
    """Return the distance between the ports of a side, in millimetres."""
    return WIDE_PORT if any(p.far for p in ports) else PORT


def reach(ports: Sequence[Port]) -> float:
    """Return the height that the ports of a side need."""
    return (len(ports) - 1) * pitch(ports) if ports else 0.0


def heights(ports: Sequence[Port], middle: float) -> list[float]:
    """Return where the ports of a side are, around the middle of their symbol."""
    step = pitch(ports)
    return [middle + (n - (len(ports) - 1) / 2) * step for n in range(len(ports))]
