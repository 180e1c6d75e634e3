"""A superior's word on what was not carried out, or ordered by word of mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.sop import policies, queries
from kelola.sop.models import Confirmation, ConfirmationKind, ConfirmationState
from kelola.sop.words import say
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person

_VERBS = {
    (ConfirmationKind.UNDONE, ConfirmationState.GIVEN): "sop.confirmation.given",
    (ConfirmationKind.UNDONE, ConfirmationState.REFUSED): "sop.confirmation.refused",
    (ConfirmationKind.ORDER, ConfirmationState.GIVEN): "sop.order.ratified",
    (ConfirmationKind.ORDER, ConfirmationState.REFUSED): "sop.order.refused",
}


def answer(
    *, step_id: UUID, state: ConfirmationState, remarks: str, by: Person, at: datetime
) -> Confirmation:
    """Say a superior's word on a step, once; the run stays as it is.

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
        acting_for = _require_may(row, by, at)
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
            acting_for=acting_for,
            verb=_VERBS[ConfirmationKind(row.kind), state],
            object=f"sop.run:{step.run_id}",
            data={
                "step": str(step.id),
                "activity": step.activity,
                "attempt": step.attempt,
                "remarks": digest(step.salt, remarks),
            },
        )
    return row


def ratify_orders(*, step_ids: Sequence[UUID], by: Person, at: datetime) -> int:
    """Ratify verbal orders all at once; what was answered meanwhile is left as it is.

    Returns:
        how many were ratified.

    Raises:
        NotAllowed: one of them is asked of another role; then none is ratified.

    """
    with transaction.atomic():
        waiting = Confirmation.objects.filter(
            step_id__in=step_ids, kind=ConfirmationKind.ORDER, state=ConfirmationState.ASKED
        )
        found = list(waiting.select_for_update(of=("self",)).order_by("id"))
        given = ConfirmationState.GIVEN
        for row in found:
            answer(step_id=row.step_id, state=given, remarks="", by=by, at=at)
    return len(found)


def _require_may(row: Confirmation, by: Person, at: datetime) -> str:
    """Return the order by which they act for the role's post, if they do."""
    title = say(queries.procedure_of(row.step.run).role(row.role).title)
    today = workcal.local(calendar_of(row.office_id), at).date()
    held = queries.roles_of(by, today)
    own = row.recorded_by_id == by.id
    policies.require(policies.may_confirm(held.of(row.sop_id), row.role, title, own=own))
    return held.orders.get((row.sop_id, row.role), "")
