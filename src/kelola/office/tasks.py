"""Scheduled jobs of the offices."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kelola.jobs.schedule import scheduled
from kelola.office.models import SessionRow

if TYPE_CHECKING:
    from datetime import datetime


@scheduled("office.clear_sessions", every=timedelta(days=1))
def clear_sessions(*, at: datetime) -> None:
    """Delete the sessions that have expired; nobody can come back to them."""
    SessionRow.objects.filter(expire_date__lt=at).delete()
