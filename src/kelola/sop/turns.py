"""Whose turn a step is: why somebody can't work on it now, and a refusal told in words."""

from __future__ import annotations

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
    pauses = {s.id: [rows.pause_value(p) for p in s.pauses.all()] for s in steps}
    value = rows.to_value(row.run, steps, procedure, queries.strand_of(row.run), pauses)
    barred = engine.four_eyes(value, row.activity, actor.id)
    if barred:
        refusal = engine.Refusal(engine.RefusalCode.FOUR_EYES, row.activity, other=barred)
        return " ".join(phrases.refusal(refusal, str))
    return ""


def may_work(actor: Actor, row: Step) -> bool:
    """Whether this person may work on the step now; else a file would be kept for nothing."""
    free = row.assignee_id in (None, actor.person.id)
    ready = row.is_open and row.state != "waiting"
    return ready and free and not refused(actor, row, queries.steps_of(row.run))


def told(error: engine.Refusal | policies.NotAllowed) -> tuple[str, str]:
    """Return a refusal as what happened and what to do now, with people's names."""
    if isinstance(error, policies.NotAllowed):
        return error.reason, _("Nothing was changed.")
    ids = {str(v) for k, v in error.params.items() if k in ("by", "assignee")}
    return phrases.refusal(error, faces.people(ids))
