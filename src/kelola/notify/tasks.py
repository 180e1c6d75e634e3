"""What the notices do by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from kelola.jobs.schedule import scheduled
from kelola.ledger.followers import follow
from kelola.notify import queries, services
from kelola.office.queries import offices
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from kelola.ledger.models import Entry

KEPT = timedelta(days=180)
KEPT_DELIVERIES = timedelta(days=30)


@follow("notify.news", "")
def news(office: UUID | None, entries: Sequence[Entry], *, at: datetime) -> None:
    """Tell people what concerns them."""
    if office is not None:
        with office_scope(office):
            services.tell(entries, at=at)


@scheduled("notify.clear", every=timedelta(days=1))
def clear(*, at: datetime) -> None:
    """Delete news of half a year ago and deliveries of a month ago; the history stays."""
    for office in offices():
        with office_scope(office.pk):
            services.clear(before=at - KEPT)
            services.clear_deliveries(before=at - KEPT_DELIVERIES)


@scheduled("notify.send", every=timedelta(minutes=1))
def send(*, at: datetime) -> None:
    """Send the letters that are due."""
    for office in queries.offices_with_messages(at):
        with office_scope(office):
            services.send_due(clock=timezone.now)


@follow("notify.webhooks", "")
def webhooks(office: UUID | None, entries: Sequence[Entry], *, at: datetime) -> None:
    """Note for the webhooks what happened."""
    if office is not None:
        with office_scope(office):
            services.deliver(entries, at=at)


@scheduled("notify.deliver", every=timedelta(minutes=1))
def deliver(*, at: datetime) -> None:
    """Tell the webhooks what happened."""
    for office in queries.offices_with_deliveries(at):
        with office_scope(office):
            services.deliver_due(clock=timezone.now)
