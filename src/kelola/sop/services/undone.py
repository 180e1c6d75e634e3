"""Say that a step is not carried out; a superior is asked to confirm it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.rules import digest
from kelola.sop import engine
from kelola.sop.models import Confirmation, ConfirmationKind
from kelola.sop.rules import confirming_role
from kelola.sop.services.acts import Act
from kelola.sop.services.findable import index_step
from kelola.sop.services.runs import opened_data

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
            kind=ConfirmationKind.UNDONE,
            recorded_by=by,
        )
        told = {"reason": digest(act.step.salt, reason), "opened": opened_data(opened)}
        act.tell("sop.step.left_undone", **told)
        act.complete()
    return act.loaded.row
