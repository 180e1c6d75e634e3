"""Orders by word of mouth: the work goes on at once, the superior ratifies afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.sop import engine, policies, queries
from kelola.sop.models import Confirmation, ConfirmationKind
from kelola.sop.services.acts import Act
from kelola.sop.services.findable import index_step
from kelola.sop.services.runs import opened_data
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person
    from kelola.sop.models import Run


def record_order(
    *,
    step_id: UUID,
    ordered_by: Person,
    ordered_at: datetime,
    outcome: str,
    words: str,
    by: Person,
    at: datetime,
) -> Run:
    """Record that somebody decided a step by word of mouth; the run goes on at once.

    They are asked to ratify it by the end of the next working day.

    Args:
        step_id: the step, of the role of whoever gave the order.
        ordered_by: who gave it.
        ordered_at: when; a moment to come counts as now.
        outcome: the decision, no return.
        words: what was ordered; kept as the step's remarks.
        by: who records it, somebody with a part in the procedure.
        at: aware moment.

    Returns:
        the run after it.

    Raises:
        NotAllowed: the recorder has no part in the procedure, or gave the order themselves; who
            gave it did not hold the role that day.
        engine.Refusal: the engine's reasons.

    """
    words = words.strip()
    with transaction.atomic():
        act = Act(step_id, by, at, part=True)
        moment = min(ordered_at, at)
        _require_superior(act, ordered_by, moment)
        act.step.remarks = words
        command = engine.Order(*act.key, str(ordered_by.id), outcome, moment, bool(words))
        opened = act.apply(command)
        index_step(act.step, act.activity.form.fields)
        Confirmation.objects.create(
            office_id=act.step.office_id,
            step=act.step,
            sop_id=act.step.sop_id,
            role=act.step.role,
            kind=ConfirmationKind.ORDER,
            recorded_by=by,
            due_at=ratify_until(act.loaded.calendar, at),
        )
        act.tell(
            "sop.step.ordered",
            outcome=outcome,
            ordered_by=str(ordered_by.id),
            ordered_at=moment.isoformat(),
            words=digest(act.step.salt, words),
            opened=opened_data(opened),
        )
        act.complete()
    return act.loaded.row


def ratify_until(calendar: workcal.Calendar, at: datetime) -> datetime:
    """Return the closing of the next working day after ``at``."""
    on = workcal.nth_working_day(calendar, workcal.local(calendar, at).date(), 1)
    return workcal.windows(calendar, on)[-1][1]


def _require_superior(act: Act, person: Person, moment: datetime) -> None:
    if person.id == act.by.id:
        raise policies.NotAllowed(_("An order of your own is no verbal order: do the step."))
    day = workcal.local(act.loaded.calendar, moment).date()
    held = queries.roles_of(person, day)
    roles = held.of(act.step.sop_id)
    act.step.acting_for = held.orders.get((act.step.sop_id, act.step.role), "")
    title = act.loaded.value.procedure.role(act.step.role).title.id
    if act.step.role not in roles:
        words = {"name": person.name, "role": title}
        raise policies.NotAllowed(_("%(name)s was not %(role)s on that day.") % words)
