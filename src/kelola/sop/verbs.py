"""What the ledger can tell about SOPs, their runs and steps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb
from kelola.registry import topics

topics.register("sop.history", _("SOPs, runs and steps"))
verb("sop.definition.loaded", _("%(actor)s loaded an SOP file"))
verb("sop.version.adopted", _("%(actor)s put an SOP version into use"))
verb("sop.version.enforced", _("%(actor)s put an SOP version into force"))
verb("sop.version.revoked", _("%(actor)s revoked an SOP version"))
verb("sop.role.unassigned", _("%(actor)s took the role %(role)s from a post"))
verb("sop.role.ratified", _("%(actor)s recorded that the actor %(role)s is ratified"))
verb("sop.role.assigned", _("%(actor)s gave the role %(role)s to a post"))
verb("sop.run.opened", _("%(actor)s opened this run"))
verb("sop.run.completed", _("The run is complete"))
verb("sop.run.cancelled", _("%(actor)s cancelled this run"))
verb("sop.step.claimed", _("%(actor)s took up %(activity)s"))
verb("sop.step.readied", _("%(actor)s recorded that the requirement of %(activity)s is there"))
verb("sop.step.drafted", _("%(actor)s saved the form of %(activity)s"))
verb("sop.step.finished", _("%(actor)s finished %(activity)s"))
verb("sop.step.returned", _("%(actor)s returned %(activity)s"))
verb("sop.step.left_undone", _("%(actor)s recorded that %(activity)s is not carried out"))
verb("sop.step.ordered", _("%(actor)s recorded a verbal order for %(activity)s"))
verb("sop.step.passed", _("A standing disposition settled %(activity)s"))
verb("sop.disposition.given", _("%(actor)s gave a standing disposition"))
verb("sop.disposition.withdrawn", _("%(actor)s withdrew a standing disposition"))
verb("sop.feed.made", _("%(actor)s made an address for the calendar of a phone"))
verb("sop.feed.ended", _("%(actor)s ended the address for the calendar of a phone"))
verb("sop.order.ratified", _("%(actor)s ratified the verbal order for %(activity)s"))
verb("sop.order.refused", _("%(actor)s does not stand by the verbal order for %(activity)s"))
verb("sop.confirmation.given", _("%(actor)s confirmed that %(activity)s is not carried out"))
verb("sop.confirmation.refused", _("%(actor)s does not agree to leave %(activity)s undone"))
verb("sop.sample.passed", _("%(actor)s checked a sample of %(activity)s: in order"))
verb("sop.sample.failed", _("%(actor)s checked a sample of %(activity)s: not in order"))
verb("sop.answer.settled", _("%(actor)s said that this run is settled"))
verb("sop.answer.refused", _("%(actor)s said that this run is not settled"))
verb("sop.answer.assumed", _("No answer within three working days: taken as settled"))
verb("sop.month.closed", _("%(actor)s closed the month of %(month)s"))
verb("sop.step.paused", _("%(actor)s stopped the clock of %(activity)s"))
verb("sop.step.resumed", _("%(actor)s let the clock of %(activity)s run again"))
verb("sop.step.released", _("%(activity)s is free again: %(person)s no longer has access"))
verb("sop.step.reminded", _("Most of the time for %(activity)s is used up"))
verb("sop.step.fell_due", _("The due time of %(activity)s has passed"))
verb("sop.step.escalated", _("%(activity)s is still open a working day after its due time"))
verb("sop.clock.moved", _("Due times followed a change of the calendar"))
