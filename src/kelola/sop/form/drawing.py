"""The drawing of a procedure: pages of symbols, roads, lines of text and rules, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.sop.form import table as tables
from kelola.sop.form.paging import Piece, Plan, paged
from kelola.sop.form.shapes import Kind, Page, Points, Road, Rule, Symbol, Text
from kelola.sop.form.table import (
    BEND,
    CAPSULE,
    EDGE,
    GAP,
    HEAD_SIZE,
    KEY_SIZE,
    LINE,
    PAD,
    ROOM_ABOVE,
    ROOM_BELOW,
    SIZE,
    TAG,
    TAG_HEIGHT,
    TAG_ROOM,
)
from kelola.sop.form.wires import LANE, Goal, Port, goal_of, heights, wires_of
from kelola.sop.form.wrapping import POINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelola.sop.form.flow import Flow
    from kelola.sop.form.table import Columns, Setting, Table
    from kelola.sop.form.wires import Lane
    from kelola.sop.form.wrapping import Measure

# A baseline below the top of its line, and the room between a head's lines and its rule.
ASCENT = 2.4
HEAD_PAD = 1.1
LABEL_SIZE = 5.2
LABEL_ROOM = 3.2


@dataclass(frozen=True, slots=True)
class Sheet:
    """What of a page the table may fill, in millimetres; no height is a page as long as needed."""

    width: float
    height: float | None = None


def drawn(table: Table, flow: Flow, sheet: Sheet, measure: Measure) -> list[Page]:
    """Draw a procedure.

    Args:
        table: its rows and titles.
        flow: its arrows.
        sheet: the size of the table on a page.
        measure: the widths of letters in the font that both renderers use.

    Returns:
        the pages, each as large as the sheet.

    """
    lanes = tables.lanes_of(wires_of(flow, range(len(table.rows))))
    # At first as if all stood on one page; if it does not, connectors need their place.
    plan = _Planned(table, flow, sheet, measure, lanes, tags=False)
    if not plan.fits:
        plan = _Planned(table, flow, sheet, measure, lanes, tags=any(lanes))
    return plan.drawn()


class _Planned:
    """A procedure in its columns and on its pages."""

    def __init__(
        self,
        table: Table,
        flow: Flow,
        sheet: Sheet,
        measure: Measure,
        lanes: tuple[int, int],
        *,
        tags: bool,
    ) -> None:
        self.table, self.flow, self.sheet, self.tags = table, flow, sheet, tags
        cols = tables.columns(sheet.width, len(table.actors), lanes, tags=tags)
        self.set_in = tables.Setting(cols, measure)
        self.head = _Head(table, cols, measure)
        self.room = None if sheet.height is None else sheet.height - self.head.height
        (self.whole,) = paged(table, flow, self.set_in, None)

    @property
    def fits(self) -> bool:
        """Whether all stands on one page."""
        return self.room is None or sum(p.height for p in self.whole.pieces) <= self.room

    def drawn(self) -> list[Page]:
        """Return the pages."""
        plans = [self.whole]
        if not self.fits:
            plans = paged(self.table, self.flow, self.set_in, self.room)
        drawers = (_Drawer(self.table, self.flow, self.set_in, p, tags=self.tags) for p in plans)
        return [drawer.page(self.sheet, self.head) for drawer in drawers]


class _Head:
    """The titles of the columns, in two rows: those of groups above those of their members."""

    def __init__(self, table: Table, cols: Columns, measure: Measure) -> None:
        edges = cols.edges
        actors = (edges[2], *cols.actors[1:-1], edges[3])
        number, activity, requirement, time, output, remarks = table.titles
        spans = [(table.actors[n], actors[n], actors[n + 1]) for n in range(len(table.actors))]
        spans += [(requirement, edges[3], edges[4]), (time, edges[4], edges[5])]
        spans += [(output, edges[5], edges[6])]
        self.lower = [self._broken(*span, measure) for span in spans]
        tall = [(number, 0.0, edges[1]), (activity, edges[1], edges[2])]
        tall.append((remarks, edges[6], edges[7]))
        self.tall = [self._broken(*span, measure) for span in tall]
        self.upper = [
            self._broken(table.above_actors, edges[2], edges[3], measure),
            self._broken(table.above_standard, edges[3], edges[6], measure),
        ]
        self.first = self._high(self.upper)
        self.height = max(self.first + self._high(self.lower), self._high(self.tall))
        self.actors, self.edges = actors, edges

    @staticmethod
    def _broken(
        words: str, left: float, right: float, measure: Measure
    ) -> tuple[list[str], float, float]:
        return measure.wrap(words, right - left - 1, HEAD_SIZE, bold=True), left, right

    @staticmethod
    def _high(cells: list[tuple[list[str], float, float]]) -> float:
        return max(len(lines) for lines, _left, _right in cells) * LINE + 2 * HEAD_PAD

    def draw(self, page: Page) -> None:
        """Put the titles and their rules on a page."""
        whole = self.height
        self._write(page, self.tall, 0.0, whole)
        self._write(page, self.upper, 0.0, self.first)
        self._write(page, self.lower, self.first, whole)
        left, right = self.edges[2], self.edges[6]
        page.rules += [
            Rule(0, 0, self.edges[-1], 0),
            Rule(left, self.first, right, self.first),
            Rule(0, whole, self.edges[-1], whole),
        ]

    @staticmethod
    def _write(
        page: Page, cells: list[tuple[list[str], float, float]], top: float, bottom: float
    ) -> None:
        for lines, left, right in cells:
            y = (top + bottom - len(lines) * LINE) / 2 + ASCENT
            for number, line in enumerate(lines):
                middle = (left + right) / 2
                page.texts.append(
                    Text(middle, y + number * LINE, line, HEAD_SIZE, bold=True, align="middle")
                )


class _Drawer:
    """Draws the rows of one page."""

    def __init__(
        self, table: Table, flow: Flow, set_in: Setting, plan: Plan, *, tags: bool
    ) -> None:
        self.table, self.flow = table, flow
        self.cols, self.measure = set_in
        self.plan, self.tags = plan, tags
        self.symbols: dict[int, Symbol] = {}
        self.ends: dict[int, Symbol] = {}
        self.bottoms: dict[int, float] = {}
        self.drawing = Page(0, 0)

    def page(self, sheet: Sheet, head: _Head) -> Page:
        """Return the page."""
        page = self.drawing
        head.draw(page)
        y = head.height
        for piece in self.plan.pieces:
            self._piece(piece, y)
            y += piece.height
            page.rules.append(Rule(0, y, self.cols.edges[-1], y))
        for x in self.cols.edges:
            top = head.first if x in self.cols.edges[4:6] else 0.0
            page.rules.append(Rule(x, top, x, y))
        page.rules += [Rule(x, head.first, x, y) for x in self.cols.actors[1:-1]]
        self._straight()
        self._sides()
        page.width, page.height = sheet.width, sheet.height or y
        return page

    def _piece(self, piece: Piece, top: float) -> None:
        edges = self.cols.edges
        lefts = (edges[0], edges[1], edges[3], edges[4], edges[5], edges[6])
        for left, lines in zip(lefts, piece.laid.lines, strict=True):
            for number, line in enumerate(lines):
                y = top + PAD + number * LINE + ASCENT
                self.drawing.texts.append(Text(left + PAD, y, line, SIZE))
        if piece.first:
            self._stack(piece, top)
        self.bottoms[piece.row] = top + piece.height

    def _stack(self, piece: Piece, top: float) -> None:
        """Put the symbols of a row under each other: start, activity, end."""
        row, laid = self.table.rows[piece.row], piece.laid
        x, width = self.cols.middle(row.actor), self.cols.symbol
        spare = piece.height - piece.lead_in - piece.lead_out - laid.drawn - ROOM_ABOVE - ROOM_BELOW
        y = top + piece.lead_in + ROOM_ABOVE + spare / 2
        if piece.row in self.flow.starts:
            middle = y + CAPSULE / 2
            start = self._put(Symbol(Kind.TERMINATOR, x, middle, width, CAPSULE, self.table.start))
            y += CAPSULE + GAP
            self._road([(x, start.bottom), (x, y)], f"row {piece.row}")
        kind = tables.kind_of(row)
        middle = y + laid.symbol / 2
        symbol = self._put(Symbol(kind, x, middle, width, laid.symbol, row.key, piece.row))
        self.symbols[piece.row] = symbol
        y += laid.symbol
        if piece.row in self.flow.ends:
            middle = y + GAP + laid.end / 2
            self.ends[piece.row] = self._put(
                Symbol(Kind.TERMINATOR, x, middle, width, laid.end, self.table.end)
            )

    def _put(self, symbol: Symbol) -> Symbol:
        """Add a symbol with its words in the middle, as large as they fit."""
        self.drawing.symbols.append(symbol)
        named = symbol.kind in (Kind.ACTIVITY, Kind.DECISION)
        size = KEY_SIZE if named else LABEL_SIZE
        wide = self.measure.width(symbol.words, size, bold=True)
        size = min(size, size * (symbol.width - 1.4) / wide) if wide else size
        base = symbol.y + size * POINT * 0.36
        words = Text(symbol.x, base, symbol.words, size, bold=True, align="middle")
        self.drawing.texts.append(words)
        return symbol

    def _road(self, points: list[tuple[float, float]], target: str, *, back: bool = False) -> None:
        kept = [p for n, p in enumerate(points) if n == 0 or p != points[n - 1]]
        self.drawing.roads.append(Road(tuple(kept), target, is_back=back))

    def _straight(self) -> None:
        """Draw the arrows that run down: to the end below, to the next row, over a page's end."""
        for arrow in filter(self.flow.is_straight, self.flow.arrows):
            source, goal = self.symbols.get(arrow.source), self.symbols.get(arrow.target)
            name = goal_of(arrow).name
            if arrow.to_end:
                if source is not None:
                    end = self.ends[arrow.target]
                    self._road([(source.x, source.bottom), (source.x, end.top)], name)
            elif source is not None and goal is not None:
                bend = self.bottoms[arrow.source] - BEND
                corners = [(source.x, bend), (goal.x, bend)] if source.x != goal.x else []
                road = [(source.x, source.bottom), *corners, (goal.x, goal.top)]
                self._road(road, name)
            elif source is not None:
                tag = self._tag(source.x, source.bottom + GAP, arrow.target)
                self._road([(source.x, source.bottom), (source.x, tag.top)], name)
            elif goal is not None:
                tag = self._tag(goal.x, goal.top - GAP - TAG_HEIGHT, arrow.target)
                self._road([(goal.x, tag.bottom), (goal.x, goal.top)], name)

    def _tag(self, x: float, top: float, row: int) -> Symbol:
        """Put a connector to or from a row of another page above or below a symbol."""
        words = self.table.rows[row].key
        return self._put(Symbol(Kind.CONNECTOR, x, top + TAG_HEIGHT / 2, TAG, TAG_HEIGHT, words))

    def _sides(self) -> None:
        wires = self.plan.wires
        left = {lane.goal: lane for lane in wires.left_lanes}
        right = {lane.goal: lane for lane in wires.right_lanes}
        for number, symbol in self.symbols.items():
            self._ports(symbol, wires.left.get(number, []), left, right=False)
            self._ports(symbol, wires.right.get(number, []), right, right=True)
        for number, end in self.ends.items():
            self._ports(end, wires.into_ends.get(number, []), left, right=False)

    def _ports(
        self, symbol: Symbol, ports: Sequence[Port], lanes: dict[Goal, Lane], *, right: bool
    ) -> None:
        for port, y in zip(ports, heights(ports, symbol.y), strict=True):
            if port.far:
                self._connector(symbol, port, y, right=right)
            elif not port.enters:
                self._by_lane(symbol, port, y, lanes[port.goal], right=right)

    def _by_lane(self, symbol: Symbol, port: Port, y: float, lane: Lane, *, right: bool) -> None:
        goal = (self.ends if port.goal.is_end else self.symbols)[port.goal.row]
        ports = self._into(port.goal, right=right)
        entry = next(
            h for p, h in zip(ports, heights(ports, goal.y), strict=True) if p.enters and not p.far
        )
        x = self._lane(lane.place, right=right)
        out, into = symbol.side(y, right=right), goal.side(entry, right=right)
        points = [(out, y), (x, y), (x, entry), (into, entry)]
        self._road(points, port.goal.name, back=right)
        self._label(symbol.right if right else symbol.left, y, port.goal, right=right)

    def _into(self, goal: Goal, *, right: bool) -> Sequence[Port]:
        wires = self.plan.wires
        side = wires.into_ends if goal.is_end else wires.right if right else wires.left
        return side[goal.row]

    def _lane(self, place: int, *, right: bool) -> float:
        room = EDGE + (TAG_ROOM if self.tags else 0.0) + place * LANE
        return self.cols.actors[-1] + room if right else self.cols.actors[0] - room

    def _connector(self, symbol: Symbol, port: Port, y: float, *, right: bool) -> None:
        room = EDGE + TAG_ROOM / 2
        x = self.cols.actors[-1] + room if right else self.cols.actors[0] - room
        points = Points.RIGHT if right != port.enters else Points.LEFT
        name = self._name(port.goal)
        tag = self._put(Symbol(Kind.CONNECTOR, x, y, TAG, TAG_HEIGHT, name, points=points))
        at, edge = symbol.side(y, right=right), tag.left if right else tag.right
        road = [(edge, y), (at, y)] if port.enters else [(at, y), (edge, y)]
        self._road(road, port.goal.name, back=right)

    def _name(self, goal: Goal) -> str:
        key = self.table.rows[goal.row].key
        return f"{self.table.end} {key}" if goal.is_end else key

    def _label(self, x: float, y: float, goal: Goal, *, right: bool) -> None:
        words = "" if goal.is_end else self._name(goal)
        if not words or self.measure.width(words, LABEL_SIZE) > LABEL_ROOM:
            return
        x += 0.5 if right else -0.5
        align = "left" if right else "right"
        self.drawing.texts.append(Text(x, y - 0.4, words, LABEL_SIZE, quiet=True, align=align))
