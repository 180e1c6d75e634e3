"""Where a run goes from a finished step: on, back, into a parallel group and out of it.

Rules for groups (one level):

* A group is entered as a whole, by its key or by a member's key coming from outside: every member
  opens a new attempt.
* A member whose forward outcome leads to its own group's key (or to a member of it) is done with
  its part. ``any``: the others are cancelled as not needed and the run goes on. ``all``: when no
  member is open, members without a standing result are opened again, else the run goes on.
* A return into a group by a member's key opens that member only; the others' results stand.
* A member's return to a fellow member opens that one; the returning member comes again when the
  others are done.
* Any outcome of a member that leads out of the group, forward or back, leaves it at once: its open
  fellow members are cancelled as not needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.definition.shape import Group, GroupJoin, Outcome

from .state import SETTLED_STATES, RunState

if TYPE_CHECKING:
    from .draft import Draft

END = "end"


def enter(draft: Draft, target: str, *, returning: bool = False) -> None:
    """Open what ``target`` names: an activity, a group, or the end of the run."""
    if target == END:
        draft.close(RunState.COMPLETED)
        return
    strand = draft.run.strand
    group = strand.group(target) or (None if returning else strand.group_of(target))
    for activity in group.members if group else (target,):
        draft.open(activity)


def leave(draft: Draft, activity: str, outcome: Outcome) -> None:
    """Follow ``outcome`` from an activity whose step was just closed."""
    group = draft.run.strand.group_of(activity)
    if group is None:
        enter(draft, outcome.to, returning=outcome.is_return)
    elif outcome.is_return and outcome.to in group.members:
        draft.open(outcome.to)
    elif not outcome.is_return and outcome.to in (group.key, *group.members):
        _join(draft, group)
    else:
        _cancel_members(draft, group)
        enter(draft, outcome.to, returning=outcome.is_return)


def _join(draft: Draft, group: Group) -> None:
    if group.join is GroupJoin.ANY:
        _cancel_members(draft, group)
        enter(draft, group.to)
        return
    latest = {m: draft.run.latest(m) for m in group.members}
    if any(step.is_open for step in latest.values() if step):
        return
    missing = [m for m, s in latest.items() if s is None or s.state not in SETTLED_STATES]
    if not missing:
        enter(draft, group.to)
    for member in missing:
        draft.open(member)


def _cancel_members(draft: Draft, group: Group) -> None:
    for step in draft.run.open_steps():
        if step.activity in group.members:
            draft.cancel(step, not_needed=True)
