"""The clock of a step: start it when the requirement is there, stop it, let it run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.rules import digest
from kelola.sop import engine
from kelola.sop.models import StepPause
from kelola.sop.services.acts import Act

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from kelola.office.models import Person
    from kelola.sop.models import Step


def meet_requirement(*, step_id: UUID, since: datetime, by: Person, at: datetime) -> Step:
    """Record that what a step waits for exists since ``since``; its clock starts.

    Raises:
        NotAllowed: the person does not hold the role.
        engine.Refusal: the step is not waiting.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        act.apply(engine.MeetRequirement(*act.key, since))
        act.tell("sop.step.readied", since=since.isoformat())
    return act.step


def pause_clock(
    *, step_id: UUID, reason: str, until: date | None, note: str, by: Person, at: datetime
) -> Step:
    """Stop a step's clock.

    Args:
        step_id: the step.
        reason: a value of ``engine.PauseReason``.
        until: the day somebody promised, if any.
        note: what is waited for, in the person's words.
        by: who stops it.
        at: aware moment.

    Raises:
        NotAllowed: the person does not hold the role.
        engine.Refusal: somebody else works on the step, the clock stands already or does not
            run, or no note is given.
        ValueError: the reason is not in the list.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        act.require_free()
        why = engine.PauseReason(reason)
        act.apply(engine.PauseClock(*act.key, why, until, bool(note.strip())))
        StepPause.objects.create(
            office_id=act.step.office_id,
            step=act.step,
            starts_at=_last_pause(act).start,
            reason=why,
            until=until,
            note=note.strip(),
            by=by,
        )
        act.tell(
            "sop.step.paused",
            reason=why.value,
            until=until.isoformat() if until else "",
            note=digest(act.step.salt, note.strip()),
        )
    return act.step


def resume_clock(*, step_id: UUID, by: Person, at: datetime) -> Step:
    """Let a step's clock run on; its due moves by the working time that was paused.

    Raises:
        NotAllowed: the person does not hold the role.
        engine.Refusal: somebody else works on the step, or the clock is not stopped.

    """
    with transaction.atomic():
        act = Act(step_id, by, at)
        act.require_free()
        act.apply(engine.ResumeClock(*act.key))
        act.tell("sop.step.resumed", due=act.step.due_at.isoformat() if act.step.due_at else "")
    return act.step


def _last_pause(act: Act) -> engine.Pause:
    value = act.loaded.value.step(*act.key)
    if value is None:
        raise LookupError(act.key)
    return value.pauses[-1]
