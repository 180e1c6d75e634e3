"""What a run is made of: its state, its steps, their pauses. Values only; nothing here decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from kelola.sop.definition.shape import Procedure, Strand
    from kelola.workcal.rules import Slot


class RunState(StrEnum):
    """Where a run stands."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    """Where a step stands.

    ``waiting`` is for its requirement: its clock is not running yet. ``ordered`` was decided by
    word of mouth and recorded by somebody else.
    """

    WAITING = "waiting"
    READY = "ready"
    STARTED = "started"
    PAUSED = "paused"
    DONE = "done"
    RETURNED = "returned"
    SKIPPED = "skipped"
    ORDERED = "ordered"
    NOT_CARRIED_OUT = "not_carried_out"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({StepState.WAITING, StepState.READY, StepState.STARTED, StepState.PAUSED})
# States whose result a parallel group may count on.
SETTLED_STATES = frozenset(
    {StepState.DONE, StepState.ORDERED, StepState.SKIPPED, StepState.NOT_CARRIED_OUT}
)
# States in which somebody decided: they bar the same person from the step that checks it.
DECIDED_STATES = frozenset({StepState.DONE, StepState.ORDERED})


class PauseReason(StrEnum):
    """Why a clock may stand still; the list is closed because every report shows it."""

    REQUESTER = "requester"
    THIRD_PARTY = "third_party"
    SPARE_PART = "spare_part"
    BUDGET = "budget"
    POWER_OR_NETWORK = "power_or_network"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a step's clock stood still. ``end`` is None while it lasts.

    ``until`` is the day somebody promised; it reminds and binds nobody.
    """

    start: datetime
    end: datetime | None
    reason: PauseReason
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt at one activity.

    ``clock_from`` is the moment the clock started (None while waiting), ``due_target`` the earlier
    end of a range, ``due_at`` the limit. ``finished_at`` is when the act was performed; it may lie
    before ``opened_at`` if somebody did the work first and recorded it afterwards. For a step
    that was cancelled or not carried out it is when it was closed, for the latter by ``performer``.
    ``not_needed`` marks a step cancelled because its group went on without it.
    """

    activity: str
    attempt: int
    state: StepState
    opened_at: datetime
    clock_from: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    due_target: datetime | None = None
    due_at: datetime | None = None
    outcome: str = ""
    assignee: str = ""
    performer: str = ""
    pauses: tuple[Pause, ...] = ()
    not_needed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on this step."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of one strand of a procedure. ``steps`` stand in the order they opened."""

    procedure: Procedure
    strand: Strand
    state: RunState
    slot: Slot | None
    opened_at: datetime
    steps: tuple[Step, ...] = ()

    def latest(self, activity: str) -> Step | None:
        """Return the newest attempt at an activity, or None if it was never opened."""
        return next((s for s in reversed(self.steps) if s.activity == activity), None)

    def step(self, activity: str, attempt: int) -> Step | None:
        """Return one attempt at an activity, or None."""
        return next(
            (s for s in self.steps if s.activity == activity and s.attempt == attempt), None
        )

    def open_steps(self) -> tuple[Step, ...]:
        """Return the steps somebody still has to act on, in the order they opened."""
        return tuple(s for s in self.steps if s.is_open)


def changed_steps(before: Run, after: Run) -> tuple[Step, ...]:
    """Return the steps of ``after`` that are new or differ, so that only those need saving."""
    known = {(s.activity, s.attempt): s for s in before.steps}
    return tuple(s for s in after.steps if known.get((s.activity, s.attempt)) != s)
