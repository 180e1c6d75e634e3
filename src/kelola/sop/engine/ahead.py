"""What follows a step on the usual way: for acts that settle several steps at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .execution import four_eyes
from .state import StepState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelola.sop.definition.shape import Activity, Outcome

    from .state import Run, Step


def usual_road(activity: Activity) -> Outcome:
    """Return the outcome an activity usually has: the first that leads forward.

    Raises LookupError for an activity that has none; the checks of a definition let none pass.
    """
    for outcome in activity.outcomes:
        if not outcome.is_return:
            return outcome
    raise LookupError(activity.key)


def ahead(run: Run, step: Step) -> tuple[str, ...]:
    """Return the activities that open one after another on the usual way, the step's own first.

    They end before a parallel group, before an activity that waits for what does not exist yet,
    and before one that comes a second time.
    """
    if step.state is StepState.WAITING or run.strand.group_of(step.activity):
        return (step.activity,)
    return tuple(_walk(run, step.activity))


def _walk(run: Run, activity: str) -> Iterator[str]:
    seen: set[str] = set()
    while activity in run.strand.activities and activity not in seen:
        if seen and (run.strand.group_of(activity) or _waits(run, activity)):
            return
        seen.add(activity)
        yield activity
        activity = usual_road(run.procedure.activity(activity)).to


def _waits(run: Run, activity: str) -> bool:
    former = run.latest(activity)
    met = former is not None and former.clock_from is not None
    return run.procedure.activity(activity).waits_for is not None and not met


def for_one_person(run: Run, step: Step, person: str, roles: frozenset[str]) -> tuple[str, ...]:
    """Return those of ``ahead`` that one person with these roles may finish in one go.

    None where the step waits for its requirement or somebody else works on it. A step that four
    eyes forbid them ends the row; so does one that may not be done by who does an earlier one.
    """
    if step.state is StepState.WAITING or step.assignee not in ("", person):
        return ()
    row: list[str] = []
    for key in ahead(run, step):
        activity = run.procedure.activity(key)
        barred = four_eyes(run, key, person) or _overlaps(activity.not_same_person_as, row)
        if activity.actor not in roles or barred:
            break
        row.append(key)
    return tuple(row)


def _overlaps(barring: Iterable[str], row: list[str]) -> bool:
    return not set(barring).isdisjoint(row)
