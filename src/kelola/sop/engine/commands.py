"""What may be asked of a run. ``by`` is a person's id; moments are aware."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from .state import PauseReason


@dataclass(frozen=True, slots=True)
class Claim:
    """Take a step up. Claiming somebody else's step takes it over, openly."""

    activity: str
    attempt: int
    by: str


@dataclass(frozen=True, slots=True)
class MeetRequirement:
    """Say that what the step waits for exists, and since when."""

    activity: str
    attempt: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Finish:
    """Finish a step with one of its outcomes.

    ``output_complete`` says that the output the activity names is there, ``remarks_given`` that a
    remark was written. ``performed_at`` is when the act was done, if that was before it is
    recorded; on an earlier day it makes the record a late one, which says why
    (``late_reason_given``).
    """

    activity: str
    attempt: int
    by: str
    outcome: str
    output_complete: bool
    remarks_given: bool
    performed_at: datetime | None = None
    late_reason_given: bool = False


@dataclass(frozen=True, slots=True)
class LeaveUndone:
    """Say that a step will not be carried out, and why; the run goes on without its output."""

    activity: str
    attempt: int
    by: str
    reason_given: bool


@dataclass(frozen=True, slots=True)
class Order:
    """Record that ``by`` decided a step by word of mouth, so that the work can go on at once.

    ``ordered_at`` is when they said so. A return is never ordered: it goes back in writing.
    """

    activity: str
    attempt: int
    by: str
    outcome: str
    ordered_at: datetime
    words_given: bool


@dataclass(frozen=True, slots=True)
class PassByRule:
    """Let a standing disposition settle a step that nobody has taken up: no person did it."""

    activity: str
    attempt: int
    outcome: str


@dataclass(frozen=True, slots=True)
class PauseClock:
    """Let a step's clock stand still, for a reason and with a note."""

    activity: str
    attempt: int
    reason: PauseReason
    until: date | None
    note_given: bool


@dataclass(frozen=True, slots=True)
class ResumeClock:
    """Let a step's clock run on."""

    activity: str
    attempt: int


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Give up the run with all its open steps."""

    reason_given: bool


@dataclass(frozen=True, slots=True)
class Recompute:
    """Let the open clocks follow the calendar now in force; finished ones never change."""


StepCommand = (
    Claim | MeetRequirement | Finish | LeaveUndone | Order | PassByRule | PauseClock | ResumeClock
)
Command = StepCommand | CancelRun | Recompute
