"""The task behind every scheduled job, and the jobs that keep the schedule itself small."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from kelola.jobs import services
from kelola.jobs.door import certificates
from kelola.jobs.door.lan import lan
from kelola.jobs.hints import prune_results
from kelola.jobs.schedule import scheduled
from kelola.ledger.followers import catch_up
from kelola.ledger.services import check_chains

KEPT = timedelta(days=30)
RESULTS_KEPT = timedelta(hours=1)


@task()
def run_slot(slot_id: int) -> None:
    """Run one slot of the schedule; a second message for it finds nothing to do."""
    services.perform(slot_id, at=timezone.now())


@scheduled("jobs.prune_results", every=timedelta(hours=1))
def prune(*, at: datetime) -> None:
    """Delete the result rows that the queue keeps of finished tasks."""
    prune_results(before=at - RESULTS_KEPT)


@scheduled("jobs.clear_slots", every=timedelta(days=1))
def clear(*, at: datetime) -> None:
    """Delete the closed slots of more than a month ago."""
    services.clear_slots(at=at, older_than=KEPT)


@scheduled("jobs.check_ledger", every=timedelta(minutes=1))
def check_ledger(*, at: datetime) -> None:
    """Check the history once a day and when somebody asks, a portion at a time."""
    check_chains(at=at)


@scheduled("jobs.shorten_journal", every=timedelta(hours=1))
def shorten(*, at: datetime) -> None:
    """Empty SQLite's journal into the database, when nobody holds it; a later hour will do too."""
    del at
    services.shorten_journal()


@scheduled("jobs.keep_statistics", every=timedelta(days=1))
def statistics(*, at: datetime) -> None:
    """Let SQLite count how its rows are spread, by which it chooses its indexes."""
    del at
    services.keep_statistics()


@scheduled("jobs.follow", every=timedelta(minutes=1))
def follow(*, at: datetime) -> None:
    """Tell every follower what is new in the ledger."""
    catch_up(at=at)


@scheduled("jobs.renew_certificate", every=timedelta(hours=6))
def renew_certificate(*, at: datetime) -> None:
    """Renew the certificate of the open door in time, and when the machine's address changed."""
    if lan.is_open and certificates.own_files() is None:
        certificates.ensure_leaf(at=at)
