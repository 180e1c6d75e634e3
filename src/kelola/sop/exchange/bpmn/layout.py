"""Where each symbol and arrow of a diagram stands: a grid of columns and lanes.

Every activity has a column of its own, so a vertical line through a symbol's middle meets no other
symbol. Arrows to the next column go straight; those that lead back run above the lanes, those that
skip columns below them, each on a track of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kelola.sop.exchange.bpmn.shape import Flow, Graph, Kind, Node

HEADER, GAP, TRACK, EDGE = 30, 50, 12, 20
SIZES = {
    Kind.ACTIVITY: (100, 80),
    Kind.DECISION: (50, 50),
    Kind.ALL: (50, 50),
    Kind.SOME: (50, 50),
}
ROUND = (36, 36)
ROW = 56
LANE = 190
PARTS = (0, 130, 220, 310)
BESIDE = 2

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner, its width and its height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Return the x of the right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Return the y of the lower edge."""
        return self.y + self.h

    @property
    def middle(self) -> Point:
        """Return the centre."""
        return self.x + self.w / 2, self.y + self.h / 2


@dataclass(slots=True)
class Layout:
    """One pool with its lanes, the boxes of its nodes and the corners of its arrows."""

    pool: Box
    lanes: dict[str, Box] = field(default_factory=dict)
    nodes: dict[str, Box] = field(default_factory=dict)
    flows: dict[str, list[Point]] = field(default_factory=dict)


def lay_out(graph: Graph, left: float, top: float) -> Layout:
    """Return where everything of a diagram stands when its pool begins at ``left``, ``top``."""
    return _Grid(graph, left, top).laid


