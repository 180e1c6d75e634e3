"""Open a run and advance it: pure, total, deterministic."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from kelola.workcal import rules as workcal

from . import commands, facts
from .clock import wants_slot
from .draft import Draft
from .refusal import Refusal, RefusalCode, closed_step
from .road import enter, leave
from .state import DECIDED_STATES, Pause, Run, RunState, Step, StepState

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.sop.definition.shape import Activity, Outcome, Procedure
    from kelola.workcal.rules import Calendar, Slot

Advanced = tuple[Run, tuple[facts.Fact, ...]]


def open_run(
    procedure: Procedure, strand_key: str, slot: Slot | None, calendar: Calendar, at: datetime
) -> Advanced:
    """Open a run of one strand at ``at`` (aware) and return it with its first facts.

    Raises KeyError for an unknown strand; Refusal ``slot_missing`` where the strand goes by its
    schedule alone, ``slot_not_wanted`` where it has no schedule.
    """
    strand = procedure.strand(strand_key)
    if slot is None and wants_slot(strand, tuple(map(procedure.activity, strand.activities))):
        raise Refusal(RefusalCode.SLOT_MISSING, strand.first, strand=strand.key)
    if slot is not None and not strand.rule:
        raise Refusal(RefusalCode.SLOT_NOT_WANTED, strand.first, strand=strand.key)
    draft = Draft(Run(procedure, strand, RunState.OPEN, slot, at), calendar, at)
    enter(draft, strand.first)
    return draft.run, tuple(draft.facts)


def advance(run: Run, command: commands.Command, calendar: Calendar, at: datetime) -> Advanced:
    """Carry out ``command`` at ``at`` (aware) and return the run after it with what changed.

    ``at`` is when the command is given; what lies before the run's last moment counts as that
    moment. Raises Refusal; a refused command has changed nothing.
    """
    if isinstance(command, commands.CancelRun | commands.Recompute):
        _require_open(run)
        draft = Draft(run, calendar, at)
        _on_run(draft, command)
    else:
        step = _addressed(run, command)
        draft = Draft(run, calendar, at)
        _on_step(draft, step, command)
    return draft.run, tuple(draft.facts)


def four_eyes(run: Run, activity: str, person: str) -> str:
    """Return the activity whose performer ``person`` is and which bars them here, or ``""``.

    It looks at the newest attempt at each activity, if that is done. Members of one group bar each
    other, for they may be finished in any order.
    """
    group = run.strand.group_of(activity)
    fellows = (run.procedure.activity(m) for m in (group.members if group else ()))
    barring = (
        *run.procedure.activity(activity).not_same_person_as,
        *(f.key for f in fellows if activity in f.not_same_person_as),
    )
    for other in barring:
        step = run.latest(other)
        if step and step.state in DECIDED_STATES and step.performer == person:
            return other
    return ""


def is_late_record(performed_at: datetime, recorded_at: datetime, calendar: Calendar) -> bool:
    """Tell whether work was recorded on a later day than it was done, as the office counts days."""
    done, told = (workcal.local(calendar, moment).date() for moment in (performed_at, recorded_at))
    return done < told


def one_road(activity: Activity) -> Outcome | None:
    """Return the one outcome that leads forward from an activity; None where somebody decides."""
    forward = [o for o in activity.outcomes if not o.is_return]
    return forward[0] if len(forward) == 1 else None


def _require_open(run: Run) -> None:
    if run.state is not RunState.OPEN:
        raise Refusal(RefusalCode.RUN_CLOSED, state=run.state)


def _addressed(run: Run, command: commands.StepCommand) -> Step:
    """Return the open step a command means, or refuse.

    In a completed run a finished step is still refused as ``step_closed``, so that the second of
    two people is told who was first.
    """
    latest = run.latest(command.activity)
    step = run.step(command.activity, command.attempt)
    if run.state is RunState.CANCELLED or step is None:
        _require_open(run)
    if latest is None:
        raise Refusal(RefusalCode.STEP_NOT_OPEN, command.activity)
    if step is None:
        raise Refusal(RefusalCode.WRONG_ATTEMPT, command.activity, latest=latest.attempt)
    if step is not latest:
        raise closed_step(RefusalCode.WRONG_ATTEMPT, step, run)
    if not step.is_open:
        raise closed_step(RefusalCode.STEP_CLOSED, step, run)
    return step


def _on_run(draft: Draft, command: commands.CancelRun | commands.Recompute) -> None:
    if isinstance(command, commands.Recompute):
        for step in draft.run.open_steps():
            draft.move_due(step)
    elif not command.reason_given:
        raise Refusal(RefusalCode.REASON_MISSING)
    else:
        draft.close(RunState.CANCELLED)


def _on_step(draft: Draft, step: Step, command: commands.StepCommand) -> None:
    match command:
        case commands.MeetRequirement():
            _meet_requirement(draft, step, command)
        case commands.Claim():
            _claim(draft, step, command)
        case commands.Finish():
            _finish(draft, step, command)
        case commands.LeaveUndone():
            _leave_undone(draft, step, command)
        case commands.Order():
            _order(draft, step, command)
        case commands.PassByRule():
            _pass(draft, step, command)
        case commands.PauseClock():
            _pause(draft, step, command)
        case commands.ResumeClock():
            if step.state is not StepState.PAUSED:
                raise Refusal(RefusalCode.NOT_PAUSED, step.activity)
            draft.end_pause(step)
        case _:
            assert_never(command)


def _meet_requirement(draft: Draft, step: Step, command: commands.MeetRequirement) -> None:
    if step.state is not StepState.WAITING:
        raise Refusal(RefusalCode.NOT_WAITING, step.activity)
    # The requirement may be older than the step, but it can't exist only in the future.
    clock_from = max(step.opened_at, min(command.since, draft.at))
    ready = draft.put(draft.clocked(replace(step, state=StepState.READY, clock_from=clock_from)))
    draft.note(facts.RequirementMet(step.activity, step.attempt, clock_from, ready.due_at))


def _require_running(step: Step) -> None:
    if step.state is StepState.WAITING:
        raise Refusal(RefusalCode.WAITING_FOR_REQUIREMENT, step.activity)


def _require_other_eyes(run: Run, activity: str, person: str) -> None:
    other = four_eyes(run, activity, person)
    if other:
        raise Refusal(RefusalCode.FOUR_EYES, activity, other=other, by=person)


def _require_free(run: Run, step: Step, person: str) -> None:
    _require_other_eyes(run, step.activity, person)
    if step.assignee not in ("", person):
        raise Refusal(RefusalCode.ASSIGNED_TO_OTHER, step.activity, assignee=step.assignee)


def _claim(draft: Draft, step: Step, command: commands.Claim) -> None:
    """Claiming one's own started step again changes nothing: a double click is no fault."""
    _require_running(step)
    _require_other_eyes(draft.run, step.activity, command.by)
    if step.assignee == command.by and step.started_at is not None:
        return
    state = StepState.PAUSED if step.state is StepState.PAUSED else StepState.STARTED
    draft.put(
        replace(step, state=state, assignee=command.by, started_at=step.started_at or draft.at)
    )
    draft.note(facts.StepClaimed(step.activity, step.attempt, command.by, step.assignee))


