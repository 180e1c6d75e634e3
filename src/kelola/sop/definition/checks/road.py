"""A strand as the checks see it: its activities in order and its groups, over unchecked data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.checks.node import Node

END = "end"
_NOTHING = (0, -1)


@dataclass(frozen=True, slots=True)
class Fork:
    """A group of parallel activities, with those members that the strand knows."""

    node: Node
    key: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Road:
    """A strand with the activities it names that exist in its procedure.

    ``everywhere`` holds all activities of the procedure, ``places`` the place of each activity on
    the road, ``keyed`` the groups by key, ``owners`` the group of each member and ``spans`` what
    ``span`` answers. All of it is looked up, never searched: a file may be made to be slow.
    """

    strand: Node
    procedure: Node
    everywhere: dict[str, Node]
    places: dict[str, int]
    activities: dict[str, Node]
    forks: tuple[Fork, ...]
    keyed: dict[str, Fork]
    owners: dict[str, Fork]
    spans: dict[str, tuple[int, int]]

    @property
    def key(self) -> str:
        """Return the strand's key."""
        return self.strand.text("key")

    def fork(self, key: str) -> Fork | None:
        """Return the group with this key, or None."""
        return self.keyed.get(key)

    def fork_of(self, activity: str) -> Fork | None:
        """Return the group an activity belongs to, or None."""
        return self.owners.get(activity)

    def targets(self) -> Iterator[str]:
        """Yield what an outcome may lead to, the end apart."""
        yield from self.places
        yield from self.keyed

    def known(self, target: str) -> bool:
        """Tell whether an activity or group of this name is on the road."""
        return target in self.places or target in self.keyed

    def span(self, target: str) -> tuple[int, int]:
        """Return the first and last place of what a target opens; (0, -1) if it opens nothing."""
        return self.spans.get(target, _NOTHING)

    def before(self, target: str, activity: str) -> bool:
        """Tell whether everything a target opens lies before an activity."""
        first, last = self.span(target)
        return first <= last < self.places[activity]

    def after(self, target: str, activity: str) -> bool:
        """Tell whether everything a target opens lies after an activity."""
        first, last = self.span(target)
        return first > last or first > self.places[activity]


def roads(procedure: Node) -> list[Road]:
    """Return the strands of a procedure as roads."""
    everywhere = {a.text("key"): a for a in procedure.each("activities") if a.text("key")}
    return [_road(procedure, everywhere, strand) for strand in procedure.each("strands")]


def _road(procedure: Node, everywhere: dict[str, Node], strand: Node) -> Road:
    places: dict[str, int] = {}
    for item in strand.texts("activities"):
        if item.text() in everywhere:
            places.setdefault(item.text(), len(places))
    forks = tuple(_fork(group, places) for group in strand.each("groups") if group.text("key"))
    keyed = {fork.key: fork for fork in reversed(forks)}
    return Road(
        strand=strand,
        procedure=procedure,
        everywhere=everywhere,
        places=places,
        activities={key: everywhere[key] for key in places},
        forks=forks,
        keyed=keyed,
        owners={member: fork for fork in reversed(forks) for member in fork.members},
        spans={
            **{key: (place, place) for key, place in places.items()},
            **{key: _span(fork, places) for key, fork in keyed.items()},
        },
    )


def _fork(group: Node, places: dict[str, int]) -> Fork:
    members = tuple(item.text() for item in group.texts("members") if item.text() in places)
    return Fork(group, group.text("key"), members)


def _span(fork: Fork, places: dict[str, int]) -> tuple[int, int]:
    taken = [places[member] for member in fork.members]
    return (min(taken), max(taken)) if taken else _NOTHING
