"""Reads for packs of evidence: the steps of a month with what they need to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from kelola.sop.models import Step
from kelola.sop.queries.runs import WITH_ANSWER

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def steps_between(sop: UUID, procedure: str, start: datetime, end: datetime) -> list[Step]:
    """Return the steps of an SOP done, recorded or due from ``start`` up to ``end``, by run.

    ``procedure`` is a code, empty for all of them.
    """
    moments = (
        Q(recorded_at__gte=start, recorded_at__lt=end)
        | Q(performed_at__gte=start, performed_at__lt=end)
        | Q(due_at__gte=start, due_at__lt=end)
    )
    rows = Step.objects.filter(moments, sop=sop)
    if procedure:
        rows = rows.filter(run__procedure=procedure)
    whole = rows.select_related("run__sop", "run__version", "performer", "disposition")
    return list(
        whole.select_related("run", *WITH_ANSWER).order_by("run__opened_at", "run_id", "position")
    )
