"""A strand as the checks see it: its activities in order and its groups, over unchecked data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kelola.sop.definition.checks.node import Node

END = "end"


@dataclass(frozen=True, slots=True)
class Fork:
    """A group of parallel activities, with those members that the strand knows."""

    node: Node
    key: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Road:
    """A strand with the activities it names that exist in its procedure.

    ``places`` holds the place of each activity on the road, ``keyed`` the groups by key and
    ``owners`` the group of each member.
    """

    strand: Node
    procedure: Node
    places: dict[str, int]
    activities: dict[str, Node]
    forks: tuple[Fork, ...]
    keyed: dict[str, Fork]
    owners: dict[str, Fork]

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

    def targets(self) -> list[str]:
        """Return what an outcome may lead to, the end apart."""
        return [*self.places, *self.keyed]

    def known(self, target: str) -> bool:
        """Tell whether an activity or group of this name is on the road."""
        return target in self.places or target in self.keyed

    def span(self, target: str) -> tuple[int, int]:
        """Return the first and last place of what a target opens; (0, -1) if it opens nothing."""
        fork = self.keyed.get(target)
        opened = fork.members if fork is not None else (target,)
        places = [self.places[key] for key in opened if key in self.places]
        return (min(places), max(places)) if places else (0, -1)

    def before(self, target: str, activity: str) -> bool:
        """Tell whether everything a target opens lies before an activity."""
        first, last = self.span(target)
        return first <= last < self.places[activity]

    def after(self, target: str, activity: str) -> bool:
        """Tell whether everything a target opens lies after an activity."""
        first, last = self.span(target)
        return first > last or first > self.places[activity]


def road(procedure: Node, strand: Node) -> Road:
    """Return a strand of a procedure as a road."""
    known = {a.text("key"): a for a in procedure.each("activities") if a.text("key")}
    places: dict[str, int] = {}
    for item in strand.texts("activities"):
        if item.text() in known:
            places.setdefault(item.text(), len(places))
    forks = tuple(_fork(group, places) for group in strand.each("groups") if group.text("key"))
    return Road(
        strand=strand,
        procedure=procedure,
        places=places,
        activities={key: known[key] for key in places},
        forks=forks,
        keyed={fork.key: fork for fork in reversed(forks)},
        owners={member: fork for fork in reversed(forks) for member in fork.members},
    )


def _fork(group: Node, places: dict[str, int]) -> Fork:
    members = tuple(item.text() for item in group.texts("members") if item.text() in places)
    return Fork(group, group.text("key"), members)
