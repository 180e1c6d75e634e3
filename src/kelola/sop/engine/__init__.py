"""The engine that runs an SOP: pure functions over immutable values, free of any framework.

``open_run`` begins a run of one strand, ``advance`` carries out one command. Both return the run
after it and the facts that changed; who may ask, what is stored and what the ledger says is the
services' business.
"""

from .ahead import ahead, for_one_person, usual_road
from .clock import due_of, standard_of, wants_slot
from .commands import (
    CancelRun,
    Claim,
    Command,
    Finish,
    LeaveUndone,
    MeetRequirement,
    Order,
    PassByRule,
    PauseClock,
    Recompute,
    ResumeClock,
    StepCommand,
)
from .execution import advance, four_eyes, is_late_record, one_road, open_run
from .facts import (
    ClockPaused,
    ClockResumed,
    DueMoved,
    Fact,
    RequirementMet,
    RunCancelled,
    RunCompleted,
    StepCancelled,
    StepClaimed,
    StepFact,
    StepFinished,
    StepLeftUndone,
    StepOpened,
    StepOrdered,
    StepPassed,
    StepReturned,
)
from .refusal import Refusal, RefusalCode
from .road import END
from .state import (
    OPEN_STATES,
    Pause,
    PauseReason,
    Run,
    RunState,
    Step,
    StepState,
    changed_steps,
)

__all__ = [
    "END",
    "OPEN_STATES",
    "CancelRun",
    "Claim",
    "ClockPaused",
    "ClockResumed",
    "Command",
    "DueMoved",
    "Fact",
    "Finish",
    "LeaveUndone",
    "MeetRequirement",
    "Order",
    "PassByRule",
    "Pause",
    "PauseClock",
    "PauseReason",
    "Recompute",
    "Refusal",
    "RefusalCode",
    "RequirementMet",
    "ResumeClock",
    "Run",
    "RunCancelled",
    "RunCompleted",
    "RunState",
    "Step",
    "StepCancelled",
    "StepClaimed",
    "StepCommand",
    "StepFact",
    "StepFinished",
    "StepLeftUndone",
    "StepOpened",
    "StepOrdered",
    "StepPassed",
    "StepReturned",
    "StepState",
    "advance",
    "ahead",
    "changed_steps",
    "due_of",
    "for_one_person",
    "four_eyes",
    "is_late_record",
    "one_road",
    "open_run",
    "standard_of",
    "usual_road",
    "wants_slot",
]
