"""Nothing to report: the day's row of a weekly record, written by one tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.sop import policies
from kelola.sop.rules import quiet_row, row_of
from kelola.sop.services.acts import Act
from kelola.sop.services.steps import save_draft
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person
    from kelola.sop.models import Step


def nothing_to_report(*, step_id: UUID, by: Person, at: datetime) -> Step:
    """Write into a weekly record that nothing happened today. Only today: yesterday is typed.

    Args:
        step_id: a step whose form has a daily table.
        by: who says so.
        at: aware moment; its local day is the row's.

    Raises:
        NotAllowed: the person does not hold the role, today is no working day of the round, its
            row is written already, or the form asks for more than one tap can say.
        engine.Refusal: the step is closed or somebody else works on it.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        today = workcal.local(act.loaded.calendar, at).date()
        run = act.loaded.row
        first, last = run.slot_opens_on, run.slot_due_on
        working = workcal.is_working_day(act.loaded.calendar, today)
        if first is None or last is None or not (first <= today <= last and working):
            raise policies.NotAllowed(_("Today is no working day of this round."))
        data: dict[str, Any] = dict(act.step.form)
        written = False
        for field in act.activity.form.fields:
            row = quiet_row(field, today)
            if row is None:
                continue
            if row_of(field, data, today) is not None:
                raise policies.NotAllowed(_("Today is written already; change it in the form."))
            day = next(iter(row))
            others = [r for r in data.get(field.key) or [] if r.get(day) != row[day]]
            data[field.key] = sorted([*others, row], key=lambda r: str(r.get(day, "")))
            written = True
        if not written:
            raise policies.NotAllowed(_("This form asks for more than one tap can say."))
        return save_draft(step_id=step_id, data=data, revision=act.step.revision, by=by, at=at)
