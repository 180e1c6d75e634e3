"""What a diagram is made of: nodes with a place in a grid, and flows between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The symbols we draw, by the name of their BPMN element; a dot parts off what it defines."""

    START = "startEvent"
    END = "endEvent"
    LEAVE = "endEvent.error"
    FIRST_WINS = "endEvent.terminate"
    ACTIVITY = "userTask"
    DECISION = "exclusiveGateway"
    ALL = "parallelGateway"
    SOME = "inclusiveGateway"
    GROUP = "subProcess"
    LATE = "boundaryEvent.timer"
    LEFT = "boundaryEvent.error"


@dataclass(frozen=True, slots=True)
class Node:
    """A symbol. ``column`` is its place in the order, ``part`` and ``row`` its place in there.

    ``inside`` names the group it stands in, ``attached`` the symbol on whose edge it sits,
    ``until`` the last column of a group.
    """

    id: str
    kind: Kind
    name: str
    lane: str
    column: int
    part: int = 0
    row: int = 0
    rows: int = 1
    inside: str = ""
    attached: str = ""
    until: int = 0
    words: str = ""
    duration: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow. ``condition`` is what must hold for it to be taken; empty: always."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(slots=True)
class Graph:
    """One strand as a diagram. ``number`` keeps the ids of its nodes apart from others'."""

    number: int
    key: str
    title: str
    words: str
    lanes: tuple[tuple[str, str], ...]
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def add(self, node: Node) -> Node:
        """Put a node into the diagram."""
        self.nodes[node.id] = node
        return node

    def join(self, source: str, target: str, name: str = "", condition: str = "") -> None:
        """Draw an arrow."""
        key = f"flow{self.number}.{len(self.flows) + 1}"
        self.flows.append(Flow(key, source, target, name, condition))
