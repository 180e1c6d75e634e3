"""Scheduled jobs of the evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kelola.evidence.services import sweep_orphans
from kelola.jobs.schedule import scheduled

if TYPE_CHECKING:
    from datetime import datetime


@scheduled("evidence.sweep", every=timedelta(hours=1))
def sweep(*, at: datetime) -> None:
    """Clear away what interrupted uploads left on the disk."""
    sweep_orphans(at=at)
