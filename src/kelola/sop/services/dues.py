"""Tell the history when a reminder is due, when a due time passes and when a superior is told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.services import Fact, append_all
from kelola.office.scope import current_office
from kelola.sop import queries
from kelola.sop.models import Step
from kelola.sop.rules import next_closing
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

_BATCH = 500


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment of a step's clock that is told once: ``column`` holds it until then."""

    column: str
    verb: str
    # What it does to the rows besides, before they are told.
    then: Callable[[Sequence[Step]], None] | None = None


def tell_dues(*, by: str, at: datetime) -> int:
    """Write one entry for every moment of the open office's clocks that has passed untold.

    Neutral facts, not blame: they make a late finish explainable later, and whoever they concern
    is told of them. The row says what is still to be told, so a kill loses nothing and a second
    call tells nothing twice; a due that moves, with the calendar or after a pause, is told anew
    when it passes. A step is escalated when it is still open at the closing of the next working
    day (ADR 0043).

    Returns:
        how many were told.

    """
    return sum(_tell(moment, by, at) for moment in _MOMENTS)


def _tell(moment: _Moment, by: str, at: datetime) -> int:
    told = 0
    while True:
        with transaction.atomic():
            late = list(
                Step.objects.select_for_update(of=("self",))
                .filter(**{f"{moment.column}__lte": at})
                .select_related("run")
                .order_by(moment.column, "id")[:_BATCH]
            )
            Step.objects.filter(id__in=[s.id for s in late]).update(**{moment.column: None})
            worth = [s for s in late if moment.column != "reminds_at" or _in_time(s, at)]
            if moment.then:
                moment.then(worth)
            facts = [_fact(moment.verb, s) for s in worth]
            append_all(office=current_office(), at=at, by=by, facts=facts)
        told += len(worth)
        if len(late) < _BATCH:
            return told


def _in_time(step: Step, at: datetime) -> bool:
    """Whether a reminder still comes before the due: after it, the due itself is told."""
    return step.due_at is not None and at < step.due_at


def _escalate_later(steps: Sequence[Step]) -> None:
    """Note when the superior of each step is told, where its SOP names one."""
    if not steps:
        return
    calendar = calendar_of(current_office())
    found: dict[datetime, list[UUID]] = defaultdict(list)
    for step in steps:
        activity = queries.procedure_of(step.run).activity(step.activity)
        if step.due_at and activity.escalate_to:
            found[next_closing(calendar, step.due_at)].append(step.id)
    for moment, keys in found.items():
        Step.objects.filter(id__in=keys).update(escalates_at=moment)


_MOMENTS = (
    _Moment("reminds_at", "sop.step.reminded"),
    _Moment("falls_due_at", "sop.step.fell_due", _escalate_later),
    _Moment("escalates_at", "sop.step.escalated"),
)


def _fact(verb: str, step: Step) -> Fact:
    return Fact(
        verb,
        f"sop.run:{step.run_id}",
        {
            "step": str(step.id),
            "activity": step.activity,
            "attempt": step.attempt,
            "due": step.due_at.isoformat() if step.due_at else "",
        },
    )
