"""The table of the form: how wide its columns are, how its texts break, how high its rows are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kelola.sop.form.shapes import Kind
from kelola.sop.form.wires import LANE, Wires, places, reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelola.sop.form.flow import Flow
    from kelola.sop.form.wrapping import Measure

SIZE, HEAD_SIZE, KEY_SIZE = 7.2, 7.0, 6.0
LINE = 3.1
PAD = 1.3
# Above and below what a row draws: the lower one holds the bend of an arrow to the next column.
ROOM_ABOVE, ROOM_BELOW, BEND = 2.6, 3.8, 1.5
BOX, DIAMOND, CAPSULE = 7.2, 10.4, 4.2
GAP = 3.2
# A connector's width and height, and the place for it beside the actors.
TAG, TAG_HEIGHT, TAG_ROOM = 8.4, 4.2, 10.8
EDGE = 1.8
NUMBER = 8.0
LEAST_ACTOR, MOST_ACTOR = 13.0, 24.0
# How the text columns share the room, and the least they get.
SHARES = (0.29, 0.22, 0.13, 0.18, 0.18)
LEAST_TEXT = 100.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row as texts: number, activity, requirement, time, output, remarks; and its actor."""

    key: str
    actor: int
    decision: bool
    cells: tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A procedure as rows under titles."""

    actors: tuple[str, ...]
    titles: tuple[str, ...]
    above_actors: str
    above_standard: str
    rows: tuple[Row, ...]
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns are: their left edges and the last one's right edge, in millimetres.

    ``edges`` are those of number, activity, zone of the actors, requirement, time, output,
    remarks; ``actors`` those of the actors alone, inside their zone.
    """

    edges: tuple[float, ...]
    actors: tuple[float, ...]

    def middle(self, actor: int) -> float:
        """Return the middle of an actor's column."""
        return (self.actors[actor] + self.actors[actor + 1]) / 2

    @property
    def symbol(self) -> float:
        """How wide a symbol is."""
        return min(self.actors[1] - self.actors[0] - 3.4, 15.0)


def columns(width: float, actors: int, lanes: tuple[int, int], *, tags: bool) -> Columns:
    """Share the width of a page among the columns.

    Args:
        width: of the table, in millimetres.
        actors: how many there are.
        lanes: how many lie side by side on the left and on the right.
        tags: whether connectors to other pages stand beside the actors.

    """
    tag = TAG_ROOM if tags else 0.0
    left, right = (n * LANE + 2 * EDGE + tag if n or tags else EDGE / 2 for n in lanes)
    free = width - NUMBER - left - right
    actor = max(LEAST_ACTOR, min(MOST_ACTOR, 0.40 * free / actors, (free - LEAST_TEXT) / actors))
    texts = free - actor * actors
    first, *others = (texts * share for share in SHARES)
    zone = NUMBER + first
    after = zone + left + actor * actors + right
    edges = [0.0, NUMBER, zone, after]
    for wide in others:
        edges.append(edges[-1] + wide)
    return Columns(tuple(edges), tuple(zone + left + actor * n for n in range(actors + 1)))


class Setting(NamedTuple):
    """In which columns and in which font texts are set."""

    cols: Columns
    measure: Measure


@dataclass(frozen=True, slots=True)
class Laid:
    """A row with its broken texts and what it needs: ``drawn`` is the height of its symbols."""

    lines: tuple[tuple[str, ...], ...]
    drawn: float
    symbol: float
    end: float

    @property
    def height(self) -> float:
        """How high the row is at least."""
        texts = max(len(lines) for lines in self.lines) * LINE + 2 * PAD
        return max(texts, self.drawn + ROOM_ABOVE + ROOM_BELOW)


def laid(number: int, table: Table, flow: Flow, wires: Wires, set_in: Setting) -> Laid:
    """Break the texts of a row and find the height of its symbols."""
    row = table.rows[number]
    ports = wires.left.get(number, []), wires.right.get(number, [])
    ends = wires.into_ends.get(number, [])
    needed = max(map(reach, ports))
    symbol = max(DIAMOND, needed * 1.6 + 4) if row.decision else max(BOX, needed + 4)
    end = max(CAPSULE, reach(ends) + 3)
    drawn = symbol
    drawn += CAPSULE + GAP if number in flow.starts else 0
    drawn += end + GAP if number in flow.ends else 0
    return Laid(tuple(broken(row.cells, *set_in)), drawn, symbol, end)


def broken(cells: Sequence[str], cols: Columns, measure: Measure) -> list[tuple[str, ...]]:
    """Break each text to its column."""
    rooms = rooms_of(cols)
    return [
        tuple(measure.wrap(text, room - 2 * PAD, SIZE))
        for text, room in zip(cells, rooms, strict=True)
    ]


def rooms_of(cols: Columns) -> tuple[float, ...]:
    """Return the widths of the text columns; the zone of the actors is left out."""
    wide = [b - a for a, b in zip(cols.edges, cols.edges[1:], strict=False)]
    return (wide[0], wide[1], *wide[3:])


def lanes_of(wires: Wires) -> tuple[int, int]:
    """Return how many lanes lie side by side on the left and on the right."""
    return places(wires.left_lanes), places(wires.right_lanes)


def kind_of(row: Row) -> Kind:
    """Return the symbol of a row."""
    return Kind.DECISION if row.decision else Kind.ACTIVITY
