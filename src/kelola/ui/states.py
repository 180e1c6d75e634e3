"""How each state looks: a word, a shape and a tone, never a tone alone.

The words are the glossary's; upper apps name their states ``<kind>.<value of the enum>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Look:
    """One state's word, shape (a symbol ``s-…`` of the sprite) and tone."""

    word: str | Promise
    shape: str
    tone: str


LOOKS: dict[str, Look] = {
    "run.open": Look(_("Running"), "ring", "blue"),
    "run.completed": Look(_("Completed"), "dot", "green"),
    "run.cancelled": Look(_("Cancelled"), "cross", "plain"),
    "step.not_open": Look(_("Not yet its turn"), "small", "plain"),
    "step.waiting": Look(_("Waiting for its requirement"), "dash", "plain"),
    "step.ready": Look(_("Ready to be done"), "ready", "blue"),
    "step.started": Look(_("Being done"), "play", "green"),
    "step.paused": Look(_("Clock stopped"), "pause", "gold"),
    "step.done": Look(_("Done"), "check", "green"),
    "step.done_late": Look(_("Done after its due time"), "check-late", "gold"),
    "step.recorded_late": Look(_("Recorded afterwards"), "check-late", "gold"),
    "step.returned": Look(_("Returned"), "return", "red"),
    "step.skipped": Look(_("Skipped by rule"), "skip", "plain"),
    "step.ordered": Look(_("Verbal order"), "speech", "gold"),
    "step.not_carried_out": Look(_("Not carried out (with a reason)"), "slash", "plain"),
    "step.not_needed": Look(_("Not needed"), "slash", "plain"),
    "step.cancelled": Look(_("Cancelled"), "cross", "plain"),
    "step.late": Look(_("Past its due time"), "triangle", "red"),
    "step.soon": Look(_("Due soon"), "diamond", "gold"),
    "sample.passed": Look(_("In order"), "check", "green"),
    "sample.failed": Look(_("Not in order"), "triangle", "gold"),
    "monitoring.well": Look(_("Runs well"), "check", "green"),
    "monitoring.not_well": Look(_("Does not run well"), "triangle", "gold"),
    "sop.draft": Look(_("Draft"), "page", "plain"),
    "sop.trial": Look(_("On trial"), "ring", "gold"),
    "sop.in_force": Look(_("In force"), "dot", "green"),
    "sop.superseded": Look(_("Superseded"), "skip", "plain"),
    "sop.revoked": Look(_("Revoked"), "cross", "red"),
    "basis.in_force": Look(_("In force"), "dot", "green"),
    "basis.replaced": Look(_("Replaced"), "skip", "gold"),
    "basis.unknown": Look(_("Not yet checked"), "dash", "plain"),
    "decree.in_force": Look(_("In force"), "dot", "green"),
    "decree.ending_soon": Look(_("Ends soon"), "diamond", "gold"),
    "decree.ended": Look(_("Run out"), "triangle", "red"),
    "decree.not_begun": Look(_("Not begun yet"), "small", "plain"),
    "account.active": Look(_("Can sign in"), "dot", "green"),
    "account.admin": Look(_("Administrator"), "ring", "blue"),
    "account.none": Look(_("No account"), "small", "plain"),
    "account.closed": Look(_("Account closed"), "cross", "plain"),
    "import.new": Look(_("New"), "ring", "green"),
    "import.changed": Look(_("Changes"), "diamond", "gold"),
    "import.unchanged": Look(_("Unchanged"), "small", "plain"),
    "import.fault": Look(_("To be mended"), "triangle", "red"),
    "evidence.there": Look(_("There"), "check", "green"),
    "evidence.missing": Look(_("Not yet"), "triangle", "red"),
    "evidence.none_needed": Look(_("Lawfully without"), "slash", "plain"),
    "file.unchecked": Look(_("Not yet checked"), "dash", "plain"),
    "file.whole": Look(_("Unchanged"), "check", "green"),
    "file.altered": Look(_("Altered outside Kelola"), "triangle", "red"),
    "file.missing": Look(_("Missing on the disk"), "triangle", "red"),
    "file.unused": Look(_("Not used on a form"), "dash", "gold"),
    "actor.assumed": Look(_("Not yet ratified"), "diamond", "gold"),
}
SHAPES = {
    "green": "dot",
    "gold": "diamond",
    "red": "triangle",
    "blue": "ring",
    "plain": "small",
}
