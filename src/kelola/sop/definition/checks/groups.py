"""The groups of a strand: one level of parallel activities that come together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.definition.checks.node import Node, named, repeated, twice
from kelola.sop.definition.checks.road import END, Fork, Road

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.problems import Found


def faults(road: Road) -> Iterator[Found]:
    """Yield what is wrong with the groups of a strand."""
    yield from twice((fork.node for fork in road.forks), "key")
    taken: dict[str, str] = {}
    for fork in road.forks:
        if fork.key == END or fork.key in road.places:
            yield fork.node.at("key").found("group_key_taken", group=fork.key)
        yield from repeated(fork.node.texts("members"))
        for member in fork.node.texts("members"):
            yield from _member(road, fork, member, taken)
        yield from _target(road, fork)
        yield from _joined(road, fork)
    first = road.strand.at("first")
    own = road.fork_of(first.text())
    if own is not None:
        yield first.found("first_in_group", activity=first.text(), group=own.key)


def _member(road: Road, fork: Fork, member: Node, taken: dict[str, str]) -> Iterator[Found]:
    name = member.text()
    if road.fork(name) is not None:
        yield member.found("group_nested", group=fork.key, member=name)
    elif name not in road.places:
        yield member.found(
            "group_member_unknown",
            group=fork.key,
            member=name,
            strand=road.key,
            known=named(road.places),
        )
    elif taken.setdefault(name, fork.key) != fork.key:
        yield member.found("group_member_shared", member=name, other=taken[name])


def _target(road: Road, fork: Fork) -> Iterator[Found]:
    to = fork.node.text("to")
    if not to or to == END:
        return
    after = [k for k in road.targets() if all(road.after(k, m) for m in fork.members)]
    if to not in road.targets() or to == fork.key or to not in after:
        yield fork.node.at("to").found(
            "group_to_nowhere",
            group=fork.key,
            to=to,
            known=named(k for k in after if k != fork.key),
        )


def _joined(road: Road, fork: Fork) -> Iterator[Found]:
    """A group waits for all members, or for one; who has to come must be able to."""
    apart = [m for m in fork.members if not _comes(road, fork, m)]
    if fork.node.text("join") == "any" and len(apart) < len(fork.members):
        return
    for member in apart:
        yield fork.node.at("members").found("group_never_joined", group=fork.key, member=member)


def _comes(road: Road, fork: Fork, member: str) -> bool:
    outcomes = road.activities[member].each("outcomes")
    return any(o.text("to") == fork.key and not o.true("is_return") for o in outcomes)
