"""Reads of standing dispositions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from kelola.sop.models import StandingDisposition

if TYPE_CHECKING:
    from kelola.sop.models import Sop

MOST_SHOWN = 100


def dispositions_of(sop: Sop) -> list[StandingDisposition]:
    """Return the standing dispositions of an SOP, the newest decree first, each with ``used``."""
    rows = StandingDisposition.objects.filter(sop=sop).select_related("given_by", "withdrawn_by")
    counted = rows.annotate(used=Count("steps"))
    return list(counted.order_by("-issued_on", "-id")[:MOST_SHOWN])
