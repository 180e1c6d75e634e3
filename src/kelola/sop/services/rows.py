"""Between rows and the engine: load a run under lock, save what a command changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kelola.office.prepared import Prepared
from kelola.registry import new_id
from kelola.sop import engine, kinds, queries
from kelola.sop.models import Run, Step, StepPause
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from kelola.sop.definition.shape import Procedure, Strand

_STEP_FIELDS = (
    "state",
    "not_needed",
    "assignee_id",
    "performer_id",
    "clock_from",
    "started_at",
    "performed_at",
    "recorded_at",
    "due_target",
    "due_at",
    "remind_at",
    "falls_due_at",
    "reminds_at",
    "escalates_at",
    "has_pauses",
    "outcome",
)
# What a person wrote, and as whom.
_WRITTEN = ("form", "remarks", "late_reason", "revision", "acting_for")


@dataclass(slots=True)
class Loaded:
    """A locked run: its row, its steps by (activity, attempt), and its value for the engine."""

    row: Run
    steps: dict[tuple[str, int], Step]
    value: engine.Run
    calendar: workcal.Calendar

    def step(self, activity: str, attempt: int) -> Step:
        """Return the row of a step."""
        return self.steps[activity, attempt]


def slot_of(row: Run) -> workcal.Slot | None:
    """Return the slot a run stands for, or None."""
    if not row.slot_key or row.slot_opens_on is None or row.slot_due_on is None:
        return None
    return workcal.Slot(opens_on=row.slot_opens_on, due_on=row.slot_due_on, key=row.slot_key)


def load(run_id: UUID) -> Loaded:
    """Load a run and its steps, locked until the transaction ends.

    On SQLite the transaction itself is the lock (BEGIN IMMEDIATE).
    """
    return _loaded(_RUN, run_id)


def load_with_step(step_id: UUID) -> Loaded:
    """Load the run of a step like ``load``; raise ``Run.DoesNotExist`` for an unknown step."""
    return _loaded(_RUN_OF_STEP, step_id)


# Two queries, not one: on PostgreSQL steps joined to the lock would be read as they were before it.
_RUN = Prepared(lambda key: _locked().filter(id=key), key=UUID)
_RUN_OF_STEP = Prepared(lambda key: _locked().filter(steps__id=key), key=UUID)
_STEPS = Prepared(lambda run: Step.objects.filter(run=run).order_by("position"), run=UUID)


def _locked() -> QuerySet[Run]:
    return Run.objects.select_for_update(of=("self",))


def _loaded(asked: Prepared, key: UUID) -> Loaded:
    found = asked.rows(Run, key=key)
    if not found:
        raise Run.DoesNotExist(f"no run for {key}")
    row = found[0]
    steps = _STEPS.rows(Step, run=row.id)
    pauses = _pauses_of(row) if any(s.has_pauses for s in steps) else {}
    by_key = {(s.activity, s.attempt): s for s in steps}
    procedure = queries.procedure_of(row)
    value = to_value(row, steps, procedure, procedure.strand(row.strand), pauses)
    return Loaded(row, by_key, value, calendar_of(row.office_id))


def _pauses_of(row: Run) -> dict[UUID, list[engine.Pause]]:
    """Return the pauses by step, in order."""
    found: dict[UUID, list[engine.Pause]] = {}
    for step_id, starts_at, ends_at, reason, until in StepPause.objects.filter(
        step__run=row
    ).values_list("step_id", "starts_at", "ends_at", "reason", "until"):
        pause = engine.Pause(starts_at, ends_at, engine.PauseReason(reason), until)
        found.setdefault(step_id, []).append(pause)
    return found


def pause_value(pause: StepPause) -> engine.Pause:
    """Return the engine's value of a pause row."""
    return engine.Pause(
        pause.starts_at, pause.ends_at, engine.PauseReason(pause.reason), pause.until
    )


def to_value(
    row: Run,
    steps: Sequence[Step],
    procedure: Procedure,
    strand: Strand,
    pauses: Mapping[UUID, Sequence[engine.Pause]],
) -> engine.Run:
    """Return the engine's value of a run from its rows, the pauses by step."""
    return engine.Run(
        procedure=procedure,
        strand=strand,
        state=engine.RunState(row.state),
        slot=slot_of(row),
        opened_at=row.opened_at,
        steps=tuple(step_value(s, pauses.get(s.id, ())) for s in steps),
    )


