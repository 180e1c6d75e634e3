"""Scheduled jobs of the offices."""

from __future__ import annotations

import zoneinfo
from datetime import timedelta
from typing import TYPE_CHECKING

from kelola.jobs.schedule import scheduled
from kelola.office import services
from kelola.office.models import SessionRow
from kelola.office.queries import offices
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from datetime import datetime


@scheduled("office.clear_sessions", every=timedelta(days=1))
def clear_sessions(*, at: datetime) -> None:
    """Delete the sessions that have expired; nobody can come back to them."""
    SessionRow.objects.filter(expire_date__lt=at).delete()


@scheduled("office.close_access_of_leavers", every=timedelta(hours=1))
def close_access_of_leavers(*, at: datetime) -> None:
    """Close the access of those who left the office, once their last day there is over."""
    for office in offices():
        today = at.astimezone(zoneinfo.ZoneInfo(office.zone)).date()
        with office_scope(office.pk):
            services.close_access_of_leavers(today=today, by="system", at=at)
