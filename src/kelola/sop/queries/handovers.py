"""Reads of hand-overs."""

from __future__ import annotations

from kelola.sop.models import HandOver

MOST_SHOWN = 100


def handovers() -> list[HandOver]:
    """Return the hand-overs of the open office, the newest first."""
    rows = HandOver.objects.select_related("giver", "receiver").defer("held")
    return list(rows.order_by("-made_at", "-id")[:MOST_SHOWN])
