"""One person, one form: consecutive steps of one person finished in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from kelola.sop import engine
from kelola.sop.kinds import kinds, resolve
from kelola.sop.models import Step
from kelola.sop.services.acts import Act
from kelola.sop.services.steps import OutputIncomplete, finish_step

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person
    from kelola.sop.models import Run
    from kelola.sop.rules import FieldProblem


class PartsIncomplete(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """The outputs of some of the steps are not there; ``problems`` are by activity."""

    def __init__(self, problems: Mapping[str, tuple[FieldProblem, ...]]) -> None:
        super().__init__(problems)
        self.problems = problems


class RowChanged(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """The steps are no longer this person's one after another; nothing was finished."""


def finish_together(
    *,
    step_id: UUID,
    forms: Mapping[str, Mapping[str, Any]],
    revision: int,
    by: Person,
    at: datetime,
    performed_at: datetime | None = None,
    late_reason: str = "",
) -> Run:
    """Finish a step and those that follow it on the usual way, all of them or none.

    Each stays a step of its own, with its clock, its form and its entry in the ledger.

    Args:
        step_id: the first step, open.
        forms: the whole form of each step by activity, in their order, the first step's first.
        revision: of the first step's form that was drawn.
        by: who finishes them.
        at: aware moment.
        performed_at: as for ``finish_step``, of them all.
        late_reason: as for ``finish_step``, of them all.

    Returns:
        the run after them.

    Raises:
        NotAllowed: the person does not hold the first step's role.
        RowChanged: these are not steps that the person may finish in one go, or no longer.
        engine.Refusal: the engine's reasons.
        PartsIncomplete: forms have problems.
        StaleForm: the first form was saved by somebody else meanwhile.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        keys = tuple(forms)
        first = act.loaded.value.step(*act.key)
        if first is not None and first.is_open:
            mine = engine.for_one_person(act.loaded.value, first, str(by.id), act.roles)
            if mine[: len(keys)] != keys:
                raise RowChanged
        _require_complete(act, forms)
        at_first, run = act.step.activity, act.loaded.row
        for key, data in forms.items():
            step = act.step if key == at_first else _opened(run, key)
            activity = act.loaded.value.procedure.activity(key)
            try:
                run = finish_step(
                    step_id=step.id,
                    outcome=engine.usual_road(activity).code,
                    data=data,
                    remarks="",
                    revision=revision if key == at_first else step.revision,
                    by=by,
                    at=at,
                    performed_at=performed_at,
                    late_reason=late_reason,
                    kept=keys,
                )
            except OutputIncomplete as incomplete:
                raise PartsIncomplete({key: incomplete.problems}) from incomplete
    return run


def _require_complete(act: Act, forms: Mapping[str, Mapping[str, Any]]) -> None:
    """Tell what all the forms lack at once; people mend them in one go too."""
    found = {}
    for key, data in forms.items():
        activity = act.loaded.value.procedure.activity(key)
        kind = kinds[resolve(activity.kind)]
        if problems := kind.problems(activity, data, complete=True):
            found[key] = problems
    if found:
        raise PartsIncomplete(found)


def _opened(run: Run, activity: str) -> Step:
    step = Step.objects.filter(run=run, activity=activity, recorded_at__isnull=True).first()
    if step is None:  # settled by a rule the moment it opened
        raise RowChanged
    return step
