"""What SOPs do by themselves."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from kelola.jobs.schedule import scheduled
from kelola.ledger.followers import follow
from kelola.office.scope import office_scope
from kelola.sop import queries, services

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kelola.ledger.models import Entry

log = logging.getLogger(__name__)


@scheduled("sop.dues", every=timedelta(minutes=1))
def dues(*, at: datetime) -> None:
    """Tell the history of every due time that has passed."""
    for office in queries.offices_with_dues(at):
        with office_scope(office):
            services.tell_dues(by="system", at=at)


@scheduled("sop.rounds", every=timedelta(minutes=5))
def rounds(*, at: datetime) -> None:
    """Open the rounds of the schedule that have begun."""
    failed: list[Exception] = []
    for office in queries.offices_with_rounds(at):
        try:
            with office_scope(office):
                services.open_rounds(at=at)
        except Exception as error:
            # One office's trouble keeps no other office waiting; the job fails and comes again.
            log.exception("the rounds of office %s were not opened", office)
            failed.append(error)
    if failed:
        raise failed[0]


@scheduled("sop.silence", every=timedelta(hours=1))
def silence(*, at: datetime) -> None:
    """Take completed runs as settled whose opener has not answered in time."""
    for office in queries.offices_with_silence(at):
        with office_scope(office):
            services.take_silence(by="system", at=at)


@follow("sop.clocks", "workcal.")
def clocks(office: UUID | None, _entries: Sequence[Entry], *, at: datetime) -> None:
    """Let the open clocks follow a change of the office's calendar; finished ones stay."""
    if office is not None:
        with office_scope(office):
            services.recompute_open_clocks(by="system", at=at)
            services.look_again()


@follow("sop.leavers", "office.membership.ended")
def leavers(office: UUID | None, entries: Sequence[Entry], *, at: datetime) -> None:
    """Free the steps that somebody had taken up whose access has ended."""
    if office is not None:
        with office_scope(office):
            people = {UUID(str(entry.data["person"])) for entry in entries}
            services.release_steps(people=people, by="system", at=at)
