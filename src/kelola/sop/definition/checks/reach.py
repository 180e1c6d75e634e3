"""Whether every activity of a strand is reached, and whether an end is reached from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.definition.checks.road import END, Road

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.problems import Found

Ways = dict[str, set[str]]


def faults(road: Road) -> Iterator[Found]:
    """Yield the activities that no run comes to and those no run gets away from."""
    first = road.strand.text("first")
    ways = _ways(road)
    if first in road.places:
        reached = _spread(ways, first)
        for key, activity in road.activities.items():
            if key not in reached:
                yield activity.at("key").found(
                    "unreachable", activity=key, first=first, strand=road.key
                )
    ending = _spread(_turned(ways), END)
    for key, activity in road.activities.items():
        if key not in ending and activity.each("outcomes"):
            yield activity.at("outcomes").found("no_end", activity=key, strand=road.key)


def _ways(road: Road) -> Ways:
    """Return where one can go from each activity and group; ``end`` is a place, too."""
    ways: Ways = {}
    for key, activity in road.activities.items():
        own = road.fork_of(key)
        goals = {outcome.text("to") for outcome in activity.each("outcomes")}
        if own is not None and own.key in goals:
            goals.remove(own.key)
            goals.add(_joined(own.key))
        ways[key] = goals
    for fork in road.forks:
        ways[fork.key] = set(fork.members)
        ways[_joined(fork.key)] = {fork.node.text("to")}
    return ways


def _joined(group: str) -> str:
    """Name the point where a group has come together: it lies behind its members."""
    return f"{group}|"


def _turned(ways: Ways) -> Ways:
    turned: Ways = {}
    for start, goals in ways.items():
        for goal in goals:
            turned.setdefault(goal, set()).add(start)
    return turned


def _spread(ways: Ways, start: str) -> set[str]:
    """Return everything that can be reached from a place, itself included."""
    reached, waiting = {start}, [start]
    while waiting:
        for goal in ways.get(waiting.pop(), set()) - reached:
            reached.add(goal)
            waiting.append(goal)
    return reached
