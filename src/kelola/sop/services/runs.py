"""Open and cancel runs; let open clocks follow the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.services import next_number
from kelola.sop import engine, policies, queries
from kelola.sop.models import Origin, Run, SopVersion, Step
from kelola.sop.rules import run_number
from kelola.sop.services import rows
from kelola.sop.services.findable import index_run
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from kelola.ledger.rules import JSON
    from kelola.office.models import Person


class SlotTaken(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """The slot already has a run."""


def open_run(
    *,
    version: SopVersion,
    procedure: str,
    strand: str,
    subject: str,
    slot: workcal.Slot | None,
    origin: Origin,
    by: Person | None,
    at: datetime,
    done_at: datetime | None = None,
    done_reason: str = "",
) -> Run:
    """Open a run of one strand with its first step.

    Args:
        version: the version it stays on for life.
        procedure: code, such as ``B``.
        strand: key, such as ``C2-C7``.
        subject: what it is about, in the person's words.
        slot: the round it stands for; None for strands on request.
        origin: why it was opened.
        by: who opens it; None is the schedule, which may open any round.
        at: aware moment.
        done_at: when the work was done, where the run records what was done already.
        done_reason: why it is recorded on a later day than it was done.

    Raises:
        NotAllowed: the person has no part in the strand.
        engine.Refusal: a slot is missing or not wanted.
        SlotTaken: the slot already has a run.

    """
    definition = queries.definition(version.definition_id)
    part = definition.procedure(procedure)
    calendar = calendar_of(version.office_id)
    today = workcal.local(calendar, at).date()
    if by is not None:
        roles = queries.roles_of(by, today).of(version.sop_id)
        policies.require(policies.may_open(roles, part, part.strand(strand)))
    value, _facts = engine.open_run(part, strand, slot, calendar, at)
    try:
        with transaction.atomic():
            run = Run(
                office_id=version.office_id,
                sop_id=version.sop_id,
                version=version,
                procedure=procedure,
                strand=strand,
                subject=subject,
                slot_key=slot.key if slot else "",
                slot_opens_on=slot.opens_on if slot else None,
                slot_due_on=slot.due_on if slot else None,
                origin=origin,
                opened_at=at,
                opened_by=by,
                done_at=done_at,
                done_reason=done_reason,
            )
            _number(run, today)
            before = rows.to_value(run, (), part, part.strand(strand), {})
            opened = rows.save(rows.Loaded(run, {}, before, calendar), value, at)
            index_run(run)
            _tell_opened(run, opened)
    except IntegrityError as error:
        if slot is not None and slot.key in queries.taken_slots(version.sop, strand):
            raise SlotTaken from error
        raise
    return run


def _number(run: Run, today: date) -> None:
    """Give the run its number and save it, so that a number is never lost."""
    run.year = today.year
    run.sequence = next_number(
        office=run.office_id, register=f"{run.sop_id}:{run.procedure}", year=run.year
    )
    run.number = run_number(run.sequence, run.procedure, today)
    run.save(force_insert=True)


def _done_data(run: Run) -> dict[str, str]:
    if run.done_at is None:
        return {}
    reason = {"done_reason": digest(run.salt, run.done_reason)} if run.done_reason else {}
    return {"done_at": run.done_at.isoformat(), **reason}


def _tell_opened(run: Run, opened: list[Step]) -> None:
    append(
        office=run.office_id,
        at=run.opened_at,
        by=str(run.opened_by_id or "system"),
        verb="sop.run.opened",
        object=f"sop.run:{run.id}",
        data={
            "version": str(run.version_id),
            "strand": run.strand,
            "slot": run.slot_key,
            "sequence": run.sequence,
            "subject": digest(run.salt, run.subject),
            "opened": opened_data(opened),
            **_done_data(run),
        },
    )


def opened_data(steps: list[Step]) -> list[JSON]:
    """Return what the ledger keeps of newly opened steps."""
    return [
        {
            "step": str(s.id),
            "activity": s.activity,
            "attempt": s.attempt,
            "due": s.due_at.isoformat() if s.due_at else None,
        }
        for s in steps
    ]


def cancel_run(*, run_id: UUID, reason: str, by: Person, at: datetime) -> Run:
    """Give up a run with all its open steps; its number stays taken.

    Raises:
        NotAllowed: the person is not the head of the procedure.
        engine.Refusal: the run is closed already, or no reason is given.

    """
    with transaction.atomic():
        loaded = rows.load(run_id)
        row, part = loaded.row, loaded.value.procedure
        today = workcal.local(loaded.calendar, at).date()
        roles = queries.roles_of(by, today).of(row.sop_id)
        policies.require(policies.may_cancel(roles, part, part.role(part.head).title.id))
        after, _facts = engine.advance(
            loaded.value, engine.CancelRun(bool(reason.strip())), loaded.calendar, at
        )
        rows.save(loaded, after, at)
        row.state = after.state
        row.closed_at = rows.closing_time(after, at)
        row.closed_by = by
        row.cancel_reason = reason.strip()
        row.save(update_fields=["state", "closed_at", "closed_by", "cancel_reason"])
        append(
            office=row.office_id,
            at=at,
            by=str(by.id),
            verb="sop.run.cancelled",
            object=f"sop.run:{row.id}",
            data={"reason": digest(row.salt, row.cancel_reason)},
        )
    return row


def recompute_open_clocks(*, by: str, at: datetime) -> int:
    """Let every open clock of the open office follow the calendar now in force.

    Finished clocks never change. Each run is its own transaction, so that a kill half-way leaves
    whole runs and a second call does the rest.

    Returns:
        how many steps got another due.

    """
    moved = 0
    open_runs = Run.objects.filter(state=engine.RunState.OPEN).order_by("id")
    for run_id in list(open_runs.values_list("id", flat=True)):
        with transaction.atomic():
            loaded = rows.load(run_id)
            if loaded.value.state is not engine.RunState.OPEN:
                continue
            after, facts = engine.advance(loaded.value, engine.Recompute(), loaded.calendar, at)
            changes = [f for f in facts if isinstance(f, engine.DueMoved)]
            if not changes:
                continue
            rows.save(loaded, after, at)
            moved += len(changes)
            append(
                office=loaded.row.office_id,
                at=at,
                by=by,
                verb="sop.clock.moved",
                object=f"sop.run:{run_id}",
                data={
                    "moved": [
                        {
                            "step": str(loaded.step(f.activity, f.attempt).id),
                            "old": f.old.isoformat() if f.old else None,
                            "new": f.new.isoformat() if f.new else None,
                        }
                        for f in changes
                    ]
                },
            )
    return moved
