"""Laws of the engine over random procedures and random commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from kelola.sop import engine
from kelola.sop.engine import END, OPEN_STATES, PauseReason, RunState, StepState
from tests.rules.engine_drawn import commands, procedures
from tests.rules.engine_samples import (
    CALENDAR,
    CALENDAR_WEDNESDAY_OFF,
    NOVEMBER,
    activity,
    moment,
    outcome,
    procedure,
)

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Procedure
    from kelola.workcal.rules import Calendar

Known = dict[tuple[str, int], StepState]


SIMPLE = {
    engine.RequirementMet: StepState.READY,
    engine.ClockPaused: StepState.PAUSED,
    engine.StepFinished: StepState.DONE,
    engine.StepReturned: StepState.RETURNED,
    engine.StepCancelled: StepState.CANCELLED,
    engine.StepOrdered: StepState.ORDERED,
    engine.StepPassed: StepState.SKIPPED,
    engine.StepLeftUndone: StepState.NOT_CARRIED_OUT,
}


def replay(known: Known, facts: tuple[engine.Fact, ...], state: RunState) -> RunState:
    """Follow the states by the facts alone, without looking at any run."""
    for fact in facts:
        if isinstance(fact, engine.RunCompleted):
            state = RunState.COMPLETED
        elif isinstance(fact, engine.RunCancelled):
            state = RunState.CANCELLED
        elif isinstance(fact, engine.DueMoved):
            assert (fact.old, fact.old_target) != (fact.new, fact.new_target)
        elif isinstance(fact, engine.StepClaimed):
            key = (fact.activity, fact.attempt)
            if known[key] is not StepState.PAUSED:
                known[key] = StepState.STARTED
        elif isinstance(fact, engine.StepOpened | engine.ClockResumed):
            known[fact.activity, fact.attempt] = fact.state
        else:
            known[fact.activity, fact.attempt] = SIMPLE[type(fact)]
    return state


def check(run: engine.Run) -> None:
    """Assert what holds in every reachable run."""
    open_keys = [s.activity for s in run.open_steps()]
    assert len(open_keys) == len(set(open_keys))
    assert bool(open_keys) == (run.state is RunState.OPEN)
    if len(open_keys) > 1:
        groups = {run.strand.group_of(key) for key in open_keys}
        assert len(groups) == 1
        assert None not in groups
    for key in run.strand.activities:
        attempts = [s.attempt for s in run.steps if s.activity == key]
        assert attempts == list(range(1, len(attempts) + 1))
        assert all(not s.is_open for s in run.steps if s.activity == key and s != run.latest(key))
    for step in run.steps:
        check_step(run, step)


def check_step(run: engine.Run, step: engine.Step) -> None:
    assert (step.state in OPEN_STATES) == (step.finished_at is None)
    assert (step.state is StepState.PAUSED) == any(p.end is None for p in step.pauses)
    undone = step.state is StepState.NOT_CARRIED_OUT
    never_ran = undone or step.state in (StepState.WAITING, StepState.CANCELLED)
    assert never_ran or step.clock_from is not None
    assert (step.clock_from is None) == (step.due_at is None)
    decided = step.state in (StepState.DONE, StepState.RETURNED, StepState.ORDERED)
    passed = step.state is StepState.SKIPPED
    assert (decided or passed) == bool(step.outcome)
    assert not passed or not run.procedure.activity(step.activity).not_same_person_as
    assert (decided or undone) == bool(step.performer)
    assert not step.not_needed or step.state is StepState.CANCELLED
    assert step.opened_at >= run.opened_at
    assert step.clock_from is None or step.clock_from >= step.opened_at
    assert step.started_at is None or step.started_at >= step.opened_at
    assert all(p.end is None or p.start <= p.end for p in step.pauses)
    ended = [p.end for p in step.pauses if p.end is not None]
    starts = [p.start for p in step.pauses]
    assert all(end <= start for end, start in zip(ended, starts[1:], strict=False))


def check_four_eyes(before: engine.Run, command: engine.Command) -> None:
    """Assert that an accepted command came from nobody the four-eyes rule excludes."""
    if isinstance(command, engine.Claim | engine.Finish | engine.LeaveUndone | engine.Order):
        for other in before.procedure.activity(command.activity).not_same_person_as:
            step = before.latest(other)
            done = step is not None and step.state in (StepState.DONE, StepState.ORDERED)
            assert not (done and step and step.performer == command.by)


def check_change(before: engine.Run, after: engine.Run) -> None:
    final = [s for s in before.steps if not s.is_open]
    assert [after.step(s.activity, s.attempt) for s in final] == final
    assert replace(after, state=before.state, steps=before.steps) == before


def opened(sop: Procedure) -> tuple[engine.Run, tuple[engine.Fact, ...]]:
    slot = NOVEMBER if sop.strands[0].rule else None
    return engine.open_run(sop, "S", slot, CALENDAR, moment(2))


def attempted(
    run: engine.Run, command: engine.Command, calendar: Calendar, at: datetime
) -> tuple[engine.Run, tuple[engine.Fact, ...]] | None:
    """Return what the engine makes of a command, or None if it refuses."""
    try:
        answer = engine.advance(run, command, calendar, at)
    except engine.Refusal:
        return None
    assert run.state is RunState.OPEN
    assert engine.advance(run, command, calendar, at) == answer
    return answer


@settings(max_examples=120, deadline=None)
@given(sop=procedures(), data=st.data())
def test_every_reachable_run_is_sound(sop: Procedure, data: st.DataObject) -> None:
    at = moment(2)
    run, facts = opened(sop)
    known: Known = {}
    told = replay(known, facts, RunState.OPEN)
    check(run)
    for _ in range(data.draw(st.integers(1, 25))):
        command = data.draw(commands(run))
        at += timedelta(minutes=data.draw(st.integers(-300, 2000)))
        calendar = data.draw(st.sampled_from([CALENDAR, CALENDAR_WEDNESDAY_OFF]))
        answer = attempted(run, command, calendar, at)
        if answer is None:
            continue
        before, (run, facts) = run, answer
        told = replay(known, facts, told)
        assert told is run.state
        assert known == {(s.activity, s.attempt): s.state for s in run.steps}
        assert bool(facts) == (run != before)
        check(run)
        check_change(before, run)
        check_four_eyes(before, command)


def wander(sop: Procedure, data: st.DataObject) -> engine.Run:
    """Return a run after some random commands."""
    run, _ = opened(sop)
    for _ in range(data.draw(st.integers(0, 15))):
        answer = attempted(run, data.draw(commands(run)), CALENDAR, moment(3))
        run = answer[0] if answer else run
    return run


def finish_as_stranger(run: engine.Run, step: engine.Step, number: int) -> engine.Run:
    """Finish a step forward, whatever stands in the way that a person can clear."""
    by = f"new-{number}"
    todo: list[engine.Command] = [
        engine.Claim(step.activity, step.attempt, by),
        engine.Finish(
            step.activity, step.attempt, by, "done", output_complete=True, remarks_given=True
        ),
    ]
    if step.state is StepState.WAITING:
        todo.insert(0, engine.MeetRequirement(step.activity, step.attempt, moment(2)))
    for command in todo:
        run, _ = engine.advance(run, command, CALENDAR, moment(20))
    return run


@settings(max_examples=120, deadline=None)
@given(sop=procedures(), data=st.data())
def test_from_anywhere_going_forward_reaches_the_end(sop: Procedure, data: st.DataObject) -> None:
    run = wander(sop, data)
    bound = 3 * len(sop.activities)
    for number in range(bound):
        if run.state is not RunState.OPEN:
            break
        step = data.draw(st.sampled_from(run.open_steps()))
        run = finish_as_stranger(run, step, number)
    assert run.state is not RunState.OPEN


@settings(max_examples=60, deadline=None)
@given(sop=procedures(), data=st.data())
def test_recomputing_twice_is_recomputing_once(sop: Procedure, data: st.DataObject) -> None:
    run = wander(sop, data)
    if run.state is RunState.OPEN:
        once, _ = engine.advance(run, engine.Recompute(), CALENDAR_WEDNESDAY_OFF, moment(4))
        again, facts = engine.advance(once, engine.Recompute(), CALENDAR_WEDNESDAY_OFF, moment(4))
        assert (again, facts) == (once, ())
        dueless = [replace(s, due_at=None, due_target=None) for s in once.steps]
        assert dueless == [replace(s, due_at=None, due_target=None) for s in run.steps]
        back, _ = engine.advance(once, engine.Recompute(), CALENDAR, moment(4))
        assert back == run


@settings(max_examples=60, deadline=None)
@given(gaps=st.lists(st.integers(0, 600), min_size=2, max_size=8))
def test_a_longer_history_of_pauses_never_hastens_the_due(gaps: list[int]) -> None:
    sop = procedure(activity("A", outcome("done", END), time_standard="P1D"))
    run, _ = engine.open_run(sop, "S", None, CALENDAR, moment(2))
    dues = [run.steps[0].due_at]
    at = moment(2)
    for number, gap in enumerate(gaps):
        at += timedelta(minutes=gap)
        command: engine.Command = (
            engine.ResumeClock("A", 1)
            if number % 2
            else engine.PauseClock("A", 1, PauseReason.BUDGET, None, note_given=True)
        )
        run, _ = engine.advance(run, command, CALENDAR, at)
        dues.append(run.steps[0].due_at)
    assert all(a is not None and b is not None and a <= b for a, b in pairwise(dues))
