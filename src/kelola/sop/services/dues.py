"""Tell the history when a due time passes, once for each due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.services import Fact, append_all
from kelola.office.scope import current_office
from kelola.sop.models import Step

if TYPE_CHECKING:
    from datetime import datetime

_BATCH = 500


def tell_dues(*, by: str, at: datetime) -> int:
    """Write one entry for every step of the open office whose due has passed untold.

    A neutral fact, not a blame: it makes a late finish explainable later. The row says what is
    still to be told, so a kill loses nothing and a second call tells nothing twice; a due that
    moves, with the calendar or after a pause, is told anew when it passes.

    Returns:
        how many were told.

    """
    told = 0
    while True:
        with transaction.atomic():
            late = list(
                Step.objects.select_for_update(of=("self",))
                .filter(falls_due_at__lte=at)
                .only("id", "office", "run", "activity", "attempt", "falls_due_at")
                .order_by("falls_due_at")[:_BATCH]
            )
            Step.objects.filter(id__in=[s.id for s in late]).update(falls_due_at=None)
            append_all(office=current_office(), at=at, by=by, facts=[_fact(s) for s in late])
        told += len(late)
        if len(late) < _BATCH:
            return told


def _fact(step: Step) -> Fact:
    due = step.falls_due_at
    return Fact(
        "sop.step.fell_due",
        f"sop.run:{step.run_id}",
        {
            "step": str(step.id),
            "activity": step.activity,
            "attempt": step.attempt,
            "due": due.isoformat() if due else "",
        },
    )
