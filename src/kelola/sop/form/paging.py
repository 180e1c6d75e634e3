"""Which rows stand on which page, and how high each is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kelola.sop.form.table import GAP, LINE, PAD, TAG_HEIGHT, Laid, laid
from kelola.sop.form.wires import Port, Wires, goal_of, wires_of

if TYPE_CHECKING:
    from kelola.sop.form.flow import Flow
    from kelola.sop.form.table import Setting, Table

# What a connector above or below a symbol adds to its row.
LEAD = TAG_HEIGHT + GAP


@dataclass(frozen=True, slots=True)
class Piece:
    """A row on a page, or what was left of the texts of a row that is higher than a page."""

    row: int
    laid: Laid
    first: bool = True
    lead_in: float = 0.0
    lead_out: float = 0.0

    @property
    def height(self) -> float:
        """How high it is with the connectors above and below its symbols."""
        if not self.first:
            return max(len(lines) for lines in self.laid.lines) * LINE + 2 * PAD
        return self.laid.height + self.lead_in + self.lead_out


@dataclass(frozen=True, slots=True)
class Plan:
    """The pieces of one page, with the arrows that leave by a side."""

    pieces: tuple[Piece, ...]
    wires: Wires


def straight_into(flow: Flow) -> frozenset[int]:
    """Return the rows that the row above leads straight into."""
    return frozenset(
        a.target for a in flow.arrows if flow.is_straight(a) and not a.to_end and a.target > 0
    )


def paged(table: Table, flow: Flow, set_in: Setting, room: float | None) -> list[Plan]:
    """Put the rows on pages.

    Args:
        table: the rows.
        flow: their arrows.
        set_in: the columns and the font.
        room: the height for rows on a page in millimetres; None puts all on one page.

    """
    if room is None:
        return [_plan(table, flow, set_in, [(n, None) for n in range(len(table.rows))])]
    pages: list[list[tuple[int, Laid | None]]] = [[]]
    used, alone, into = 0.0, True, straight_into(flow)
    for number in range(len(table.rows)):
        # With every port as far apart as connectors need: where the page ends is not known yet.
        most = laid(number, table, flow, _most(flow, number), set_in)
        out = LEAD if number + 1 in into else 0.0
        lead = LEAD if number in into else 0.0
        height = most.height + (lead if alone else 0.0)
        if pages[-1] and used + height + out > room:
            pages.append([])
            used, height = 0.0, lead + most.height
        if height + out <= room:
            pages[-1].append((number, None))
            used, alone = used + height, False
            continue
        parts = _parts(most, room - lead - out, room)
        pages[-1].append((number, parts[0]))
        for part in parts[1:]:
            pages.append([(number, part)])
            used, alone = Piece(number, part, first=False).height, True
    return [_plan(table, flow, set_in, found) for found in pages]


def _most(flow: Flow, number: int) -> Wires:
    """Return all ports that a row may have, wherever the pages end."""
    wires = Wires()
    for arrow in flow.arrows:
        if flow.is_straight(arrow):
            continue
        goal = goal_of(arrow)
        side = wires.right if arrow.is_back else wires.left
        if arrow.source == number:
            side.setdefault(number, []).append(Port(goal, enters=False, far=True))
        if goal.row == number:
            entered = wires.into_ends if goal.is_end else side
            both = [Port(goal, enters=True, far=True), Port(goal, enters=True, far=False)]
            ports = entered.setdefault(number, [])
            ports += [p for p in both if p not in ports]
    return wires


def _parts(most: Laid, first: float, room: float) -> list[Laid]:
    """Cut the texts of a row that is higher than a page."""
    found, lines, height = [], most.lines, first
    while True:
        fits = max(1, int((height - 2 * PAD) / LINE))
        found.append(replace(most, lines=tuple(cell[:fits] for cell in lines)))
        lines = tuple(cell[fits:] for cell in lines)
        if not any(lines):
            return found
        height = room


def _plan(
    table: Table,
    flow: Flow,
    set_in: Setting,
    found: list[tuple[int, Laid | None]],
) -> Plan:
    fresh = [n for n, part in found if part is None or part.lines[0]]
    rows = range(min(fresh, default=0), max(fresh, default=-1) + 1)
    wires, into = wires_of(flow, rows), straight_into(flow)
    pieces = []
    for number, part in found:
        if number not in fresh:
            pieces.append(Piece(number, part or _never(), first=False))
            continue
        made = laid(number, table, flow, wires, set_in)
        pieces.append(
            Piece(
                number,
                replace(made, lines=part.lines) if part else made,
                lead_in=LEAD if number in into and number == rows.start else 0.0,
                lead_out=LEAD if number + 1 in into and number == rows.stop - 1 else 0.0,
            )
        )
    return Plan(tuple(pieces), wires)


def _never() -> Laid:
    raise AssertionError("what is left of a row is always known")