def _chosen(draft: Draft, step: Step, command: commands.Finish) -> Outcome:
    """Return the outcome a person may finish this step with, or refuse.

    A return needs a reason but no output: what it lacks is the reason it goes back.
    """
    _require_running(step)
    _require_free(draft.run, step, command.by)
    outcome = draft.run.procedure.activity(step.activity).outcome(command.outcome)
    if outcome is None:
        raise Refusal(RefusalCode.UNKNOWN_OUTCOME, step.activity, outcome=command.outcome)
    if (outcome.needs_reason or outcome.is_return) and not command.remarks_given:
        raise Refusal(RefusalCode.REASON_MISSING, step.activity, outcome=outcome.code)
    if not outcome.is_return and not command.output_complete:
        raise Refusal(RefusalCode.OUTPUT_MISSING, step.activity, outcome=outcome.code)
    return outcome


def _finish(draft: Draft, step: Step, command: commands.Finish) -> None:
    """Finishing a paused step ends its pause at that moment: nobody has to feign resuming."""
    outcome = _chosen(draft, step, command)
    finished_at = min(command.performed_at or draft.at, draft.at)
    if is_late_record(finished_at, draft.at, draft.calendar) and not command.late_reason_given:
        raise Refusal(RefusalCode.LATE_REASON_MISSING, step.activity, at=finished_at)
    step = draft.end_pause(step, finished_at)
    draft.put(
        replace(
            step,
            state=StepState.RETURNED if outcome.is_return else StepState.DONE,
            finished_at=finished_at,
            outcome=outcome.code,
            performer=command.by,
        )
    )
    fact = facts.StepReturned if outcome.is_return else facts.StepFinished
    draft.note(fact(step.activity, step.attempt, command.by, outcome.code, outcome.to))
    leave(draft, step.activity, outcome)


