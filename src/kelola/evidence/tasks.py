"""Scheduled jobs of the evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kelola.evidence.services import check_files, keep_anchor, read_waiting_texts, sweep_orphans
from kelola.jobs.schedule import scheduled
from kelola.office.queries import offices
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from datetime import datetime

# Both leave their office's rest to the next turn: a turn must end before another one takes over.
TEXTS_A_TURN = 10
BYTES_A_TURN = 8 * 1024**3


@scheduled("evidence.sweep", every=timedelta(hours=1))
def sweep(*, at: datetime) -> None:
    """Clear away what interrupted uploads left on the disk."""
    sweep_orphans(at=at)


@scheduled("evidence.anchor", every=timedelta(hours=1))
def anchor(*, at: datetime) -> None:
    """Write down, signed and beside the database, how far the history has come."""
    keep_anchor(at=at)


@scheduled("evidence.read_texts", every=timedelta(minutes=1))
def read_texts(*, at: datetime) -> None:
    """Read the text of new files, so that the search finds them by it."""
    left = TEXTS_A_TURN
    for office in offices():
        with office_scope(office.pk):
            left -= read_waiting_texts(at=at, limit=left)
        if left <= 0:
            return


@scheduled("evidence.check_files", every=timedelta(hours=1))
def check(*, at: datetime) -> None:
    """Read every file again once a day and compare it with what was taken in."""
    left = BYTES_A_TURN
    for office in offices():
        with office_scope(office.pk):
            left -= check_files(at=at, budget=left)[0]
        if left <= 0:
            return
