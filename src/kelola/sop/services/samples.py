"""Check a sample: the head of a procedure says of a drawn step whether it is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.sop import policies, queries
from kelola.sop.models import SampleCheck, SampleState, Step
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person

_VERBS = {SampleState.PASSED: "sop.sample.passed", SampleState.FAILED: "sop.sample.failed"}


def check_sample(
    *, step_id: UUID, state: SampleState, remarks: str, by: Person, at: datetime
) -> SampleCheck:
    """Say what the check of a drawn step found, once; the step stays as it is.

    Args:
        step_id: the step.
        state: in order, or not.
        remarks: what was seen; required where it is not in order.
        by: who checked it.
        at: aware moment.

    Raises:
        Step.DoesNotExist: there is no such step.
        NotAllowed: it was not drawn for this person, was checked already, or words are missing.

    """
    remarks = remarks.strip()
    step = Step.objects.select_related("sample").get(pk=step_id)
    checked = step.checked is not None
    seed = "" if checked else _seed_of_draw(step, by, at)
    policies.require(policies.may_check(drawn=bool(seed), checked=checked))
    if state == SampleState.FAILED and not remarks:
        raise policies.NotAllowed(_("Write what is not in order, then send again."))
    try:
        with transaction.atomic():
            row = SampleCheck.objects.create(
                office_id=step.office_id,
                step=step,
                state=state,
                remarks=remarks,
                checked_by=by,
                checked_at=at,
            )
            _tell(row, seed)
    except IntegrityError:  # somebody else was quicker
        policies.require(policies.may_check(drawn=True, checked=True))
        raise
    return row


def _seed_of_draw(step: Step, by: Person, at: datetime) -> str:
    """Return what the draw began with that brought a step up for somebody; nothing if none did."""
    if step.recorded_at is None:
        return ""
    calendar = calendar_of(step.office_id)
    roles = queries.roles_of(by, workcal.local(calendar, at).date())
    monday = queries.week_of_draw(calendar, step.recorded_at)
    sample = queries.sample_of(by, queries.headed(roles), calendar, monday, at)
    return sample.seed if step in sample.steps else ""


def _tell(row: SampleCheck, seed: str) -> None:
    step = row.step
    append(
        office=row.office_id,
        at=row.checked_at,
        by=str(row.checked_by_id),
        verb=_VERBS[SampleState(row.state)],
        object=f"sop.run:{step.run_id}",
        data={
            "step": str(step.pk),
            "activity": step.activity,
            "attempt": step.attempt,
            "remarks": digest(step.salt, row.remarks),
            "seed": seed,
        },
    )