def step_value(step: Step, pauses: Sequence[engine.Pause]) -> engine.Step:
    """Return the engine's value of a step row with these pauses."""
    return engine.Step(
        activity=step.activity,
        attempt=step.attempt,
        state=engine.StepState(step.state),
        opened_at=step.opened_at,
        clock_from=step.clock_from,
        started_at=step.started_at,
        finished_at=step.performed_at,
        due_target=step.due_target,
        due_at=step.due_at,
        outcome=step.outcome,
        assignee=str(step.assignee_id or ""),
        performer=str(step.performer_id or ""),
        pauses=tuple(pauses),
        not_needed=step.not_needed,
    )


def save(loaded: Loaded, after: engine.Run, at: datetime) -> list[Step]:
    """Write the steps that differ, and the new ones; return the rows of the new ones."""
    opened: list[Step] = []
    for value in engine.changed_steps(loaded.value, after):
        row = loaded.steps.get((value.activity, value.attempt))
        if row is None:
            row = _new_step(loaded, after, value)
            loaded.steps[value.activity, value.attempt] = row
            opened.append(row)
            _copy(loaded, row, value, at)
            continue
        was = [getattr(row, name) for name in _STEP_FIELDS]
        _copy(loaded, row, value, at)
        differ = [n for n, old in zip(_STEP_FIELDS, was, strict=True) if getattr(row, n) != old]
        row.save(update_fields=[*differ, *_WRITTEN])
        before = loaded.value.step(value.activity, value.attempt)
        _end_pauses(row, before.pauses if before else (), value.pauses)
    Step.objects.bulk_create(opened)
    loaded.value = after
    return opened


def closing_time(value: engine.Run, at: datetime) -> datetime:
    """Return when a run closed: never before its last step, even after the clock was set back."""
    return max([at, value.opened_at, *(s.finished_at for s in value.steps if s.finished_at)])


def _new_step(loaded: Loaded, after: engine.Run, value: engine.Step) -> Step:
    activity = after.procedure.activity(value.activity)
    earlier = loaded.steps.get((value.activity, value.attempt - 1))
    return Step(
        id=new_id(),
        office_id=loaded.row.office_id,
        run=loaded.row,
        sop_id=loaded.row.sop_id,
        activity=value.activity,
        attempt=value.attempt,
        position=len(loaded.steps) + 1,
        role=activity.actor,
        kind=kinds.resolve(activity.kind),
        opened_at=value.opened_at,
        # A returned form comes back as it was filled, to be mended and not typed again.
        form=dict(earlier.form) if earlier else {},
    )


def _copy(loaded: Loaded, row: Step, value: engine.Step, at: datetime) -> None:
    closing = row.state != value.state and not value.is_open
    moved = row.due_at != value.due_at
    remind_at = _remind_at(loaded, value) if moved or not value.is_open else row.remind_at
    row.falls_due_at = _untold(row.falls_due_at, value, value.due_at, at, moved=moved)
    row.reminds_at = _untold(row.reminds_at, value, remind_at, at, moved=moved)
    if moved or not value.is_open:
        row.escalates_at = None
    row.state = value.state
    row.not_needed = value.not_needed
    row.assignee_id = _id(value.assignee)
    row.performer_id = _id(value.performer)
    row.clock_from = value.clock_from
    row.started_at = value.started_at
    row.performed_at = value.finished_at
    row.due_target = value.due_target
    row.due_at = value.due_at
    row.remind_at = remind_at
    row.has_pauses = bool(value.pauses)
    row.outcome = value.outcome
    if closing:
        row.recorded_at = at


def _id(text: str) -> Any:
    return UUID(text) if text else None


def _remind_at(loaded: Loaded, value: engine.Step) -> datetime | None:
    if value.clock_from is None or value.due_at is None or not value.is_open:
        return None
    percent = loaded.value.procedure.activity(value.activity).remind_at_percent
    pauses = tuple(workcal.Pause(p.start, p.end) for p in value.pauses if p.end is not None)
    return workcal.remind_at(loaded.calendar, value.clock_from, value.due_at, percent, pauses)


def _untold(
    untold: datetime | None,
    value: engine.Step,
    moment: datetime | None,
    at: datetime,
    *,
    moved: bool,
) -> datetime | None:
    """Return the moment that is still to be told: each once, none while the clock stands."""
    if moment is None or not value.is_open:
        return None
    paused = value.state is engine.StepState.PAUSED
    if moved:
        return None if paused else moment
    if paused:
        return untold if untold and untold <= at else None
    return moment if untold is None and moment > at else untold


def _end_pauses(row: Step, before: Sequence[engine.Pause], after: Sequence[engine.Pause]) -> None:
    for known, pause in zip(before, after, strict=False):
        if known.end != pause.end:
            row.pauses.filter(starts_at=pause.start, ends_at=None).update(ends_at=pause.end)
