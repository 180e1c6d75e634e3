"""The fifteen strands of SOP/AS/29, walked in the engine from first activity to last."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from kelola.sop import engine
from kelola.sop.definition import loader
from kelola.sop.engine import RefusalCode, RunState, StepState
from kelola.workcal import rules
from tests.rules.engine_samples import CALENDAR, moment

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Procedure, SopDefinition, Strand

# Written from the activities of the SOP, not from the library: the road when all goes well.
ROADS = {
    "A": "A1 A2 A3 A4",
    "B": "B1 B2 B3 B4 B5 B6 B7",
    "C1": "C1",
    "C2-C7": "C2 C3 C4 C5 C6 C7",
    "D1": "D1",
    "D2-D6": "D2 D3 D6",
    "D4": "D4",
    "D5": "D5",
    "D7": "D7",
    "E": "E1 E2 E3 E4 E5 E6",
    "F1": "F1",
    "F2": "F2",
    "F3": "F3",
    "F4": "F4",
    "F5-F7": "F5 F6 F7",
}
RETURNS = {
    ("A2", "A1"), ("A3", "A2"), ("A4", "A1"),
    ("B2", "B1"), ("B3", "B2"), ("B4", "B2"), ("B5", "B2"), ("B6", "B5"), ("B6", "B2"),
    ("B7", "B2"), ("C3", "C2"), ("D3", "D2"), ("D6", "D2"),
    ("E2", "E1"), ("E3", "E2"), ("E4", "E3"), ("E5", "E4"), ("F6", "F5"), ("F7", "F6"),
}  # fmt: skip
FOUR_EYES = {("B7", "B6"), ("C3", "C2"), ("D3", "D2"), ("D6", "D2"), ("D6", "D3"), ("E4", "E3")}
WITH_SLOT = {
    "C1", "C2", "C3", "C4", "C5", "C6", "C7", "D1", "D4", "D7", "F1", "F2", "F3", "F5",
}  # fmt: skip
WAITING = {"A4", "D2", "F4"}
ON_REQUEST_TOO = {"A", "D5"}


@lru_cache
def library() -> SopDefinition:
    return loader.load(loader.library_path("SOP/AS/29"))


def strands() -> dict[str, tuple[Procedure, Strand]]:
    return {s.key: (p, s) for p in library().procedures for s in p.strands}


def slot_of(strand: Strand) -> rules.Slot | None:
    """Return the slot that holds 3 November 2026 for the strands that go by their schedule."""
    if not strand.rule or strand.key in ON_REQUEST_TOO:
        return None
    slots = rules.slots(CALENDAR, strand.rule, 2026)
    return next(s for s in reversed(slots) if s.opens_on <= moment(3).date())


def begin(key: str) -> engine.Run:
    sop, strand = strands()[key]
    return engine.open_run(sop, key, slot_of(strand), CALENDAR, moment(3))[0]


def finish(run: engine.Run, code: str = "", by: str = "") -> engine.Run:
    """Finish the one open step, by a person of its own, with its first outcome unless told."""
    (step,) = run.open_steps()
    name = (step.activity, step.attempt)
    if step.state is StepState.WAITING:
        run, _ = engine.advance(run, engine.MeetRequirement(*name, moment(3)), CALENDAR, moment(3))
    code = code or run.procedure.activity(step.activity).outcomes[0].code
    person = by or f"pelaku {step.activity}"
    command = engine.Finish(*name, person, code, output_complete=True, remarks_given=True)
    return engine.advance(run, command, CALENDAR, moment(3, 9))[0]


def reach(run: engine.Run, activity: str) -> engine.Run:
    """Go forward until an activity's step is open."""
    while run.open_steps()[0].activity != activity:
        run = finish(run)
    return run


def to_the_end(run: engine.Run) -> engine.Run:
    for _ in range(20):
        if run.state is not RunState.OPEN:
            break
        run = finish(run)
    return run


def test_the_strands_are_these_fifteen() -> None:
    assert set(strands()) == set(ROADS)