def _leave_undone(draft: Draft, step: Step, command: commands.LeaveUndone) -> None:
    """A step that still waits for its requirement may be left undone too: it may never come."""
    _require_free(draft.run, step, command.by)
    road = one_road(draft.run.procedure.activity(step.activity))
    if road is None:
        raise Refusal(RefusalCode.DECISION_WANTED, step.activity)
    if not command.reason_given:
        raise Refusal(RefusalCode.REASON_MISSING, step.activity)
    step = draft.end_pause(step)
    state = StepState.NOT_CARRIED_OUT
    draft.put(replace(step, state=state, finished_at=draft.at, performer=command.by))
    draft.note(facts.StepLeftUndone(step.activity, step.attempt, command.by, road.to))
    leave(draft, step.activity, road)


def _order(draft: Draft, step: Step, command: commands.Order) -> None:
    """What it lacks in writing comes with its ratification; nothing waits for that."""
    _require_running(step)
    _require_free(draft.run, step, command.by)
    outcome = draft.run.procedure.activity(step.activity).outcome(command.outcome)
    if outcome is None or outcome.is_return:
        raise Refusal(RefusalCode.UNKNOWN_OUTCOME, step.activity, outcome=command.outcome)
    if not command.words_given:
        raise Refusal(RefusalCode.REASON_MISSING, step.activity, outcome=outcome.code)
    ordered_at = min(command.ordered_at, draft.at)
    step = draft.end_pause(step, ordered_at)
    draft.put(
        replace(
            step,
            state=StepState.ORDERED,
            finished_at=ordered_at,
            outcome=outcome.code,
            performer=command.by,
        )
    )
    fact = facts.StepOrdered(step.activity, step.attempt, command.by, outcome.code, outcome.to)
    draft.note(fact)
    leave(draft, step.activity, outcome)


def _pass(draft: Draft, step: Step, command: commands.PassByRule) -> None:
    """What somebody has begun is theirs to finish; what checks another's work is never passed."""
    _require_running(step)
    activity = draft.run.procedure.activity(step.activity)
    if step.state is not StepState.READY or step.assignee:
        raise Refusal(RefusalCode.ASSIGNED_TO_OTHER, step.activity, assignee=step.assignee)
    if activity.not_same_person_as:
        other = activity.not_same_person_as[0]
        raise Refusal(RefusalCode.FOUR_EYES, step.activity, other=other, by="")
    outcome = activity.outcome(command.outcome)
    if outcome is None or outcome.is_return or outcome.needs_reason:
        raise Refusal(RefusalCode.UNKNOWN_OUTCOME, step.activity, outcome=command.outcome)
    state = StepState.SKIPPED
    draft.put(replace(step, state=state, finished_at=draft.at, outcome=outcome.code))
    draft.note(facts.StepPassed(step.activity, step.attempt, outcome.code, outcome.to))
    leave(draft, step.activity, outcome)


def _pause(draft: Draft, step: Step, command: commands.PauseClock) -> None:
    _require_running(step)
    if step.state is StepState.PAUSED:
        raise Refusal(RefusalCode.ALREADY_PAUSED, step.activity)
    if not command.note_given:
        raise Refusal(RefusalCode.REASON_MISSING, step.activity)
    pause = Pause(draft.at, None, command.reason, command.until)
    draft.put(replace(step, state=StepState.PAUSED, pauses=(*step.pauses, pause)))
    draft.note(facts.ClockPaused(step.activity, step.attempt, command.reason, command.until))
