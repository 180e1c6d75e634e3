"""Every change of state of SOPs, runs and steps, and the kinds of their arguments."""

from kelola.sop.engine import Refusal
from kelola.sop.models import (
    AnswerState,
    ConfirmationKind,
    ConfirmationState,
    Origin,
    Run,
    SampleState,
    VersionState,
)
from kelola.sop.policies import NotAllowed
from kelola.sop.services.answers import answer_run, take_silence
from kelola.sop.services.beginning import begin_sop
from kelola.sop.services.clocks import meet_requirement, pause_clock, resume_clock
from kelola.sop.services.confirmations import answer, ratify_orders
from kelola.sop.services.definitions import (
    adopt_sop,
    assign_role,
    load_definition,
    take_draft,
)
from kelola.sop.services.dues import tell_dues
from kelola.sop.services.feeds import end_feed, make_feed
from kelola.sop.services.handovers import Handing, hand_over
from kelola.sop.services.months import close_month
from kelola.sop.services.orders import record_order
from kelola.sop.services.quiet import nothing_to_report
from kelola.sop.services.recording import record_done
from kelola.sop.services.releasing import release_steps
from kelola.sop.services.rounds import look_again, open_rounds
from kelola.sop.services.runs import SlotTaken, cancel_run, open_run, recompute_open_clocks
from kelola.sop.services.samples import check_sample
from kelola.sop.services.standing import Given, give_disposition, withdraw_disposition
from kelola.sop.services.steps import (
    OutputIncomplete,
    StaleForm,
    claim_step,
    finish_step,
    save_draft,
)
from kelola.sop.services.together import PartsIncomplete, RowChanged, finish_together
from kelola.sop.services.undone import leave_undone
from kelola.sop.services.versions import (
    enforce_version,
    ratify_roles,
    revoke_version,
    unassign_role,
)

# The answers to a person whose act does not fit what is there.
REFUSALS = (Refusal, NotAllowed, OutputIncomplete, StaleForm, SlotTaken, Run.DoesNotExist)

__all__ = [
    "REFUSALS",
    "AnswerState",
    "ConfirmationKind",
    "ConfirmationState",
    "Given",
    "Handing",
    "Origin",
    "OutputIncomplete",
    "PartsIncomplete",
    "RowChanged",
    "SampleState",
    "SlotTaken",
    "StaleForm",
    "VersionState",
    "adopt_sop",
    "answer",
    "answer_run",
    "assign_role",
    "begin_sop",
    "cancel_run",
    "check_sample",
    "claim_step",
    "close_month",
    "end_feed",
    "enforce_version",
    "finish_step",
    "finish_together",
    "give_disposition",
    "hand_over",
    "leave_undone",
    "load_definition",
    "look_again",
    "make_feed",
    "meet_requirement",
    "nothing_to_report",
    "open_rounds",
    "open_run",
    "pause_clock",
    "ratify_orders",
    "ratify_roles",
    "recompute_open_clocks",
    "record_done",
    "record_order",
    "release_steps",
    "resume_clock",
    "revoke_version",
    "save_draft",
    "take_draft",
    "take_silence",
    "tell_dues",
    "unassign_role",
    "withdraw_disposition",
]
