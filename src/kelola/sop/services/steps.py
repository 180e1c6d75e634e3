"""Work on a step: take it up, save its form, finish or return it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kelola.evidence.queries import documents_of
from kelola.ledger.rules import digest
from kelola.sop import engine
from kelola.sop.kinds import kinds
from kelola.sop.rules import FieldProblem, ProblemCode, file_ids
from kelola.sop.services import rows
from kelola.sop.services.acts import Act
from kelola.sop.services.findable import index_step
from kelola.sop.services.runs import opened_data

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person
    from kelola.sop.models import Run, Step


class StaleForm(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """Somebody else saved the form since it was drawn; nothing was overwritten."""


class OutputIncomplete(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """The output that the activity names is not there; ``problems`` says what is missing."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


def claim_step(*, step_id: UUID, by: Person, at: datetime) -> Step:
    """Take a step up, or take it over from a colleague with the same role.

    Raises:
        NotAllowed: the person does not hold the role.
        engine.Refusal: the step is closed, waits for its requirement, or four eyes forbid it.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        before = act.step.assignee_id
        act.apply(engine.Claim(*act.key, str(by.id)))
        if before != by.id:
            act.tell("sop.step.claimed", taken_from=str(before) if before else "")
    return act.step


def save_draft(
    *, step_id: UUID, data: Mapping[str, Any], revision: int, by: Person, at: datetime
) -> Step:
    """Keep a form that is not complete yet.

    Args:
        step_id: the step.
        data: the form's values; required fields may be missing, wrong ones may not.
        revision: the revision of the form that was drawn.
        by: who saves.
        at: aware moment.

    Raises:
        NotAllowed: the person does not hold the role.
        engine.Refusal: the step is closed or somebody else works on it.
        OutputIncomplete: a value is wrong.
        StaleForm: the form was saved by somebody else meanwhile.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        _require_drawn(act, revision)
        wrong = _judge(act, data, complete=False)
        if wrong:
            raise OutputIncomplete(wrong)
        if act.step.assignee_id is None and act.step.state == engine.StepState.READY:
            act.apply(engine.Claim(*act.key, str(by.id)))
        act.step.form = dict(data)
        act.step.revision += 1
        act.step.save(update_fields=["form", "revision"])
        index_step(act.step, act.activity.form.fields)
        act.tell("sop.step.drafted", form=form_digest(act.step))
    return act.step


def _require_drawn(act: Act, revision: int) -> None:
    step = act.step
    if not step.is_open:
        raise engine.Refusal(
            engine.RefusalCode.STEP_CLOSED,
            step.activity,
            by=str(step.performer_id or ""),
            at=step.performed_at,
            outcome=step.outcome,
            state=engine.StepState(step.state),
        )
    if step.state == engine.StepState.WAITING:
        raise engine.Refusal(engine.RefusalCode.WAITING_FOR_REQUIREMENT, step.activity)
    act.require_free()
    other = engine.four_eyes(act.loaded.value, step.activity, str(act.by.id))
    if other:
        raise engine.Refusal(
            engine.RefusalCode.FOUR_EYES, step.activity, other=other, by=str(act.by.id)
        )
    if revision != step.revision:
        raise StaleForm


def _judge(act: Act, data: Mapping[str, Any], *, complete: bool) -> tuple[FieldProblem, ...]:
    """Return what is wrong with a form; it may name only documents added to its own run."""
    wrong = kinds[act.step.kind].problems(act.activity, data, complete=complete)
    named = file_ids(act.activity.form.fields, data)
    if wrong or not named:
        return wrong
    known = {str(d.id) for d in documents_of(f"sop.run:{act.step.run_id}")}
    return tuple(
        FieldProblem(f.key, ProblemCode.WRONG_SHAPE, f)
        for f in act.activity.form.fields
        if set(file_ids((f,), data)) - known
    )


def form_digest(step: Step) -> str:
    """Return the salted digest by which the ledger vouches for a form."""
    return digest(step.salt, json.dumps(step.form, sort_keys=True, ensure_ascii=False))


def finish_step(
    *,
    step_id: UUID,
    outcome: str,
    data: Mapping[str, Any],
    remarks: str,
    revision: int,
    by: Person,
    at: datetime,
    performed_at: datetime | None = None,
    late_reason: str = "",
    kept: Collection[str] = (),
) -> Run:
    """Finish a step with one of its outcomes and open what follows.

    Args:
        step_id: the step.
        outcome: code of the outcome; a return is an outcome too.
        data: the whole form, the output that the activity names.
        remarks: in the person's words; required for a return.
        revision: the revision of the form that was drawn.
        by: who finishes.
        at: aware moment.
        performed_at: when it was done, if not now; a moment to come counts as now.
        late_reason: why it is recorded on a later day than it was done; required then, and kept
            only then.
        kept: activities that the same person finishes next, before any standing disposition.

    Returns:
        the run after it.

    Raises:
        NotAllowed: the person does not hold the role.
        engine.Refusal: the engine's reasons, four eyes and a step already finished among them.
        OutputIncomplete: the form has problems.
        StaleForm: the form was saved by somebody else meanwhile.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        act.kept = kept
        chosen = act.activity.outcome(outcome)
        returning = chosen is not None and chosen.is_return
        wrong = _judge(act, data, complete=not returning)
        command = engine.Finish(
            *act.key,
            by=str(by.id),
            outcome=outcome,
            output_complete=not wrong,
            remarks_given=bool(remarks.strip()),
            performed_at=performed_at,
            late_reason_given=bool(late_reason.strip()),
        )
        after = _advanced(act, command, wrong)
        if revision != act.step.revision:
            raise StaleForm
        act.step.form = dict(data)
        act.step.remarks = remarks.strip()
        act.step.acting_for = act.acting_for
        act.step.revision += 1
        late = _late_data(act, after, late_reason.strip())
        opened = rows.save(act.loaded, after, act.at)
        index_step(act.step, act.activity.form.fields)
        verb = "sop.step.returned" if returning else "sop.step.finished"
        act.tell(
            verb,
            outcome=outcome,
            form=form_digest(act.step),
            remarks=digest(act.step.salt, act.step.remarks),
            opened=opened_data(opened),
            **late,
        )
        act.complete()
    return act.loaded.row


def _late_data(act: Act, after: engine.Run, reason: str) -> dict[str, str]:
    """Return what the ledger tells of work done earlier; keep the reason of a late record."""
    done = after.step(*act.key)
    if done is None or done.finished_at is None or done.finished_at >= act.at:
        return {}
    told = {"performed_at": done.finished_at.isoformat()}
    if engine.is_late_record(done.finished_at, act.at, act.loaded.calendar):
        act.step.late_reason = reason
        told["late_reason"] = digest(act.step.salt, reason)
    return told


def _advanced(act: Act, command: engine.Finish, wrong: tuple[FieldProblem, ...]) -> engine.Run:
    """Return the run after finishing; the engine's reasons come before what the form lacks."""
    try:
        after, _facts = engine.advance(act.loaded.value, command, act.loaded.calendar, act.at)
    except engine.Refusal as refusal:
        if refusal.code is engine.RefusalCode.OUTPUT_MISSING:
            raise OutputIncomplete(wrong) from refusal
        raise
    if wrong:
        raise OutputIncomplete(wrong)
    return after
