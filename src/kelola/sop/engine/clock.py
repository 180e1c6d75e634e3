"""When a step is due: a pure function of its time standard, its pauses and the calendar."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kelola.sop.definition.shape import Activity, Opens, Strand
from kelola.workcal import rules

if TYPE_CHECKING:
    from .state import Run, Step


@lru_cache(maxsize=1024)
def _parsed(text: str) -> rules.Standard:
    return rules.parse_standard(text)


def standard_of(run: Run, activity: Activity) -> rules.Standard:
    """Return the time standard an activity has in this run.

    In a run with a slot the activities the strand lists in ``due_with_slot`` are due when the slot
    closes, whatever their own time says.
    """
    if run.slot is not None and activity.key in run.strand.due_with_slot:
        return rules.Recurrence(run.strand.rule)
    return _parsed(activity.time)


def due_of(run: Run, step: Step, calendar: rules.Calendar) -> rules.Due | None:
    """Return when ``step`` is due, or None while its clock is not running yet.

    A pause counts once it has ended: until then nobody knows by how much the due will move, and
    reminders leave a paused step alone.
    """
    if step.clock_from is None:
        return None
    standard = standard_of(run, run.procedure.activity(step.activity))
    pauses = tuple(rules.Pause(p.start, p.end) for p in step.pauses if p.end is not None)
    return rules.due(calendar, step.clock_from, standard, pauses, run.slot)


def wants_slot(strand: Strand, activities: tuple[Activity, ...]) -> bool:
    """Return whether a run of ``strand`` can't do without a slot.

    That is a strand opened by its schedule alone, or one with an activity whose own time is a
    recurrence. A strand that is also opened on request may do without.
    """
    only_scheduled = bool(strand.rule) and set(strand.opens) == {Opens.ON_SCHEDULE}
    return only_scheduled or any(isinstance(_parsed(a.time), rules.Recurrence) for a in activities)
