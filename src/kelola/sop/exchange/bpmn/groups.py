"""Parallel groups as BPMN.

A group whose members leave it only by finishing, and that nothing enters by a single member, is a
parallel fork and a parallel join. Every other group is an embedded sub-process. ``any`` ends it by
a terminating end as soon as one member is done. An outcome that leads out of it is an error end,
caught on its edge, so that the open fellow members go with it. A return to one member enters it by
a condition on each member. ``all`` is asked once more behind it: it is entered again for the
members whose result does not stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kelola.sop.definition.shape import GroupJoin
from kelola.sop.exchange.bpmn import asked
from kelola.sop.exchange.bpmn.shape import Kind, Node

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Activity, Group, Outcome, Procedure
    from kelola.sop.exchange.bpmn.board import Board


@dataclass(frozen=True, slots=True)
class Traits:
    """What a group needs beyond a fork.

    ``single`` are the returns from outside to one member: key, outcome. ``fellows``: members
    return to each other. ``out``: an outcome leads out of the group at once.
    """

    waits_for_all: bool
    fellows: bool
    out: bool
    single: tuple[tuple[str, Outcome], ...]

    @property
    def plain(self) -> bool:
        """Whether a fork and a join say everything."""
        return self.waits_for_all and not (self.fellows or self.out or self.single)

    @property
    def comes_again(self) -> bool:
        """Whether a member may lack a standing result when no member is open."""
        return self.waits_for_all and (self.fellows or (self.out and bool(self.single)))


def traits_of(procedure: Procedure, group: Group, strand_keys: tuple[str, ...]) -> Traits:
    """Look at how a group is left and entered."""
    outside = [procedure.activity(k) for k in strand_keys if k not in group.members]
    ways = {_way(group, o) for m in group.members for o in procedure.activity(m).outcomes}
    return Traits(
        waits_for_all=group.join is GroupJoin.ALL,
        fellows="fellow" in ways,
        out="out" in ways,
        single=tuple(
            (a.key, o) for a in outside for o in a.outcomes if o.is_return and o.to in group.members
        ),
    )


def _way(group: Group, outcome: Outcome) -> str:
    if outcome.is_return and outcome.to in group.members:
        return "fellow"
    if not outcome.is_return and outcome.to in (group.key, *group.members):
        return "done"
    return "out"


def draw(board: Board, group: Group) -> None:
    """Draw the members of a group and what holds them together."""
    traits = traits_of(board.procedure, group, board.strand.activities)
    if traits.plain:
        _plain(board, group)
    else:
        _boxed(board, group, traits)


def lead_on(board: Board, group: Group) -> None:
    """Draw the arrow from a finished group to what follows it."""
    graph, whole = board.graph, board.name("whole", group.key)
    goal = board.entry(group.to)
    if whole in graph.nodes:
        members = [board.procedure.activity(m) for m in group.members]
        complete = asked.every(_stands(m) for m in members)
        graph.join(whole, goal, "lengkap", complete)
        graph.join(whole, board.name("group", group.key), "belum lengkap", asked.no(complete))
    else:
        join = board.name("join", group.key)
        graph.join(join if join in graph.nodes else board.name("group", group.key), goal)
    box = board.name("group", group.key)
    for node in list(graph.nodes.values()):
        if node.kind is Kind.LEFT and node.attached == box:
            graph.join(node.id, board.entry(node.code))


def _plain(board: Board, group: Group) -> None:
    """A parallel gateway waits for all that lead into it: what comes by one of several roads, or
    with one of several outcomes, goes through an exclusive one first.
    """
    graph = board.graph
    members = [board.procedure.activity(m) for m in group.members]
    enter, fork = board.name("enter", group.key), board.name("fork", group.key)
    join, lane, column = board.name("join", group.key), members[0].actor, board.take()
    graph.add(Node(enter, Kind.DECISION, "", lane, column))
    graph.add(Node(fork, Kind.ALL, "", lane, column, part=1))
    graph.join(enter, fork)
    for member in members:
        board.activity(member, board.take())
        graph.join(fork, board.name("task", member.key))
    column = board.take()
    graph.add(Node(join, Kind.ALL, "", members[-1].actor, column))
    for member in members:
        goal = _merged(board, member) if len(member.outcomes) > 1 else ""
        for outcome in member.outcomes:
            when = asked.outcome_is(outcome.code) if goal else ""
            graph.join(board.source(member), goal or join, outcome.label.id, when)
        if goal:
            graph.join(goal, join)


def _merged(board: Board, member: Activity) -> str:
    own = board.graph.nodes[board.name("task", member.key)]
    key = board.name("merge", member.key)
    board.graph.add(Node(key, Kind.DECISION, "", own.lane, own.column, part=2))
    return key


def spare(board: Board, group: Group) -> None:
    """Take the exclusive gateway before a fork away where only one road leads there."""
    graph, enter = board.graph, board.name("enter", group.key)
    into = [f for f in graph.flows if f.target == enter]
    if enter in graph.nodes and len(into) == 1:
        fork = board.name("fork", group.key)
        graph.flows = [replace(f, target=fork) if f.target == enter else f
                       for f in graph.flows if f.source != enter]  # fmt: skip
        del graph.nodes[enter]
        graph.add(replace(graph.nodes[fork], part=0))


def _boxed(board: Board, group: Group, traits: Traits) -> None:
    graph = board.graph
    members = [board.procedure.activity(m) for m in group.members]
    box, lane, column = board.name("group", group.key), members[0].actor, board.take()
    start, split = board.name("open", group.key), board.name("split", group.key)
    chosen = bool(traits.single) or traits.comes_again
    words = "semua" if traits.waits_for_all else "yang pertama cukup"
    whole = graph.add(Node(box, Kind.GROUP, f"{group.key} ({words})", lane, column))
    kind = Kind.SOME if chosen else Kind.ALL
    graph.add(Node(start, Kind.START, "", lane, column, inside=box))
    graph.add(Node(split, kind, "", lane, column, part=1, inside=box))
    graph.join(start, split)
    for member in members:
        board.activity(member, board.take(), box)
        when = _wanted(members, traits, member) if chosen else ""
        graph.join(split, board.name("task", member.key), "", when)
    for member in members:
        _leaving(board, group, member, box)
    graph.nodes[box] = replace(whole, until=board.columns - 1)
    if traits.comes_again:
        again = board.name("whole", group.key)
        graph.add(Node(again, Kind.DECISION, "", lane, board.take()))
        graph.join(box, again)


def _stands(member: Activity) -> str:
    """Ask whether the newest result of a member is one that the group may count on."""
    return asked.stands(member.key, [o.code for o in member.outcomes if not o.is_return])


def _wanted(members: list[Activity], traits: Traits, member: Activity) -> str:
    """Ask whether a member opens when the group is entered.

    It does where a return names it, else where no return names a fellow member and the group is
    entered whole; entered again from itself, only members without a standing result open.
    """
    own = [asked.came_by(k, o.code) for k, o in traits.single if o.to == member.key]
    others = [asked.came_by(k, o.code) for k, o in traits.single if o.to != member.key]
    parts = [asked.no(asked.some(others))] if others else []
    if traits.comes_again:
        again = asked.came_from(m.key for m in members)
        parts.append(f"({asked.no(again)} or {asked.no(_stands(member))})")
    whole = asked.every(parts)
    return asked.some([*own, f"({whole})"]) if parts else asked.some([*own, "True"])


def _leaving(board: Board, group: Group, member: Activity, box: str) -> None:
    """Draw the outcomes of a member inside the box, each with the end it comes to."""
    graph, source = board.graph, board.source(member)
    column = graph.nodes[board.name("task", member.key)].column
    several, rows = len(member.outcomes) > 1, len(member.outcomes)
    for row, outcome in enumerate(member.outcomes):
        way = _way(group, outcome)
        key = board.name(way, f"{member.key}.{outcome.code}")
        when = asked.outcome_is(outcome.code) if several else ""
        place = Node(key, Kind.END, "", member.actor, column, 2, row, rows, box)
        if way == "fellow":
            goal = board.name("task", outcome.to)
            rest = board.name("rest", f"{member.key}.{outcome.code}")
            graph.add(replace(place, kind=Kind.DECISION))
            graph.add(replace(place, id=rest, part=3))
            graph.join(key, rest, "masih dikerjakan", asked.is_open(outcome.to))
            graph.join(key, goal, "", asked.no(asked.is_open(outcome.to)))
        elif way == "out":
            graph.add(replace(place, kind=Kind.LEAVE, code=outcome.to))
            _edge(board, group, outcome.to, box)
        else:
            first_wins = group.join is GroupJoin.ANY
            graph.add(replace(place, kind=Kind.FIRST_WINS if first_wins else Kind.END))
        graph.join(source, key, outcome.label.id, when)


def _edge(board: Board, group: Group, target: str, box: str) -> None:
    """Draw, once for each goal, the catch on the edge of a group that is left at once."""
    key = board.name("left", f"{group.key}.{target}")
    if key in board.graph.nodes:
        return
    graph, lane = board.graph, board.graph.nodes[box].lane
    row = sum(1 for n in graph.nodes.values() if n.attached == box)
    graph.add(
        Node(key, Kind.LEFT, "", lane, graph.nodes[box].column, row=row, attached=box, code=target)
    )
