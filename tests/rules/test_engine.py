"""The engine's road: opening, finishing, returning, refusing, closing."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from kelola.sop import engine
from kelola.sop.definition.shape import Opens
from kelola.sop.engine import RefusalCode, RunState, StepState
from tests.rules.engine_samples import (
    ANDI,
    BUDI,
    CALENDAR,
    CUT,
    MONTHLY,
    NOVEMBER,
    activity,
    begin,
    finish,
    line,
    moment,
    names_open,
    outcome,
    procedure,
    states,
    walk,
)


def refused(run: engine.Run, command: engine.Command, code: RefusalCode) -> engine.Refusal:
    with pytest.raises(engine.Refusal) as caught:
        engine.advance(run, command, CALENDAR, moment(2, 10))
    assert caught.value.code is code
    return caught.value


def test_opening_opens_the_first_activity_and_says_so() -> None:
    run, facts = engine.open_run(line(), "S", None, CALENDAR, moment(2))
    assert states(run) == {"A1": "ready"}
    assert run.state is RunState.OPEN
    assert run.steps[0].clock_from == run.steps[0].opened_at == moment(2)
    assert facts == (engine.StepOpened("A", 1, StepState.READY, moment(3)),)


def test_an_unknown_strand_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        engine.open_run(line(), "T", None, CALENDAR, moment(2))


def test_finishing_opens_the_next_and_tells_both() -> None:
    run, facts = engine.advance(begin(line()), finish("A"), CALENDAR, moment(2, 9))
    assert states(run) == {"A1": "done", "B1": "ready"}
    assert run.steps[0].performer == ANDI
    assert run.steps[0].outcome == "done"
    assert run.steps[0].finished_at == run.steps[1].opened_at == moment(2, 9)
    assert facts == (
        engine.StepFinished("A", 1, ANDI, "done", "B"),
        engine.StepOpened("B", 1, StepState.READY, moment(3, 9)),
    )


def test_the_last_outcome_completes_the_run() -> None:
    run = walk(begin(line()), finish("A"), finish("B"))
    run, facts = engine.advance(run, finish("C", by=BUDI), CALENDAR, moment(3))
    assert run.state is RunState.COMPLETED
    assert facts == (engine.StepFinished("C", 1, BUDI, "done", "end"), engine.RunCompleted())


def test_a_return_opens_the_next_attempt_and_leaves_the_old_step_alone() -> None:
    run = walk(begin(line()), finish("A"))
    old = run.step("A", 1)
    run, facts = engine.advance(run, finish("B", code="back"), CALENDAR, moment(2, 10))
    assert states(run) == {"A1": "done", "B1": "returned", "A2": "ready"}
    assert run.step("A", 1) == old
    assert facts[0] == engine.StepReturned("B", 1, ANDI, "back", "A")


def test_after_a_return_the_way_forward_opens_new_attempts_too() -> None:
    run = walk(
        begin(line()), finish("A"), finish("B"), finish("C", by=BUDI, code="far_back"),
        finish("A", 2), finish("B", 2),
    )  # fmt: skip
    assert states(run) == {
        "A1": "done", "B1": "done", "C1": "returned", "A2": "done", "B2": "done", "C2": "ready",
    }  # fmt: skip
    assert walk(run, finish("C", 2, BUDI)).state is RunState.COMPLETED


def test_a_return_needs_a_reason_but_no_output() -> None:
    run = walk(begin(line()), finish("A"))
    refused(run, finish("B", code="back", remarks_given=False), RefusalCode.REASON_MISSING)
    assert names_open(walk(run, finish("B", code="back", output_complete=False))) == ["A2"]


def test_an_outcome_that_asks_for_a_reason_gets_one() -> None:
    run = walk(begin(line()), finish("A"), finish("B"))
    command = finish("C", by=BUDI, code="refused", remarks_given=False)
    refused(run, command, RefusalCode.REASON_MISSING)
    assert walk(run, finish("C", by=BUDI, code="refused")).state is RunState.COMPLETED


def test_without_the_output_nothing_is_finished() -> None:
    refused(begin(line()), finish("A", output_complete=False), RefusalCode.OUTPUT_MISSING)


def test_an_outcome_of_another_activity_is_unknown() -> None:
    refusal = refused(begin(line()), finish("A", code="back"), RefusalCode.UNKNOWN_OUTCOME)
    assert refusal.activity == "A"
    assert refusal.params == {"outcome": "back"}


def test_the_second_of_two_people_is_told_who_was_first() -> None:
    run = walk(begin(line()), finish("A"))
    refusal = refused(run, finish("A", by=BUDI), RefusalCode.STEP_CLOSED)
    assert refusal.params == {
        "attempt": 1, "latest": 1, "state": StepState.DONE, "by": ANDI, "at": moment(2, 9),
        "outcome": "done",
    }  # fmt: skip


def test_so_is_the_second_at_the_last_step() -> None:
    run = walk(begin(line()), finish("A"), finish("B"), finish("C", by=BUDI))
    assert refused(run, finish("C", by=CUT), RefusalCode.STEP_CLOSED).params["by"] == BUDI
    refused(run, finish("D"), RefusalCode.RUN_CLOSED)
    refused(run, finish("C", 2), RefusalCode.RUN_CLOSED)
    refused(run, engine.Recompute(), RefusalCode.RUN_CLOSED)
    refused(run, engine.CancelRun(reason_given=True), RefusalCode.RUN_CLOSED)


def test_a_page_of_an_earlier_attempt_is_told_so() -> None:
    run = walk(begin(line()), finish("A"), finish("B", code="back"))
    assert refused(run, finish("A", 1), RefusalCode.WRONG_ATTEMPT).params["latest"] == 2
    assert refused(run, finish("A", 3), RefusalCode.WRONG_ATTEMPT).params == {"latest": 2}


def test_a_later_activity_is_not_open_yet() -> None:
    refused(begin(line()), finish("B"), RefusalCode.STEP_NOT_OPEN)
    refused(begin(line()), finish("nowhere"), RefusalCode.STEP_NOT_OPEN)


def test_four_eyes_bar_finishing_returning_and_claiming() -> None:
    run = walk(begin(line()), finish("A"), finish("B"))
    for command in (finish("C"), finish("C", code="back"), engine.Claim("C", 1, ANDI)):
        assert refused(run, command, RefusalCode.FOUR_EYES).params == {"other": "B", "by": ANDI}
    assert engine.four_eyes(run, "C", ANDI) == "B"
    assert engine.four_eyes(run, "C", BUDI) == ""


def test_four_eyes_look_at_who_did_it_last() -> None:
    run = walk(
        begin(line()), finish("A"), finish("B"), finish("C", by=BUDI, code="back"),
        finish("B", 2, CUT),
    )  # fmt: skip
    refused(run, finish("C", 2, CUT), RefusalCode.FOUR_EYES)
    assert walk(run, finish("C", 2, ANDI)).state is RunState.COMPLETED


def test_a_claim_starts_the_step_once() -> None:
    run, facts = engine.advance(begin(line()), engine.Claim("A", 1, ANDI), CALENDAR, moment(2, 9))
    step = run.steps[0]
    assert (step.state, step.assignee, step.started_at) == (
        StepState.STARTED, ANDI, moment(2, 9),
    )  # fmt: skip
    assert facts == (engine.StepClaimed("A", 1, ANDI, ""),)
    assert engine.advance(run, engine.Claim("A", 1, ANDI), CALENDAR, moment(2, 10)) == (run, ())


def test_a_claimed_step_is_taken_over_openly() -> None:
    run = walk(begin(line()), engine.Claim("A", 1, ANDI))
    command = finish("A", by=BUDI)
    assert refused(run, command, RefusalCode.ASSIGNED_TO_OTHER).params == {"assignee": ANDI}
    run, facts = engine.advance(run, engine.Claim("A", 1, BUDI), CALENDAR, moment(2, 11))
    assert facts == (engine.StepClaimed("A", 1, BUDI, ANDI),)
    assert run.steps[0].started_at == moment(2, 9)
    assert walk(run, command).steps[0].performer == BUDI


def test_cancelling_needs_a_reason_and_closes_everything() -> None:
    run = walk(begin(line()), finish("A"))
    refused(run, engine.CancelRun(reason_given=False), RefusalCode.REASON_MISSING)
    run, facts = engine.advance(run, engine.CancelRun(reason_given=True), CALENDAR, moment(2, 10))
    assert states(run) == {"A1": "done", "B1": "cancelled"}
    assert run.state is RunState.CANCELLED
    assert facts == (engine.StepCancelled("B", 1, not_needed=False), engine.RunCancelled())
    for command in (
        finish("A"), finish("B"), finish("nowhere"), engine.Claim("B", 1, ANDI),
        engine.ResumeClock("B", 1), engine.Recompute(), engine.CancelRun(reason_given=True),
    ):  # fmt: skip
        assert refused(run, command, RefusalCode.RUN_CLOSED).params == {"state": run.state}


def test_a_scheduled_strand_wants_its_slot_and_others_none() -> None:
    scheduled = procedure(
        activity("A", outcome("done", "end")), opens=(Opens.ON_SCHEDULE,), rule=MONTHLY
    )
    both = procedure(
        activity("A", outcome("done", "end")),
        opens=(Opens.ON_REQUEST, Opens.ON_SCHEDULE),
        rule=MONTHLY,
    )
    recurring = procedure(
        activity("A", outcome("done", "B")),
        activity("B", outcome("done", "end"), time_standard=MONTHLY),
        opens=(Opens.ON_REQUEST, Opens.ON_SCHEDULE),
        rule=MONTHLY,
    )
    for sop, slot, code in (
        (scheduled, None, RefusalCode.SLOT_MISSING),
        (recurring, None, RefusalCode.SLOT_MISSING),
        (line(), NOVEMBER, RefusalCode.SLOT_NOT_WANTED),
    ):
        with pytest.raises(engine.Refusal) as caught:
            engine.open_run(sop, "S", slot, CALENDAR, moment(2))
        assert caught.value.code is code
    assert begin(both).slot is None
    assert begin(both, slot=NOVEMBER).slot == begin(scheduled, slot=NOVEMBER).slot == NOVEMBER


def test_work_done_first_and_recorded_after_keeps_its_own_moment() -> None:
    run = walk(begin(line()), finish("A", performed_at=moment(1, 15)), at=moment(2, 9))
    assert run.steps[0].finished_at == moment(1, 15)
    assert run.steps[1].opened_at == moment(2, 9)


def test_a_record_of_an_earlier_day_says_why() -> None:
    """Days are counted on the office's clocks: 1 o'clock in WIB is the day before in UTC."""
    run = begin(line())
    for performed, recorded, refused in (
        (moment(2, 9), moment(2, 16), False),
        (moment(2, 9), moment(3, 0), True),
        (moment(2, 23), moment(3, 1), True),
        (moment(3, 0), moment(3, 1), False),
    ):
        told = finish("A", performed_at=performed, late_reason_given=False)
        if refused:
            with pytest.raises(engine.Refusal) as caught:
                walk(run, told, at=recorded.astimezone(UTC))
            assert caught.value.code is RefusalCode.LATE_REASON_MISSING
        else:
            assert walk(run, told, at=recorded).steps[0].finished_at == performed


def test_nothing_is_performed_in_the_future() -> None:
    run = walk(begin(line()), finish("A", performed_at=moment(5)), at=moment(2, 9))
    assert run.steps[0].finished_at == moment(2, 9)


def test_a_clock_set_back_gives_steps_of_no_length() -> None:
    run = walk(begin(line()), finish("A"), at=moment(1))
    assert run.steps[0].finished_at == run.steps[1].opened_at == moment(2)
    run = walk(run, engine.Claim("B", 1, ANDI), at=moment(2) - timedelta(hours=2))
    assert run.steps[1].started_at == moment(2)


def test_changed_steps_are_the_new_and_the_different() -> None:
    before = walk(begin(line()), finish("A"))
    after = walk(before, finish("B"))
    assert [s.activity for s in engine.changed_steps(before, after)] == ["B", "C"]
    assert engine.changed_steps(after, after) == ()


def undone(key: str, by: str = ANDI, *, reason: bool = True) -> engine.LeaveUndone:
    return engine.LeaveUndone(key, 1, by, reason_given=reason)


def test_a_step_left_undone_says_so_and_the_run_goes_on() -> None:
    run, facts = engine.advance(begin(line()), undone("A"), CALENDAR, moment(2, 9))
    assert states(run) == {"A1": "not_carried_out", "B1": "ready"}
    step = run.steps[0]
    assert (step.performer, step.outcome, step.finished_at) == (ANDI, "", moment(2, 9))
    assert facts == (
        engine.StepLeftUndone("A", 1, ANDI, "B"),
        engine.StepOpened("B", 1, StepState.READY, moment(3, 9)),
    )


def test_leaving_a_step_undone_needs_a_reason() -> None:
    refused(begin(line()), undone("A", reason=False), RefusalCode.REASON_MISSING)


def test_where_somebody_decides_nothing_can_be_left_undone() -> None:
    sop = procedure(
        activity("A", outcome("yes", "B"), outcome("no", "end")), activity("B", outcome("x", "end"))
    )
    refused(begin(sop), undone("A"), RefusalCode.DECISION_WANTED)
    back = procedure(
        activity("A", outcome("x", "B")),
        activity("B", outcome("x", "end"), outcome("back", "A", back=True)),
    )
    run = walk(begin(back), finish("A", code="x"), undone("B"))
    assert (states(run)["B1"], run.state) == ("not_carried_out", RunState.COMPLETED)


def test_what_was_waited_for_may_never_come() -> None:
    sop = procedure(activity("A", outcome("x", "end"), waits_for="Tagihan"))
    run = walk(begin(sop), undone("A"))
    assert (run.steps[0].state, run.steps[0].due_at) == (StepState.NOT_CARRIED_OUT, None)


def test_the_second_of_two_is_told_that_it_was_left_undone() -> None:
    run = walk(begin(line()), undone("A", BUDI))
    answer = refused(run, finish("A"), RefusalCode.STEP_CLOSED)
    assert (answer.params["by"], answer.params["state"]) == (BUDI, StepState.NOT_CARRIED_OUT)


def test_a_colleagues_step_is_not_left_undone_over_their_head() -> None:
    run = walk(begin(line()), engine.Claim("A", 1, BUDI))
    refused(run, undone("A"), RefusalCode.ASSIGNED_TO_OTHER)


def test_whom_four_eyes_bar_cannot_pass_a_check_by() -> None:
    sop = procedure(
        activity("A", outcome("x", "B")), activity("B", outcome("x", "end"), not_same=("A",))
    )
    run = walk(begin(sop), finish("A", code="x"))
    refused(run, undone("B"), RefusalCode.FOUR_EYES)


def ordered(key: str, by: str = BUDI, code: str = "done", **changes: object) -> engine.Order:
    given: dict[str, object] = {"ordered_at": moment(2, 8), "words_given": True, **changes}
    return engine.Order(key, 1, by, code, **given)  # type: ignore[arg-type] # free keywords of a test


def test_a_verbal_order_lets_the_run_go_on_as_of_when_it_was_given() -> None:
    run, facts = engine.advance(begin(line()), ordered("A"), CALENDAR, moment(2, 9))
    step = run.steps[0]
    assert states(run) == {"A1": "ordered", "B1": "ready"}
    assert (step.performer, step.outcome, step.finished_at) == (BUDI, "done", moment(2, 8))
    assert run.steps[1].clock_from == moment(2, 9)
    assert facts[0] == engine.StepOrdered("A", 1, BUDI, "done", "B")


def test_an_order_says_what_was_ordered_and_is_no_return() -> None:
    run = walk(begin(line()), finish("A"))
    refused(run, ordered("B", words_given=False), RefusalCode.REASON_MISSING)
    refused(run, ordered("B", code="back"), RefusalCode.UNKNOWN_OUTCOME)
    refused(run, ordered("B", code="unheard"), RefusalCode.UNKNOWN_OUTCOME)


def test_an_order_is_not_given_in_the_future() -> None:
    run = walk(begin(line()), ordered("A", ordered_at=moment(9)))
    assert run.steps[0].finished_at == moment(2, 9)


def test_four_eyes_count_an_order_as_a_decision_of_whoever_gave_it() -> None:
    run = walk(begin(line()), finish("A"), ordered("B", CUT))
    refused(run, finish("C", by=CUT), RefusalCode.FOUR_EYES)
    refused(run, ordered("C", CUT), RefusalCode.FOUR_EYES)


def test_an_order_waits_for_the_requirement_and_passes_no_colleague_by() -> None:
    sop = procedure(activity("A", outcome("done", "end"), waits_for="Daftar"))
    refused(begin(sop), ordered("A"), RefusalCode.WAITING_FOR_REQUIREMENT)
    run = walk(begin(line()), engine.Claim("A", 1, ANDI))
    refused(run, ordered("A"), RefusalCode.ASSIGNED_TO_OTHER)


def passed(key: str, code: str = "done") -> engine.PassByRule:
    return engine.PassByRule(key, 1, code)


def test_a_rule_passes_a_step_that_nobody_did() -> None:
    run, facts = engine.advance(begin(line()), passed("A"), CALENDAR, moment(2, 9))
    step = run.steps[0]
    assert states(run) == {"A1": "skipped", "B1": "ready"}
    assert (step.performer, step.outcome, step.finished_at) == ("", "done", moment(2, 9))
    assert facts[0] == engine.StepPassed("A", 1, "done", "B")


def test_a_rule_neither_returns_nor_guesses() -> None:
    run = walk(begin(line()), finish("A"))
    refused(run, passed("B", "back"), RefusalCode.UNKNOWN_OUTCOME)
    refused(run, passed("B", "unheard"), RefusalCode.UNKNOWN_OUTCOME)


def test_a_rule_takes_no_step_out_of_somebodys_hands() -> None:
    run = walk(begin(line()), engine.Claim("A", 1, ANDI))
    refused(run, passed("A"), RefusalCode.ASSIGNED_TO_OTHER)


def test_a_rule_does_not_check_what_somebody_did() -> None:
    run = walk(begin(line()), finish("A"), finish("B"))
    refused(run, passed("C"), RefusalCode.FOUR_EYES)
