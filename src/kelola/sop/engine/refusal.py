"""Why a command was refused. A refused command has changed nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .state import Run, Step


class RefusalCode(StrEnum):
    """The reasons, for the caller to put into words."""

    RUN_CLOSED = "run_closed"
    STEP_CLOSED = "step_closed"
    STEP_NOT_OPEN = "step_not_open"
    WRONG_ATTEMPT = "wrong_attempt"
    WAITING_FOR_REQUIREMENT = "waiting_for_requirement"
    NOT_WAITING = "not_waiting"
    FOUR_EYES = "four_eyes"
    ASSIGNED_TO_OTHER = "assigned_to_other"
    OUTPUT_MISSING = "output_missing"
    UNKNOWN_OUTCOME = "unknown_outcome"
    REASON_MISSING = "reason_missing"
    LATE_REASON_MISSING = "late_reason_missing"
    DECISION_WANTED = "decision_wanted"
    ALREADY_PAUSED = "already_paused"
    NOT_PAUSED = "not_paused"
    SLOT_MISSING = "slot_missing"
    SLOT_NOT_WANTED = "slot_not_wanted"


class Refusal(Exception):  # noqa: N818 - it is an answer to a person, not a fault of the program
    """A command was refused.

    ``params`` holds what the sentence to the person needs: for ``step_closed`` and
    ``wrong_attempt`` who decided (``by``), when (``at``), the ``outcome``, the ``state`` and the
    ``latest`` attempt; for ``four_eyes`` the ``other`` activity; for ``assigned_to_other`` the
    ``assignee``; for ``run_closed`` the run's ``state``.
    """

    def __init__(self, code: RefusalCode, activity: str = "", **params: object) -> None:
        super().__init__(code, activity, params)
        self.code = code
        self.activity = activity
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.activity}".strip()


def closed_step(code: RefusalCode, step: Step, run: Run) -> Refusal:
    """Return the refusal that tells who closed ``step``, when and how."""
    latest = run.latest(step.activity)
    return Refusal(
        code,
        step.activity,
        attempt=step.attempt,
        latest=latest.attempt if latest else step.attempt,
        state=step.state,
        by=step.performer,
        at=step.finished_at,
        outcome=step.outcome,
    )
