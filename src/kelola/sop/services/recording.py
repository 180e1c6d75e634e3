"""Work that was done before anybody wrote it down: recorded in three answers, completed later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.sop import engine, queries
from kelola.sop.models import Origin, Step
from kelola.sop.services.runs import open_run
from kelola.sop.services.steps import save_draft
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.office.models import Person
    from kelola.sop.models import Run, SopVersion

SUBJECT_LENGTH = 200


def record_done(
    *,
    version: SopVersion,
    procedure: str,
    strand: str,
    what: str,
    who: str,
    done_at: datetime,
    reason: str,
    by: Person,
    at: datetime,
) -> Run:
    """Open a run for work that was done already, its first form begun with what is known.

    The run keeps when the work was done; the forms are completed when there is time for it.

    Args:
        version: the version it stays on for life.
        procedure: code, such as ``B``.
        strand: one with a ``done_record``.
        what: what was done, at most ``MAX_TEXT`` characters; its beginning is the run's subject.
        who: for whom, may be empty.
        done_at: when; a moment to come counts as now.
        reason: why it is recorded on a later day; kept only then, and required then.
        by: who did it and records it, the actor of the strand's first activity.
        at: aware moment.

    Raises:
        NotAllowed: the person is not the actor of the first activity.
        engine.Refusal: work of an earlier day without its reason.
        ValueError: the strand takes no such record, or there is no word in it.
        OutputIncomplete: an answer is too long for its field.

    """
    part = queries.definition(version.definition_id).procedure(procedure).strand(strand)
    if part.done_record is None or not what.strip():
        raise ValueError(strand)
    moment = min(done_at, at)
    late = engine.is_late_record(moment, at, calendar_of(version.office_id))
    if late and not reason.strip():
        raise engine.Refusal(engine.RefusalCode.LATE_REASON_MISSING, part.first, at=moment)
    with transaction.atomic():
        run = open_run(
            version=version,
            procedure=procedure,
            strand=strand,
            subject=subject_of(what),
            slot=None,
            origin=Origin.REQUEST,
            by=by,
            at=at,
            done_at=moment,
            done_reason=reason.strip() if late else "",
        )
        answers = {part.done_record.what: what.strip(), part.done_record.who: who.strip()}
        data = {key: text for key, text in answers.items() if key and text}
        first = Step.objects.get(run=run, position=1)
        save_draft(step_id=first.id, data=data, revision=0, by=by, at=at)
    return run


def subject_of(what: str) -> str:
    """Return the beginning of a text as one line that fits a run's subject."""
    line = " ".join(what.split())
    return line if len(line) <= SUBJECT_LENGTH else f"{line[: SUBJECT_LENGTH - 1].rstrip()}…"
