"""Parallel groups: entering, joining, leaving, coming back."""

from __future__ import annotations

import pytest

from kelola.sop import engine
from kelola.sop.definition.shape import Group, GroupJoin
from kelola.sop.engine import RefusalCode, RunState
from tests.rules.engine_samples import (
    ANDI,
    BUDI,
    CALENDAR,
    CUT,
    activity,
    begin,
    finish,
    fork,
    moment,
    names_open,
    outcome,
    procedure,
    states,
    walk,
)


def entered(join: GroupJoin) -> engine.Run:
    return walk(begin(fork(join)), finish("A"))


def joined() -> engine.Run:
    """Return a run whose whole group is done: X by Andi, Y by Budi, Z by Cut."""
    return walk(
        entered(GroupJoin.ALL), finish("X"), finish("Y", by=BUDI), finish("Z", by=CUT)
    )  # fmt: skip


def test_a_group_opens_all_its_members() -> None:
    assert names_open(entered(GroupJoin.ALL)) == ["X1", "Y1", "Z1"]


def test_a_member_named_from_outside_means_its_group() -> None:
    sop = procedure(
        activity("A", outcome("done", "X")),
        activity("X", outcome("done", "G")),
        activity("Y", outcome("done", "G")),
        groups=(Group("G", GroupJoin.ALL, ("X", "Y"), "end"),),
    )
    assert names_open(walk(begin(sop), finish("A"))) == ["X1", "Y1"]


def test_a_strand_may_begin_with_a_group() -> None:
    sop = procedure(
        activity("X", outcome("done", "G")),
        activity("Y", outcome("done", "G")),
        groups=(Group("G", GroupJoin.ALL, ("X", "Y"), "end"),),
        first="G",
    )
    run = begin(sop)
    assert names_open(run) == ["X1", "Y1"]
    assert walk(run, finish("Y"), finish("X")).state is RunState.COMPLETED


def test_all_waits_for_everyone_in_any_order() -> None:
    run = walk(entered(GroupJoin.ALL), finish("Z"), finish("X"))
    assert names_open(run) == ["Y1"]
    assert names_open(walk(run, finish("Y", by=BUDI))) == ["B1"]


def test_any_goes_on_with_the_first_and_frees_the_rest() -> None:
    run = entered(GroupJoin.ANY)
    run, facts = engine.advance(run, finish("Y"), CALENDAR, moment(2, 10))
    assert states(run) == {
        "A1": "done", "X1": "cancelled", "Y1": "done", "Z1": "cancelled", "B1": "ready",
    }  # fmt: skip
    assert [s.activity for s in run.steps if s.not_needed] == ["X", "Z"]
    assert facts[:3] == (
        engine.StepFinished("Y", 1, ANDI, "done", "G"),
        engine.StepCancelled("X", 1, not_needed=True),
        engine.StepCancelled("Z", 1, not_needed=True),
    )
    with pytest.raises(engine.Refusal) as caught:
        engine.advance(run, finish("X"), CALENDAR, moment(2, 11))
    assert caught.value.code is RefusalCode.STEP_CLOSED
    assert caught.value.params["state"] == "cancelled"


@pytest.mark.parametrize("join", list(GroupJoin))
def test_a_return_into_the_group_reopens_that_member_only(join: GroupJoin) -> None:
    run = walk(
        entered(join), *([finish("Z", by=CUT), finish("Y", by=BUDI)] * (join is GroupJoin.ALL)),
        finish("X"), finish("B", code="to_x"),
    )  # fmt: skip
    assert names_open(run) == ["X2"]
    assert names_open(walk(run, finish("X", 2))) == ["B2"]


def test_a_return_to_the_whole_group_reopens_everyone() -> None:
    run = walk(joined(), finish("B", code="to_group"))
    assert names_open(run) == ["X2", "Y2", "Z2"]