class _Grid:
    def __init__(self, graph: Graph, left: float, top: float) -> None:
        self.graph = graph
        ways = [(f, _way(graph, f)) for f in graph.flows]
        outer = [(f, w) for f, w in ways if not _scope(graph, f)]
        above = sum(1 for _, w in outer if w == "back")
        below = sum(1 for _, w in outer if w == "skip")
        inner: dict[str, int] = {}
        for flow, way in ways:
            if _scope(graph, flow) and way != "next":
                inner[_scope(graph, flow)] = inner.get(_scope(graph, flow), 0) + 1
        boxes = any(n.kind is Kind.GROUP for n in graph.nodes.values())
        self.above = EDGE + above * TRACK + EDGE
        self.within = (EDGE + max(inner.values(), default=0) * TRACK) if boxes else 0
        self.foot = (EDGE + ROUND[1] if boxes else 0) + EDGE + below * TRACK
        self.lefts = self._columns(left + 2 * HEADER + EDGE)
        self.laid = self._lanes(left, top)
        self.tracks: dict[tuple[str, str], int] = {}
        for node in graph.nodes.values():
            self.laid.nodes[node.id] = self._box(node)
        for flow, way in ways:
            self.laid.flows[flow.id] = self._line(flow, way)

    def _columns(self, left: float) -> list[float]:
        """Return the left edge of each column, and the right end of the last."""
        count = max(n.column for n in self.graph.nodes.values()) + 1
        widths = [0.0] * count
        for node in self.graph.nodes.values():
            if node.kind not in (Kind.GROUP, Kind.LATE, Kind.LEFT):
                reach = PARTS[node.part] + _size(node)[0]
                widths[node.column] = max(widths[node.column], reach)
        lefts = [left]
        for width in widths:
            lefts.append(lefts[-1] + width + GAP)
        return lefts

    def _lanes(self, left: float, top: float) -> Layout:
        heights = dict.fromkeys((key for key, _ in self.graph.lanes), float(LANE))
        for node in self.graph.nodes.values():
            heights[node.lane] = max(heights[node.lane], node.rows * ROW + 2 * EDGE)
        keys = list(heights)
        heights[keys[0]] += self.above + self.within
        heights[keys[-1]] += self.foot
        width = self.lefts[-1] - left
        laid = Layout(Box(left, top, width, sum(heights.values())))
        y = top
        for key in keys:
            laid.lanes[key] = Box(left + HEADER, y, width - HEADER, heights[key])
            y += heights[key]
        return laid

    def _row(self, lane: str) -> float:
        """Return the height at which a lane's symbols have their middle."""
        box, keys = self.laid.lanes[lane], list(self.laid.lanes)
        top = box.y + (self.above + self.within if lane == keys[0] else 0)
        bottom = box.bottom - (self.foot if lane == keys[-1] else 0)
        return (top + bottom) / 2 - 25

    def _box(self, node: Node) -> Box:
        w, h = _size(node)
        x = self.lefts[node.column] + PARTS[node.part]
        if node.kind is Kind.GROUP:
            top = self.laid.pool.y + self.above
            bottom = self.laid.pool.bottom - self.foot + EDGE / 2
            right = self.lefts[node.until + 1] - GAP / 2
            return Box(x - EDGE, top, right - x + EDGE, bottom - top)
        if node.kind is Kind.LEFT:
            box = self.laid.nodes[node.attached]
            return Box(box.x + EDGE + node.row * (w + EDGE / 2), box.bottom - h / 2, w, h)
        if node.kind is Kind.LATE:
            box = self.laid.nodes[node.attached]
            return Box(box.x + 4, box.bottom - h / 2, w, h)
        if node.attached:
            box = self.laid.nodes[node.attached]
            return Box(box.x, box.bottom + EDGE / 2, w, h)
        middle = self._row(node.lane) + (node.row - (node.rows - 1) / 2) * ROW
        return Box(x, middle - h / 2, w, h)

    def _track(self, scope: str, way: str) -> int:
        key = (scope, "inner" if scope else way)
        self.tracks[key] = self.tracks.get(key, 0) + 1
        return self.tracks[key]

    def _line(self, flow: Flow, way: str) -> list[Point]:
        source, target = self.graph.nodes[flow.source], self.graph.nodes[flow.target]
        a, b = self.laid.nodes[source.id], self.laid.nodes[target.id]
        if target.attached and target.attached == source.id:
            return [(a.middle[0], a.bottom), (b.middle[0], b.y)]
        if way == "next":
            return _straight(source, a, target, b)
        scope = _scope(self.graph, flow)
        track = self._track(scope, way)
        if scope:
            height = self.laid.nodes[scope].y + EDGE / 2 + track * TRACK
        elif way == "back":
            height = self.laid.pool.y + EDGE / 2 + track * TRACK
        else:
            height = self.laid.pool.bottom - EDGE / 2 - track * TRACK
        return self._around(source, a, target, b, height)

    def _around(self, source: Node, a: Box, target: Node, b: Box, height: float) -> list[Point]:
        """Lead an arrow along a track above or below everything."""
        up = height < a.middle[1]
        if source.part >= BESIDE:  # others stand above, below and to the right of it
            gap, side = a.y - (ROW - a.h) / 2, a.right + TRACK
            start = [(a.middle[0], a.y), (a.middle[0], gap), (side, gap)]
        elif source.kind is Kind.GROUP:
            start = [(a.right, a.middle[1]), (a.right + TRACK, a.middle[1])]
        elif source.kind is Kind.LEFT and up:
            # The catch sits on the lower edge: go round the left side of the box.
            side = self.laid.nodes[source.attached].x - TRACK
            start = [(a.middle[0], a.bottom), (a.middle[0], a.bottom + 4), (side, a.bottom + 4)]
        else:
            start = [(a.middle[0], a.y if up else a.bottom)]
        into = b.middle[0] if up or target.kind is not Kind.ACTIVITY else b.right - EDGE
        return [*start, (start[-1][0], height), (into, height), (into, b.y if up else b.bottom)]


def _straight(source: Node, a: Box, target: Node, b: Box) -> list[Point]:
    y1 = b.middle[1] if source.kind is Kind.GROUP else a.middle[1]
    y2 = a.middle[1] if target.kind is Kind.GROUP else b.middle[1]
    if y1 == y2:
        return [(a.right, y1), (b.x, y2)]
    turn = b.x - GAP / 2 if source.column != target.column else (a.right + b.x) / 2
    return [(a.right, y1), (turn, y1), (turn, y2), (b.x, y2)]


def _size(node: Node) -> tuple[int, int]:
    return SIZES.get(node.kind, ROUND)


def _scope(graph: Graph, flow: Flow) -> str:
    """Return the group inside which an arrow runs."""
    return graph.nodes[flow.source].inside


def _way(graph: Graph, flow: Flow) -> str:
    """Tell whether an arrow goes to the next place, leads back or skips places."""
    source, target = graph.nodes[flow.source], graph.nodes[flow.target]
    if source.kind is Kind.LEFT:
        return "back" if target.column <= source.column else "skip"
    if source.kind is Kind.LATE:
        return "next"
    if source.part >= BESIDE and source.inside and target.column != source.column:
        return "back"  # a straight line would meet the symbols beside it
    if target.column == source.column:
        onward = target.part > source.part and target.kind is not Kind.GROUP
        return "next" if onward else "back"
    last = source.until if source.kind is Kind.GROUP else source.column
    if target.column == last + 1:
        return "next"
    return "back" if target.column < source.column else "skip"
