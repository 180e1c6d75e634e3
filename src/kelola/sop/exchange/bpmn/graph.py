"""From a strand to the symbols and arrows of its diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.exchange.bpmn import asked, groups
from kelola.sop.exchange.bpmn.board import Board
from kelola.sop.exchange.bpmn.shape import Graph, Kind, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.shape import Activity, Group, Procedure, Strand

WAYS = {"on_request": "atas permintaan", "on_schedule": "terjadwal", "on_verb": "dari riwayat"}


def graph_of(procedure: Procedure, strand: Strand, number: int) -> Graph:
    """Return the diagram of one strand; ``number`` tells it from the other strands of the SOP."""
    acting = {procedure.activity(key).actor for key in strand.activities}
    graph = Graph(
        number=number,
        key=strand.key,
        title=f"{procedure.title.id} · {strand.title.id}",
        words=_opening(strand),
        lanes=tuple((r.key, r.title.id) for r in procedure.roles if r.key in acting),
    )
    _draw(Board(graph, procedure, strand))
    return graph


def _opening(strand: Strand) -> str:
    parts = [f"Dibuka: {', '.join(WAYS[way.value] for way in strand.opens)}."]
    if strand.rule:
        parts.append(f"Jadwal (RFC 5545): {strand.rule}.")
    if strand.verbs:
        parts.append(f"Riwayat: {', '.join(strand.verbs)}.")
    return " ".join(parts)


def _draw(board: Board) -> None:
    graph, strand = board.graph, board.strand
    activities = [board.procedure.activity(key) for key in strand.activities]
    start, end = board.name("start"), board.name("end")
    graph.add(Node(start, Kind.START, "Mulai", activities[0].actor, board.take()))
    for block in _blocks(strand):
        if isinstance(block, str):
            board.activity(board.procedure.activity(block), board.take())
        else:
            groups.draw(board, block)
    graph.add(Node(end, Kind.END, "Selesai", activities[-1].actor, board.take()))
    graph.join(start, board.entry(strand.first))
    for group in strand.groups:
        groups.lead_on(board, group)
    for activity in activities:
        if strand.group_of(activity.key) is None:
            _outcomes(board, activity)
    for group in strand.groups:
        groups.spare(board, group)


def _blocks(strand: Strand) -> Iterator[str | Group]:
    """Yield activities and groups in order, a group where its first member stands."""
    seen: set[str] = set()
    for key in strand.activities:
        group = strand.group_of(key)
        if group is None:
            yield key
        elif group.key not in seen:
            seen.add(group.key)
            yield group


def _outcomes(board: Board, activity: Activity) -> None:
    several = len(activity.outcomes) > 1
    for outcome in activity.outcomes:
        when = asked.outcome_is(outcome.code) if several else ""
        goal = board.entry(outcome.to)
        board.graph.join(board.source(activity), goal, outcome.label.id, when)