def test_entering_again_from_the_front_forgets_the_old_results() -> None:
    run = walk(joined(), finish("B", code="to_a"), finish("A", 2), finish("X", 2))
    assert names_open(run) == ["Y2", "Z2"]


def test_a_return_out_of_the_group_frees_the_fellows() -> None:
    run = walk(entered(GroupJoin.ALL), finish("Z", by=CUT), finish("X", code="back"))
    assert states(run) == {
        "A1": "done", "X1": "returned", "Y1": "cancelled", "Z1": "done", "A2": "ready",
    }  # fmt: skip
    assert run.latest("Y") is not None
    assert [s.activity for s in run.steps if s.not_needed] == ["Y"]
    assert names_open(walk(run, finish("A", 2))) == ["X2", "Y2", "Z2"]


def test_a_forward_outcome_out_of_the_group_leaves_it_at_once() -> None:
    run = walk(entered(GroupJoin.ALL), finish("Y", code="stop"))
    assert run.state is RunState.COMPLETED
    assert states(run)["X1"] == states(run)["Z1"] == "cancelled"


def test_a_member_returning_to_a_fellow_comes_again_after_it() -> None:
    run = walk(entered(GroupJoin.ALL), finish("X"), finish("Y", by=BUDI, code="to_x"))
    assert names_open(run) == ["Z1", "X2"]
    run = walk(run, finish("Z"))
    assert names_open(run) == ["X2"]
    run = walk(run, finish("X", 2))
    assert names_open(run) == ["Y2"]
    assert names_open(walk(run, finish("Y", 2, BUDI))) == ["B1"]


def test_a_member_returning_to_an_open_fellow_opens_nothing_twice() -> None:
    run = walk(entered(GroupJoin.ALL), finish("Y", by=BUDI, code="to_x"))
    assert names_open(run) == ["X1", "Z1"]
    assert names_open(walk(run, finish("X"), finish("Z"))) == ["Y2"]


def test_a_group_left_halfway_and_reentered_by_one_member_is_completed() -> None:
    sop = procedure(
        activity("X", outcome("done", "G"), outcome("skip", "B")),
        activity("Y", outcome("done", "G")),
        activity("B", outcome("done", "end"), outcome("to_x", "X", back=True)),
        groups=(Group("G", GroupJoin.ALL, ("X", "Y"), "B"),),
        first="G",
    )
    run = walk(begin(sop), finish("X", code="skip"), finish("B", code="to_x"), finish("X", 2))
    assert names_open(run) == ["Y2"]
    assert names_open(walk(run, finish("Y", 2))) == ["B2"]


def test_fellows_bar_each_other_whichever_is_done_first() -> None:
    run = walk(entered(GroupJoin.ALL), finish("Y", by=BUDI))
    assert engine.four_eyes(run, "X", BUDI) == "Y"
    assert engine.four_eyes(run, "X", ANDI) == ""
    assert engine.four_eyes(run, "Z", BUDI) == ""


def test_a_group_may_lead_to_a_group() -> None:
    sop = procedure(
        activity("U", outcome("done", "G")),
        activity("V", outcome("done", "G")),
        activity("X", outcome("done", "H")),
        activity("Y", outcome("done", "H")),
        groups=(
            Group("G", GroupJoin.ALL, ("U", "V"), "H"),
            Group("H", GroupJoin.ANY, ("X", "Y"), "end"),
        ),
        first="G",
    )
    run = walk(begin(sop), finish("U"), finish("V"))
    assert names_open(run) == ["X1", "Y1"]
    assert walk(run, finish("X")).state is RunState.COMPLETED


def test_a_group_of_all_goes_on_without_the_member_that_was_left_undone() -> None:
    run = walk(
        begin(fork(GroupJoin.ALL)),
        finish("A"),
        engine.LeaveUndone("Z", 1, ANDI, reason_given=True),
        finish("X", by=BUDI),
        finish("Y"),
    )
    assert states(run)["Z1"] == "not_carried_out"
    assert names_open(run) == ["B1"]
