"""A run while a command is being carried out: its next steps and the facts so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import facts
from .clock import due_of
from .state import Run, RunState, Step, StepState

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.workcal.rules import Calendar


def moments_of(run: Run) -> tuple[datetime, ...]:
    """Return every moment the run knows of."""
    known = [run.opened_at]
    for step in run.steps:
        known += [step.opened_at, *(m for m in (step.started_at, step.finished_at) if m)]
        for pause in step.pauses:
            known += [pause.start, *([pause.end] if pause.end else [])]
    return tuple(known)


class Draft:
    """Collects the changes of one command. ``at`` never lies before what the run already knows.

    A clock that was set back thus gives steps of no length, never of negative length.
    """

    def __init__(self, run: Run, calendar: Calendar, at: datetime) -> None:
        self.run = run
        self.calendar = calendar
        self.at = max(at, *moments_of(run), at)
        self.facts: list[facts.Fact] = []

    def note(self, fact: facts.Fact) -> None:
        """Add a fact."""
        self.facts.append(fact)

    def put(self, step: Step) -> Step:
        """Put a changed step in the place of its former self."""
        steps = tuple(
            step if (s.activity, s.attempt) == (step.activity, step.attempt) else s
            for s in self.run.steps
        )
        self.run = replace(self.run, steps=steps)
        return step

    def clocked(self, step: Step) -> Step:
        """Return ``step`` with its due under the calendar in force."""
        due = due_of(self.run, step, self.calendar)
        if due is None:
            return step
        return replace(step, due_target=due.target, due_at=due.at)

    def move_due(self, step: Step) -> Step:
        """Reckon the due anew, note it if it moved, and put the step in its place."""
        moved = self.clocked(step)
        if (moved.due_target, moved.due_at) != (step.due_target, step.due_at):
            self.note(
                facts.DueMoved(
                    step.activity,
                    step.attempt,
                    step.due_at,
                    moved.due_at,
                    step.due_target,
                    moved.due_target,
                )
            )
        return self.put(moved)

    def open(self, activity: str) -> None:
        """Open the next attempt at an activity, unless one is open already."""
        former = self.run.latest(activity)
        if former is not None and former.is_open:
            return
        # What a former attempt had waited for is still there: a return doesn't take it away.
        met = former is not None and former.clock_from is not None
        waits = self.run.procedure.activity(activity).waits_for is not None and not met
        step = self.clocked(
            Step(
                activity=activity,
                attempt=1 if former is None else former.attempt + 1,
                state=StepState.WAITING if waits else StepState.READY,
                opened_at=self.at,
                clock_from=None if waits else self.at,
            )
        )
        self.run = replace(self.run, steps=(*self.run.steps, step))
        self.note(facts.StepOpened(activity, step.attempt, step.state, step.due_at))

    def end_pause(self, step: Step, end: datetime | None = None) -> Step:
        """End the pause a step is in, at ``end`` or now; leave any other step as it is."""
        if step.state is not StepState.PAUSED:
            return step
        pauses = tuple(
            replace(p, end=max(p.start, end or self.at)) if p.end is None else p
            for p in step.pauses
        )
        state = StepState.READY if step.started_at is None else StepState.STARTED
        self.note(facts.ClockResumed(step.activity, step.attempt, state))
        return self.move_due(replace(step, state=state, pauses=pauses))

    def cancel(self, step: Step, *, not_needed: bool) -> None:
        """Cancel an open step."""
        step = self.end_pause(step)
        self.put(
            replace(step, state=StepState.CANCELLED, finished_at=self.at, not_needed=not_needed)
        )
        self.note(facts.StepCancelled(step.activity, step.attempt, not_needed))

    def close(self, state: RunState) -> None:
        """Close the run, with whatever is still open."""
        for step in self.run.open_steps():
            self.cancel(step, not_needed=state is RunState.COMPLETED)
        self.run = replace(self.run, state=state)
        self.note(facts.RunCompleted() if state is RunState.COMPLETED else facts.RunCancelled())
