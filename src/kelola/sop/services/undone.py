"""Say that a step is not carried out, and a superior's word on that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.sop import engine, policies, queries
from kelola.sop.models import Confirmation, ConfirmationState
from kelola.sop.rules import confirming_role
from kelola.sop.services.acts import Act
from kelola.sop.services.findable import index_step
from kelola.sop.services.runs import opened_data
from kelola.sop.words import say
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person
    from kelola.sop.models import Run


def leave_undone(*, step_id: UUID, reason: str, by: Person, at: datetime) -> Run:
    """Record that a step is not carried out; the run goes on and a superior is asked to confirm.

    Args:
        step_id: the step.
        reason: why, in the person's words; kept as the step's remarks.
        by: who says so.
        at: aware moment.

    Returns:
        the run after it.

    Raises:
        NotAllowed: the person does not hold the role.
        engine.Refusal: no reason, a step that decides how the run goes on, four eyes, a step
            that is closed or somebody else's.

    """
    reason = reason.strip()
    with transaction.atomic():
        act = Act(step_id, by, at)
        act.step.remarks = reason
        act.step.acting_for = act.acting_for
        opened = act.apply(engine.LeaveUndone(*act.key, str(by.id), bool(reason)))
        index_step(act.step, act.activity.form.fields)
        procedure = act.loaded.value.procedure
        Confirmation.objects.create(
            office_id=act.step.office_id,
            step=act.step,
            sop_id=act.step.sop_id,
            role=confirming_role(act.activity, procedure.head, act.roles),
        )
        told = {"reason": digest(act.step.salt, reason), "opened": opened_data(opened)}
        act.tell("sop.step.left_undone", **told)
        act.complete()
    return act.loaded.row


def answer_undone(
    *, step_id: UUID, state: ConfirmationState, remarks: str, by: Person, at: datetime
) -> Confirmation:
    """Confirm that a step was not carried out, or refuse to; the run stays as it is.

    Args:
        step_id: the step.
        state: given or refused.
        remarks: the superior's words; required for a refusal.
        by: who answers.
        at: aware moment.

    Raises:
        Confirmation.DoesNotExist: nobody asked for a word on this step.
        NotAllowed: it is asked of another role, the person's own record, answered already, or a
            refusal without words.

    """
    remarks = remarks.strip()
    with transaction.atomic():
        row = Confirmation.objects.select_for_update(of=("self",)).get(step_id=step_id)
        _require_may(row, by, at)
        if row.state != ConfirmationState.ASKED:
            raise policies.NotAllowed(_("This was already answered."))
        if state == ConfirmationState.REFUSED and not remarks:
            raise policies.NotAllowed(_("Write why you do not agree, then send again."))
        row.state, row.remarks, row.answered_by, row.answered_at = state, remarks, by, at
        row.save(update_fields=["state", "remarks", "answered_by", "answered_at"])
        step = row.step
        append(
            office=row.office_id,
            at=at,
            by=str(by.id),
            verb=f"sop.confirmation.{state}",
            object=f"sop.run:{step.run_id}",
            data={
                "step": str(step.id),
                "activity": step.activity,
                "attempt": step.attempt,
                "remarks": digest(step.salt, remarks),
            },
        )
    return row


def _require_may(row: Confirmation, by: Person, at: datetime) -> None:
    title = say(queries.procedure_of(row.step.run).role(row.role).title)
    today = workcal.local(calendar_of(row.office_id), at).date()
    roles = queries.roles_of(by, today).of(row.sop_id)
    own = row.step.performer_id == by.id
    policies.require(policies.may_confirm(roles, row.role, title, own=own))
