"""Orders by word of mouth: the work goes on at once, the superior ratifies afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.ledger.rules import digest
from kelola.sop import engine, policies, queries
from kelola.sop.models import Confirmation, ConfirmationKind, Step
from kelola.sop.rules import above, next_closing
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
    until: str = "",
) -> Run:
    """Record that somebody decided a step by word of mouth; the run goes on at once.

    They are asked to ratify it by the end of the next working day.

    Args:
        step_id: the step, of the role of whoever gave the order or of one below it.
        ordered_by: who gave it.
        ordered_at: when; a moment to come counts as now.
        outcome: the decision, no return.
        words: what was ordered; kept as the step's remarks.
        by: who records it, somebody with a part in the procedure.
        at: aware moment.
        until: the activity up to which the order goes, if it decided the following steps too;
            those take their usual outcome.

    Returns:
        the run after it.

    Raises:
        NotAllowed: the recorder has no part in the procedure, gave the order themselves, or the
            step is theirs to do; who gave it held neither the role that day nor one above it;
            ``until`` does not follow.
        engine.Refusal: the engine's reasons.

    """
    moment = min(ordered_at, at)
    with transaction.atomic():
        act = Act(step_id, by, at, part=True)
        keys = act.kept = _up_to(act, outcome, until)
        run = _order(act, _Order(ordered_by, moment, outcome, words.strip()))
        for key in keys[1:]:
            step = Step.objects.filter(run=run, activity=key, recorded_at__isnull=True).first()
            if step is None:
                raise policies.NotAllowed(str(_NOT_FOLLOWING))
            usual = engine.usual_road(act.loaded.value.procedure.activity(key)).code
            order = _Order(ordered_by, moment, usual, words.strip())
            following = Act(step.id, by, at, part=True)
            following.kept = keys
            run = _order(following, order)
    return run


_NOT_FOLLOWING = gettext_lazy(
    "These steps do not follow one another now. Record the order step by step."
)


@dataclass(frozen=True, slots=True)
class _Order:
    person: Person
    moment: datetime
    outcome: str
    words: str


def _up_to(act: Act, outcome: str, until: str) -> tuple[str, ...]:
    """Return the activities that one order decides, the step's own first."""
    here = act.step.activity
    if until in ("", here):
        return (here,)
    value = act.loaded.value.step(*act.key)
    row = engine.ahead(act.loaded.value, value) if value else ()
    if until not in row or outcome != engine.usual_road(act.activity).code:
        raise policies.NotAllowed(str(_NOT_FOLLOWING))
    return row[: row.index(until) + 1]


def _order(act: Act, order: _Order) -> Run:
    role = _require_superior(act, order.person, order.moment)
    act.step.remarks = order.words
    words_given = bool(order.words)
    command = engine.Order(*act.key, str(order.person.id), order.outcome, order.moment, words_given)
    opened = act.apply(command)
    index_step(act.step, act.activity.form.fields)
    Confirmation.objects.create(
        office_id=act.step.office_id,
        step=act.step,
        sop_id=act.step.sop_id,
        role=role,
        kind=ConfirmationKind.ORDER,
        recorded_by=act.by,
        due_at=next_closing(act.loaded.calendar, act.at),
    )
    act.tell(
        "sop.step.ordered",
        outcome=order.outcome,
        ordered_by=str(order.person.id),
        ordered_at=order.moment.isoformat(),
        words=digest(act.step.salt, order.words),
        opened=opened_data(opened),
    )
    act.complete()
    return act.loaded.row


def _require_superior(act: Act, person: Person, moment: datetime) -> str:
    """Return the role by which somebody gave the order: the step's, or the nearest above it."""
    if person.id == act.by.id:
        raise policies.NotAllowed(_("An order of your own is no verbal order: do the step."))
    day = workcal.local(act.loaded.calendar, moment).date()
    held, sop = queries.roles_of(person, day), act.step.sop_id
    procedure = act.loaded.value.procedure
    fitting = (act.step.role, *above(procedure, act.step.role))
    role = next((r for r in fitting if r in held.of(sop)), None)
    if role is None:
        words = {"name": person.name, "role": procedure.role(act.step.role).title.id}
        raise policies.NotAllowed(_("%(name)s was not %(role)s on that day.") % words)
    if role != act.step.role and act.step.role in act.roles:
        raise policies.NotAllowed(_("This step is your own: an order does not do it for you."))
    act.step.acting_for = held.orders.get((sop, role), "")
    return role