@pytest.mark.parametrize("key", ROADS)
def test_a_strand_is_walked_from_first_to_last(key: str) -> None:
    run = to_the_end(begin(key))
    assert run.state is RunState.COMPLETED
    assert " ".join(s.activity for s in run.steps) == ROADS[key]
    assert {s.state for s in run.steps} == {StepState.DONE}
    assert {s.attempt for s in run.steps} == {1}


@pytest.mark.parametrize("key", ROADS)
def test_a_step_is_due_with_its_slot_or_by_its_own_time(key: str) -> None:
    run = to_the_end(begin(key))
    close = rules.slot_close(CALENDAR, run.slot) if run.slot else None
    by_slot = {s.activity for s in run.steps if s.due_at == close}
    assert by_slot == WITH_SLOT & set(ROADS[key].split())


def test_these_wait_for_their_requirement() -> None:
    waiting = {a.key for p in library().procedures for a in p.activities if a.waits_for}
    assert waiting == WAITING
    assert begin("D2-D6").steps[0].state is StepState.WAITING
    assert begin("F4").steps[0].state is StepState.WAITING
    assert reach(begin("A"), "A4").open_steps()[0].state is StepState.WAITING


def test_these_go_by_their_schedule_alone() -> None:
    refused = set()
    for key, (sop, _) in strands().items():
        try:
            engine.open_run(sop, key, None, CALENDAR, moment(3))
        except engine.Refusal as refusal:
            refused.add((key, refusal.code))
    scheduled = {"C1", "C2-C7", "D1", "D4", "D7", "F1", "F2", "F3", "F5-F7"}
    assert refused == {(key, RefusalCode.SLOT_MISSING) for key in scheduled}


def test_the_returns_are_these_and_each_comes_round_to_the_end() -> None:
    seen = set()
    for key, (sop, strand) in strands().items():
        for activity in map(sop.activity, strand.activities):
            for outcome in (o for o in activity.outcomes if o.is_return):
                run = reach(begin(key), activity.key)
                before = run.latest(outcome.to)
                run = finish(run, outcome.code)
                assert run.latest(activity.key).state is StepState.RETURNED
                assert [(s.activity, s.attempt) for s in run.open_steps()] == [(outcome.to, 2)]
                assert run.step(outcome.to, 1) == before
                run = to_the_end(run)
                assert run.state is RunState.COMPLETED
                assert run.latest(activity.key).attempt == 2
                seen.add((activity.key, outcome.to))
    assert seen == RETURNS


def test_every_outcome_leads_to_an_end() -> None:
    for key, (sop, strand) in strands().items():
        for activity in map(sop.activity, strand.activities):
            for outcome in activity.outcomes:
                run = finish(reach(begin(key), activity.key), outcome.code)
                assert to_the_end(run).state is RunState.COMPLETED


@pytest.mark.parametrize(
    ("key", "code", "road"),
    [
        ("B", "duplicate", "B1 B2"),
        ("B", "refused", "B1 B2 B3 B4 B5"),
        ("E", "no_document", "E1 E3 E4 E5 E6"),
        ("F5-F7", "no_problem", "F5"),
        ("D2-D6", "approved_with_conditions", "D2 D3 D6"),
    ],
)
def test_the_other_ways_forward(key: str, code: str, road: str) -> None:
    sop, strand = strands()[key]
    chooser = next(a.key for a in map(sop.activity, strand.activities) if a.outcome(code))
    run = to_the_end(finish(reach(begin(key), chooser), code))
    assert " ".join(s.activity for s in run.steps) == road


def test_four_eyes_are_these_and_each_refuses() -> None:
    seen = set()
    for key, (sop, strand) in strands().items():
        for activity in map(sop.activity, strand.activities):
            for other in activity.not_same_person_as:
                run = reach(begin(key), activity.key)
                with pytest.raises(engine.Refusal) as caught:
                    finish(run, by=f"pelaku {other}")
                assert caught.value.code is RefusalCode.FOUR_EYES
                assert caught.value.params["other"] == other
                seen.add((activity.key, other))
    assert seen == FOUR_EYES
