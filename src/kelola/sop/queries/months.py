"""The month to be closed: the rows of its strands, as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.sop.models import MonthClose, Run, SopVersion, Step
from kelola.sop.queries.definitions import definition
from kelola.sop.queries.runs import WITH_ANSWER
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kelola.sop.definition.shape import Activity, Procedure, Strand

SETTLED = frozenset({"done", "ordered", "skipped", "not_carried_out"})
DONE = frozenset({"done", "ordered", "skipped"})


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One activity of the month: its run where there is one, and its newest attempt."""

    procedure: Procedure
    strand: Strand
    activity: Activity
    run: Run | None
    step: Step | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: done, or said not to be carried out."""
        return self.step is not None and self.step.state in SETTLED


@dataclass(frozen=True, slots=True)
class Month:
    """The month of one SOP, its rows in the SOP's order."""

    version: SopVersion
    first: date
    rows: tuple[MonthRow, ...]
    closed: MonthClose | None

    @property
    def heads(self) -> frozenset[str]:
        """The roles at the head of its procedures."""
        return frozenset(row.procedure.head for row in self.rows)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many rows are done, of these recorded afterwards, and how many not carried out."""
        steps = [row.step for row in self.rows if row.step is not None]
        done = [s for s in steps if s.state in DONE]
        late = [s for s in done if s.late_reason]
        return len(done), len(late), sum(1 for s in steps if s.state == "not_carried_out")

    @property
    def is_settled(self) -> bool:
        """Whether every row is settled."""
        return bool(self.rows) and all(row.is_settled for row in self.rows)


def month_of(version: SopVersion, calendar: workcal.Calendar, first: date) -> Month:
    """Return the month of an SOP, in two queries however many rows.

    Args:
        version: the version in use; a run of another one counts by its activities' keys.
        calendar: of the office.
        first: the month's first day.

    """
    parts = [
        (procedure, strand)
        for procedure in definition(version.definition_id).procedures
        for strand in procedure.strands
        if strand.closes_month
    ]
    keys = {strand.key: _key(calendar, strand, first) for _procedure, strand in parts}
    runs = _runs(version, keys)
    steps = _steps(runs)
    rows = tuple(
        MonthRow(procedure, strand, procedure.activity(key), run, steps.get((run.pk, key)))
        if (run := runs.get(strand.key)) is not None
        else MonthRow(procedure, strand, procedure.activity(key), None, None)
        for procedure, strand in parts
        for key in strand.activities
    )
    closed = MonthClose.objects.filter(sop=version.sop_id, month=first)
    return Month(version, first, rows, closed.select_related("closed_by").first())


def _key(calendar: workcal.Calendar, strand: Strand, first: date) -> str:
    slot = workcal.slot_on(calendar, strand.rule, first)
    return slot.key if slot else ""


def _runs(version: SopVersion, keys: Mapping[str, str]) -> dict[str, Run]:
    wanted = Run.objects.filter(
        sop=version.sop_id, strand__in=keys, slot_key__in=set(keys.values()) - {""}
    ).exclude(state="cancelled")
    return {r.strand: r for r in wanted if keys[r.strand] == r.slot_key}


def _steps(runs: Mapping[str, Run]) -> dict[tuple[object, str], Step]:
    """Return the newest attempt at each activity of these runs."""
    found = Step.objects.filter(run__in=[r.pk for r in runs.values()]).select_related(
        "run", "assignee", "performer", *WITH_ANSWER
    )
    with_pauses = found.prefetch_related("pauses").order_by("position")
    return {(step.run_id, step.activity): step for step in with_pauses}
