"""Our engine against an engine of others: the same commands, the same enabled activities."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kelola.sop import engine
from kelola.sop.definition import loader
from kelola.sop.definition.shape import GroupJoin, Procedure, SopDefinition
from kelola.sop.engine import RunState, StepState
from kelola.sop.exchange.bpmn import bpmn_xml
from tests.rules.engine_drawn import procedures
from tests.rules.engine_samples import CALENDAR, NOVEMBER, fork, moment
from tests.rules.spiff import Oracle

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Outcome, Strand

LIBRARY = loader.load(loader.library()[0].path)
STRANDS = [(p, s) for p in LIBRARY.procedures for s in p.strands]
STEPS = 40


def alone(procedure: Procedure) -> SopDefinition:
    return SopDefinition(LIBRARY.identity, (procedure,))


class Both:
    """A run in both engines at once, compared after every command."""

    def __init__(self, procedure: Procedure, strand: Strand, xml: bytes) -> None:
        slot = NOVEMBER if strand.rule else None
        self.run, _ = engine.open_run(procedure, strand.key, slot, CALENDAR, moment(2))
        self.oracle = Oracle(xml, strand.key)
        self.road: list[str] = []
        self.compare()

    def compare(self) -> None:
        ours = sorted(step.activity for step in self.run.open_steps())
        assert self.oracle.enabled() == ours, self.road
        assert self.oracle.ended() == (self.run.state is RunState.COMPLETED), self.road

    def choices(self) -> list[tuple[engine.Step, Outcome]]:
        """Return what may be done now; nothing when the run is over."""
        return [
            (step, outcome)
            for step in self.run.open_steps()
            for outcome in self.run.procedure.activity(step.activity).outcomes
        ]

    def finish(self, step: engine.Step, code: str) -> None:
        """Finish a step as somebody new, once what it waits for is there."""
        self.road.append(f"{step.activity}:{code}")
        if step.state is StepState.WAITING:
            met = engine.MeetRequirement(step.activity, step.attempt, moment(2))
            self.run, _ = engine.advance(self.run, met, CALENDAR, moment(3))
            self.compare()
        by = f"person-{len(self.road)}"
        act = engine.Finish(step.activity, step.attempt, by, code, True, True)
        self.run, _ = engine.advance(self.run, act, CALENDAR, moment(3))
        self.oracle.finish(step.activity, code)
        self.compare()

    def leave_undone(self, step: engine.Step) -> None:
        """Leave a step undone where one road leads on: the run goes on by that."""
        road = engine.one_road(self.run.procedure.activity(step.activity))
        if road is None:
            return
        self.road.append(f"{step.activity} undone")
        by = f"person-{len(self.road)}"
        act = engine.LeaveUndone(step.activity, step.attempt, by, reason_given=True)
        self.run, _ = engine.advance(self.run, act, CALENDAR, moment(3))
        self.oracle.finish(step.activity, road.code)
        self.compare()


@settings(max_examples=200, deadline=None)
@given(procedure=procedures(), data=st.data())
def test_drawn_procedures_run_alike(procedure: Procedure, data: st.DataObject) -> None:
    (strand,) = procedure.strands
    both = Both(procedure, strand, bpmn_xml(alone(procedure)))
    for _ in range(data.draw(st.integers(1, 20))):
        if not both.choices():
            break
        step, outcome = data.draw(st.sampled_from(both.choices()))
        if data.draw(st.integers(0, 6)) == 0:
            both.leave_undone(step)
        else:
            both.finish(step, outcome.code)


def wander(procedure: Procedure, strand: Strand, xml: bytes, seed: int) -> set[tuple[str, str]]:
    """Take a random road to the end, forward when it grows long; return the outcomes taken."""
    both, chosen = Both(procedure, strand, xml), random.Random(seed)
    taken = set()
    while choices := both.choices():
        if len(both.road) > STEPS:
            choices = [(s, o) for s, o in choices if not o.is_return]
        step, outcome = chosen.choice(choices)
        both.finish(step, outcome.code)
        taken.add((step.activity, outcome.code))
    return taken


def straight_to(both: Both, activity: str) -> engine.Step:
    """Go the usual road until an activity is open."""
    while both.run.latest(activity) is None:
        step = both.run.open_steps()[0]
        both.finish(step, engine.usual_road(both.run.procedure.activity(step.activity)).code)
    return both.run.open_steps()[0]


@pytest.mark.parametrize(("procedure", "strand"), STRANDS, ids=[s.key for _, s in STRANDS])
def test_every_strand_of_the_library_runs_alike_by_every_outcome(
    procedure: Procedure, strand: Strand
) -> None:
    xml = bpmn_xml(LIBRARY)
    for key in strand.activities:
        for outcome in procedure.activity(key).outcomes:
            both = Both(procedure, strand, xml)
            both.finish(straight_to(both, key), outcome.code)
            assert both.road[-1] == f"{key}:{outcome.code}"
    for seed in range(5):
        wander(procedure, strand, xml, seed)


@pytest.mark.parametrize("join", GroupJoin)
def test_groups_with_every_kind_of_return_run_alike(join: GroupJoin) -> None:
    """Return into one member, to the whole group, out of it and from member to member."""
    procedure = fork(join)
    xml = bpmn_xml(alone(procedure))
    every = {(a.key, o.code) for a in procedure.activities for o in a.outcomes}
    roads = (wander(procedure, procedure.strands[0], xml, seed) for seed in range(40))
    assert set().union(*roads) == every


def test_a_return_into_an_all_group_opens_that_member_only_in_both() -> None:
    procedure = fork(GroupJoin.ALL)
    both = Both(procedure, procedure.strands[0], bpmn_xml(alone(procedure)))
    for key, code in [("A", "done"), ("X", "done"), ("Y", "done"), ("Z", "done"), ("B", "to_x")]:
        step = both.run.latest(key)
        assert step is not None
        both.finish(step, code)
    assert both.oracle.enabled() == ["X"]


def test_the_oracle_tells_another_road() -> None:
    """With two outcomes exchanged in the diagram the comparison must fail."""
    procedure = fork(GroupJoin.ALL)
    right = bpmn_xml(alone(procedure))
    parted = right.replace(b"== 'to_a'", b"== 'swap'").replace(b"== 'to_group'", b"== 'to_a'")
    wrong = parted.replace(b"== 'swap'", b"== 'to_group'")
    assert wrong != right

    def differs(seed: int) -> bool:
        try:
            wander(procedure, procedure.strands[0], wrong, seed)
        except AssertionError:
            return True
        return False

    assert any(differs(seed) for seed in range(20))
