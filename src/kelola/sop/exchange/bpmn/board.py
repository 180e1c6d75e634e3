"""The board a strand is drawn on: what single activities and groups are drawn with alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.engine import END
from kelola.sop.exchange.bpmn.shape import Graph, Kind, Node
from kelola.workcal.rules import Recurrence, parse_standard

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Activity, Procedure, Strand


class Board:
    """Draws one strand from left to right: every activity has a column of its own."""

    def __init__(self, graph: Graph, procedure: Procedure, strand: Strand) -> None:
        self.graph = graph
        self.procedure = procedure
        self.strand = strand
        self.columns = 0

    def take(self) -> int:
        """Return the next free column."""
        self.columns += 1
        return self.columns - 1

    def name(self, what: str, key: str = "") -> str:
        """Return the id of a node; a strand's number keeps it apart from other strands'."""
        return f"{what}{self.graph.number}.{key}" if key else f"{what}{self.graph.number}"

    def entry(self, target: str) -> str:
        """Return the node that an outcome leads to from outside of a group.

        Which member a return means is asked inside the group.
        """
        if target == END:
            return self.name("end")
        entered = self.strand.group(target) or self.strand.group_of(target)
        if entered is None:
            return self.name("task", target)
        plain = self.name("enter", entered.key)
        return plain if plain in self.graph.nodes else self.name("group", entered.key)

    def activity(self, activity: Activity, column: int, inside: str = "") -> None:
        """Draw an activity, its decision and, where its time is a span, the clock on its edge."""
        key, lane = self.name("task", activity.key), activity.actor
        title = f"{activity.key} {activity.title.id}"
        words = described(activity)
        self.graph.add(Node(key, Kind.ACTIVITY, title, lane, column, inside=inside, words=words))
        if len(activity.outcomes) > 1:
            gate = self.name("gate", activity.key)
            self.graph.add(Node(gate, Kind.DECISION, "", lane, column, part=1, inside=inside))
            self.graph.join(key, gate)
        limit = "" if activity.key in self.strand.due_with_slot else span(activity.time)
        if limit:
            self._clock(activity, column, inside, limit)

    def _clock(self, activity: Activity, column: int, inside: str, limit: str) -> None:
        clock, told = self.name("late", activity.key), self.name("told", activity.key)
        lane, on = activity.actor, self.name("task", activity.key)
        words = f"Lewat {activity.time_words.id or limit}"
        self.graph.add(
            Node(clock, Kind.LATE, words, lane, column, inside=inside, attached=on, duration=limit)
        )
        above = activity.escalate_to
        title = f"Beri tahu {self.procedure.role(above).title.id}" if above else "Terlambat"
        self.graph.add(Node(told, Kind.END, title, lane, column, inside=inside, attached=clock))
        self.graph.join(clock, told)

    def source(self, activity: Activity) -> str:
        """Return the node from which the outcomes of a drawn activity leave."""
        gate = self.name("gate", activity.key)
        return gate if gate in self.graph.nodes else self.name("task", activity.key)


def span(time: str) -> str:
    """Return the ISO duration after which a standard is overstepped; empty for a recurrence."""
    if isinstance(parse_standard(time), Recurrence):
        return ""
    return time.rpartition("..")[2]


def described(activity: Activity) -> str:
    """Return the quality standard of an activity as the form of an SOP names it."""
    lines = [
        ("Persyaratan/Kelengkapan", activity.requirement.id),
        ("Waktu", activity.time_words.id or activity.time),
        ("Output", activity.output.id),
        ("Menunggu", activity.waits_for.id if activity.waits_for else ""),
        ("Formulir", activity.form.number),
        ("Bukan orang yang sama dengan", ", ".join(activity.not_same_person_as)),
        ("Keterangan", activity.remarks),
    ]
    return "\n".join(f"{name}: {text}" for name, text in lines if text)
