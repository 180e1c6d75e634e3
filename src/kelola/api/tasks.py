"""Scheduled jobs of the interface for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kelola.api import rules, services
from kelola.jobs.schedule import scheduled

if TYPE_CHECKING:
    from datetime import datetime


@scheduled("api.forget_answers", every=timedelta(hours=1))
def forget_answers(*, at: datetime) -> None:
    """Delete the answers that were kept for requests sent twice, after two days."""
    services.forget_answers(before=at - rules.REPEATS_KEPT)
