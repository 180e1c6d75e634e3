"""What a command changed: enough to follow every step's state without looking at the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from .state import PauseReason, StepState


@dataclass(frozen=True, slots=True)
class StepOpened:
    """A new attempt opened, ``waiting`` or ``ready``."""

    activity: str
    attempt: int
    state: StepState
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequirementMet:
    """What the step waited for exists; its clock runs from ``clock_from`` and it is ready."""

    activity: str
    attempt: int
    clock_from: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepClaimed:
    """Somebody took the step up. ``taken_from`` is the assignee before, or empty.

    The step is started, unless it is ``paused``: then it stays so until the clock runs on.
    """

    activity: str
    attempt: int
    by: str
    taken_from: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """The step is done. ``to`` is an activity, a group or ``"end"``, as the outcome says."""

    activity: str
    attempt: int
    by: str
    outcome: str
    to: str


@dataclass(frozen=True, slots=True)
class StepReturned:
    """The step is returned to ``to``."""

    activity: str
    attempt: int
    by: str
    outcome: str
    to: str


@dataclass(frozen=True, slots=True)
class StepLeftUndone:
    """The step is not carried out; the run went on to ``to``."""

    activity: str
    attempt: int
    by: str
    to: str


@dataclass(frozen=True, slots=True)
class StepPassed:
    """A standing disposition settled the step; the run went on to ``to``."""

    activity: str
    attempt: int
    outcome: str
    to: str


@dataclass(frozen=True, slots=True)
class StepOrdered:
    """The step was decided by word of mouth; the run went on to ``to``."""

    activity: str
    attempt: int
    by: str
    outcome: str
    to: str


@dataclass(frozen=True, slots=True)
class ClockPaused:
    """The step is paused."""

    activity: str
    attempt: int
    reason: PauseReason
    until: date | None


@dataclass(frozen=True, slots=True)
class ClockResumed:
    """The pause ended. ``state`` is what the step is now, or was before it was closed."""

    activity: str
    attempt: int
    state: StepState


@dataclass(frozen=True, slots=True)
class DueMoved:
    """The due of a step moved. A range moves both its ends."""

    activity: str
    attempt: int
    old: datetime | None
    new: datetime | None
    old_target: datetime | None = None
    new_target: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepCancelled:
    """The step is cancelled. ``not_needed``: its group went on without it."""

    activity: str
    attempt: int
    not_needed: bool


@dataclass(frozen=True, slots=True)
class RunCompleted:
    """The run reached its end."""


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """The run was given up."""


StepFact = (
    StepOpened
    | RequirementMet
    | StepClaimed
    | StepFinished
    | StepReturned
    | StepLeftUndone
    | StepOrdered
    | StepPassed
    | ClockPaused
    | ClockResumed
    | DueMoved
    | StepCancelled
)
Fact = StepFact | RunCompleted | RunCancelled
