"""Reads of a half-year: how the procedures of an SOP ran, by what was done and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from kelola.sop.models import STILL_OPEN, Run, Step
from kelola.sop.rules import Ran

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

_DONE = Q(state__in=("done", "ordered", "returned"))
_CLOSED = ("done", "ordered", "returned", "not_carried_out")


def ran(sop_id: UUID, start: datetime, end: datetime, at: datetime) -> dict[str, Ran]:
    """Return by procedure how an SOP ran from ``start`` up to ``end``, as it is known ``at``.

    Steps count by when they were recorded; open ones count when their due passed in the period.
    """
    opened = Run.objects.filter(sop=sop_id, opened_at__gte=start, opened_at__lt=end)
    runs = opened.order_by().values("procedure").annotate(n=Count("id"))
    counts = {row["procedure"]: Ran(runs=row["n"]) for row in runs}
    for code, *figures in _steps(sop_id, start, end):
        counts[code] = Ran(counts.get(code, Ran()).runs, *figures)
    late = Step.objects.filter(
        STILL_OPEN, sop=sop_id, due_at__gte=start, due_at__lt=min(end, at)
    ).order_by()
    for code, n in late.values_list("run__procedure").annotate(n=Count("id")):
        counts[code] = counts.get(code, Ran())._replace(overdue=n)
    return counts


def _steps(sop_id: UUID, start: datetime, end: datetime) -> list[tuple[Any, ...]]:
    """Return the procedure with its finished, late, returned, told afterwards and undone."""
    closed = Step.objects.filter(
        sop=sop_id, recorded_at__gte=start, recorded_at__lt=end, state__in=_CLOSED
    ).order_by()
    return list(
        closed.values_list("run__procedure").annotate(
            finished=Count("id", filter=_DONE),
            late=Count("id", filter=_DONE & Q(due_at__lt=F("performed_at"))),
            returned=Count("id", filter=Q(state="returned")),
            afterwards=Count("id", filter=_DONE & ~Q(late_reason="")),
            undone=Count("id", filter=Q(state="not_carried_out")),
        )
    )
