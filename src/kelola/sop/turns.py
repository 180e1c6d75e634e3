"""Whose turn a step is: why somebody can't work on it now, and a refusal told in words."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.office.policies import Refused
from kelola.sop import engine, faces, phrases, policies, queries
from kelola.sop.phrases import say
from kelola.sop.services import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelola.office.policies import Actor
    from kelola.sop.models import Step


def refused(actor: Actor, row: Step, steps: Sequence[Step]) -> str:
    """Return why this person can't work on the step now, or nothing; ``steps`` are the run's."""
    procedure = queries.procedure_of(row.run)
    title = say(procedure.role(row.role).title)
    roles = queries.roles_through(actor.posts).of(row.sop_id)
    decision = policies.may_act(roles, row.role, title)
    if isinstance(decision, Refused):
        return str(decision.reason)
    value = run_value(row, steps)
    barred = engine.four_eyes(value, row.activity, actor.id)
    if barred:
        refusal = engine.Refusal(engine.RefusalCode.FOUR_EYES, row.activity, other=barred)
        return " ".join(phrases.refusal(refusal, str))
    return ""


def run_value(row: Step, steps: Sequence[Step]) -> engine.Run:
    """Return the engine's value of a step's run; ``steps`` are the run's, pauses included."""
    pauses = {s.id: [rows.pause_value(p) for p in s.pauses.all()] for s in steps}
    procedure, strand = queries.procedure_of(row.run), queries.strand_of(row.run)
    return rows.to_value(row.run, steps, procedure, strand, pauses)


def mine_ahead(actor: Actor, row: Step, steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the activities, from this step's on, that this person may finish in one go."""
    value = run_value(row, steps)
    step = value.step(row.activity, row.attempt)
    if step is None or not step.is_open:
        return ()
    roles = queries.roles_through(actor.posts).of(row.sop_id)
    return engine.for_one_person(value, step, actor.id, roles)


def others_ahead(row: Step, steps: Sequence[Step], roles: frozenset[str]) -> tuple[str, ...]:
    """Return the activities after this step's that others do, up to the next of these roles."""
    value = run_value(row, steps)
    step = value.step(row.activity, row.attempt)
    if step is None:
        return ()
    after = engine.ahead(value, step)[1:]
    return tuple(takewhile(lambda k: value.procedure.activity(k).actor not in roles, after))


def standing(actor: Actor, row: Step) -> engine.Refusal | None:
    """Return what keeps anybody like this person from the step as it stands, or None."""
    if not row.is_open:
        return engine.Refusal(
            engine.RefusalCode.STEP_CLOSED,
            row.activity,
            by=str(row.performer_id or ""),
            at=row.performed_at,
            outcome=row.outcome,
            state=engine.StepState(row.state),
        )
    if row.state == engine.StepState.WAITING:
        return engine.Refusal(engine.RefusalCode.WAITING_FOR_REQUIREMENT, row.activity)
    if row.assignee_id not in (None, actor.person.id):
        code = engine.RefusalCode.ASSIGNED_TO_OTHER
        return engine.Refusal(code, row.activity, assignee=str(row.assignee_id))
    return None


def may_work(actor: Actor, row: Step) -> bool:
    """Whether this person may work on the step now; else a file would be kept for nothing."""
    return standing(actor, row) is None and not refused(actor, row, queries.steps_of(row.run))


def told(error: engine.Refusal | policies.NotAllowed) -> tuple[str, str]:
    """Return a refusal as what happened and what to do now, with people's names."""
    if isinstance(error, policies.NotAllowed):
        return error.reason, _("Nothing was changed.")
    ids = {str(v) for k, v in error.params.items() if k in ("by", "assignee")}
    return phrases.refusal(error, faces.people(ids))


def require_short(text: str) -> None:
    """Refuse words that are longer than what is kept."""
    if limit := phrases.too_long(text):
        raise policies.NotAllowed(limit)
