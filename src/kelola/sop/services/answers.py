"""Whether a completed run is settled: asked of who opened it, and after three days nobody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.sop import policies
from kelola.sop.models import Answer, AnswerState, Origin, Run
from kelola.sop.rules import ANSWER_WITHIN
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person

_BATCH = 500
_VERBS = {
    AnswerState.SETTLED: "sop.answer.settled",
    AnswerState.UNSETTLED: "sop.answer.refused",
    AnswerState.SILENT: "sop.answer.assumed",
}


def ask_opener(row: Run, calendar: workcal.Calendar, *, by: Person, at: datetime) -> None:
    """Ask who opened a run whether it is settled, unless they completed it themselves.

    Only for runs on request: a schedule asks nobody. Part of completing it, in its transaction.

    Args:
        row: the run, just completed.
        calendar: of its office.
        by: who completed it.
        at: aware moment.

    """
    if row.origin != Origin.REQUEST or row.opened_by_id in (None, by.pk):
        return
    today = workcal.local(calendar, at).date()
    last = workcal.nth_working_day(calendar, today, ANSWER_WITHIN)
    due_at = workcal.windows(calendar, last)[-1][1]
    Answer.objects.create(
        office_id=row.office_id, run=row, asked_of_id=row.opened_by_id, due_at=due_at
    )


def answer_run(*, run_id: UUID, state: AnswerState, words: str, by: Person, at: datetime) -> Answer:
    """Say whether a run that one opened is settled, once; after silence it may still be said.

    Args:
        run_id: the run, completed.
        state: settled or unsettled.
        words: in the person's words; required when it is not settled.
        by: who opened the run.
        at: aware moment.

    Raises:
        Answer.DoesNotExist: nobody is asked about this run.
        NotAllowed: it is asked of somebody else, was answered, or words are missing.
        ValueError: another state than these two.

    """
    if state not in (AnswerState.SETTLED, AnswerState.UNSETTLED):
        raise ValueError(state)
    words = words.strip()
    with transaction.atomic():
        row = Answer.objects.select_for_update(of=("self",)).get(run_id=run_id)
        if row.asked_of_id != by.pk:
            raise policies.NotAllowed(_("This is asked of who opened the run."))
        if row.state not in (AnswerState.ASKED, AnswerState.SILENT):
            raise policies.NotAllowed(_("This was already answered."))
        if state == AnswerState.UNSETTLED and not words:
            raise policies.NotAllowed(_("Write what is not settled, then send again."))
        row.state, row.words, row.answered_at = state, words, at
        row.save(update_fields=["state", "words", "answered_at"])
        _tell(row, str(by.pk), at, words=digest(row.run.salt, words) if words else "")
    return row


def take_silence(*, by: str, at: datetime) -> int:
    """Take runs of the open office as settled whose opener did not answer in time.

    Each is its own transaction; a second call finds what a kill left.

    Returns:
        how many.

    """
    taken = 0
    waiting = Answer.objects.filter(state=AnswerState.ASKED, due_at__lte=at).order_by(
        "due_at", "pk"
    )
    for key in list(waiting.values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            row = Answer.objects.select_for_update(of=("self",)).get(pk=key)
            if row.state != AnswerState.ASKED:
                continue
            row.state, row.answered_at = AnswerState.SILENT, at
            row.save(update_fields=["state", "answered_at"])
            _tell(row, by, at)
            taken += 1
    return taken


def _tell(row: Answer, by: str, at: datetime, **data: str) -> None:
    append(
        office=row.office_id,
        at=at,
        by=by,
        verb=_VERBS[AnswerState(row.state)],
        object=f"sop.run:{row.run_id}",
        data=data,
    )
