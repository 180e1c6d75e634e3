"""The arrows of a procedure: from which activity to which, each once, over all its strands.

The targets follow the engine's own reading of outcomes and groups (``sop.engine.road``): a group is
entered as a whole, a member's forward outcome joins, a return opens what it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.shape import Outcome, Procedure, Strand

END = "end"


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two rows; ``to_end`` points at the end of the strand under ``target``."""

    source: int
    target: int
    to_end: bool = False

    @property
    def is_back(self) -> bool:
        """Whether it leads to its own row or one above: it is drawn on the right."""
        return not self.to_end and self.target <= self.source


@dataclass(frozen=True, slots=True)
class Flow:
    """What is drawn of a procedure: rows with a start, rows with an end, and all arrows."""

    starts: frozenset[int]
    ends: frozenset[int]
    arrows: tuple[Arrow, ...]

    def is_straight(self, arrow: Arrow) -> bool:
        """Whether an arrow runs straight down: to the end below it or to the next row's top."""
        if arrow.to_end:
            return arrow.source == arrow.target
        free = arrow.target not in self.starts and arrow.source not in self.ends
        return arrow.target == arrow.source + 1 and free


def flow_of(procedure: Procedure) -> Flow:
    """Return the arrows of a procedure; rows count from 0 in the order of its activities."""
    rows = {a.key: n for n, a in enumerate(procedure.activities)}
    found: dict[Arrow, None] = {}
    ends, starts = set(), set()
    for strand in procedure.strands:
        last = max(rows[key] for key in strand.activities)
        starts.add(rows[strand.first])
        ends.add(last)
        for key in strand.activities:
            for outcome in procedure.activity(key).outcomes:
                for target in _targets(strand, key, outcome):
                    end = target == END
                    found[Arrow(rows[key], last if end else rows[target], end)] = None
    return Flow(frozenset(starts), frozenset(ends), tuple(found))


def _targets(strand: Strand, key: str, outcome: Outcome) -> Iterator[str]:
    """Yield the activities that an outcome opens, or ``end``."""
    own, to = strand.group_of(key), outcome.to
    joins = own is not None and to in (own.key, *own.members)
    if own is not None and joins and not outcome.is_return:
        to, own = own.to, None
    into = strand.group(to) or (None if outcome.is_return else strand.group_of(to))
    yield from into.members if into is not None else (to,)
