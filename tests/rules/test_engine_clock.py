"""The engine's clocks: requirement, pauses, slots, a calendar that changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from kelola.sop import engine
from kelola.sop.definition.shape import Opens
from kelola.sop.engine import PauseReason, RefusalCode, StepState
from tests.rules.engine_samples import (
    ANDI,
    BUDI,
    CALENDAR,
    CALENDAR_WEDNESDAY_OFF,
    MONTHLY,
    NOVEMBER,
    activity,
    begin,
    finish,
    line,
    moment,
    outcome,
    procedure,
    walk,
)

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.sop.definition.shape import Procedure


def one(time_standard: str = "P1D", *, waits_for: str = "") -> Procedure:
    return procedure(
        activity("A", outcome("done", "B"), time_standard=time_standard, waits_for=waits_for),
        activity("B", outcome("done", "end")),
    )


def pause(reason: PauseReason = PauseReason.REQUESTER, **changes: object) -> engine.PauseClock:
    given: dict[str, object] = {"until": None, "note_given": True, **changes}
    return engine.PauseClock("A", 1, reason, **given)  # type: ignore[arg-type] # free keywords of a test


def refused(run: engine.Run, command: engine.Command) -> RefusalCode:
    with pytest.raises(engine.Refusal) as caught:
        engine.advance(run, command, CALENDAR, moment(2, 10))
    return caught.value.code


def due(run: engine.Run) -> datetime | None:
    return run.steps[0].due_at


RESUME = engine.ResumeClock("A", 1)


def test_a_step_has_its_due_from_the_moment_it_opened() -> None:
    run = begin(one("PT2H"), at=moment(2, 11))
    assert (run.steps[0].due_target, due(run)) == (None, moment(2, 14))


def test_a_range_has_a_target_and_a_limit() -> None:
    step = begin(one("PT3H..P1D"), at=moment(2, 8)).steps[0]
    assert (step.due_target, step.due_at) == (moment(2, 11), moment(3, 8))


def test_a_waiting_step_has_no_clock_and_takes_no_command() -> None:
    run = begin(one(waits_for="Faktur"))
    step = run.steps[0]
    assert (step.state, step.clock_from, step.due_at) == (StepState.WAITING, None, None)
    for command in (finish("A"), engine.Claim("A", 1, ANDI), pause()):
        assert refused(run, command) is RefusalCode.WAITING_FOR_REQUIREMENT
    assert refused(run, RESUME) is RefusalCode.NOT_PAUSED
    assert engine.advance(run, engine.Recompute(), CALENDAR, moment(2, 10)) == (run, ())


def test_the_clock_starts_when_the_requirement_exists() -> None:
    run = begin(one(waits_for="Faktur"))
    run, facts = engine.advance(
        run, engine.MeetRequirement("A", 1, moment(4, 9)), CALENDAR, moment(5, 9)
    )
    assert run.steps[0].state is StepState.READY
    assert facts == (engine.RequirementMet("A", 1, moment(4, 9), moment(5, 9)),)
    assert due(run) == moment(5, 9)
    assert refused(run, engine.MeetRequirement("A", 1, moment(4))) is RefusalCode.NOT_WAITING


def test_an_older_requirement_starts_it_with_the_step_a_future_one_now() -> None:
    run = begin(one(waits_for="Faktur"), at=moment(3))
    for since, expected in ((moment(1), moment(3)), (moment(20), moment(4, 9))):
        met = walk(run, engine.MeetRequirement("A", 1, since), at=moment(4, 9))
        assert met.steps[0].clock_from == expected


def test_a_step_that_waits_for_nothing_has_no_requirement_to_meet() -> None:
    command = engine.MeetRequirement("A", 1, moment(2))
    assert refused(begin(one()), command) is RefusalCode.NOT_WAITING


def test_what_was_there_once_is_not_waited_for_again() -> None:
    sop = procedure(
        activity("A", outcome("done", "B"), waits_for="Daftar"),
        activity("B", outcome("back", "A", back=True), outcome("done", "end")),
    )
    run = walk(
        begin(sop), engine.MeetRequirement("A", 1, moment(2)), finish("A"),
        finish("B", code="back"),
    )  # fmt: skip
    again = run.steps[-1]
    assert (again.attempt, again.state, again.clock_from) == (2, StepState.READY, again.opened_at)


def test_a_pause_stops_the_clock_and_resuming_moves_the_due() -> None:
    run = begin(one("PT4H"))
    run, paused = engine.advance(
        run, pause(PauseReason.SPARE_PART, until=date(2026, 11, 3)), CALENDAR, moment(2, 9)
    )
    assert run.steps[0].state is StepState.PAUSED
    assert paused == (engine.ClockPaused("A", 1, PauseReason.SPARE_PART, date(2026, 11, 3)),)
    assert due(run) == moment(2, 12)
    run, resumed = engine.advance(run, RESUME, CALENDAR, moment(2, 11))
    assert run.steps[0].pauses == (
        engine.Pause(moment(2, 9), moment(2, 11), PauseReason.SPARE_PART, date(2026, 11, 3)),
    )
    assert resumed == (
        engine.ClockResumed("A", 1, StepState.READY),
        engine.DueMoved("A", 1, moment(2, 12), moment(2, 15)),
    )
    assert due(run) == moment(2, 15)


def test_a_pause_over_the_night_moves_by_working_time_only() -> None:
    run = walk(begin(one("PT4H")), pause(), at=moment(2, 16))
    assert due(walk(run, RESUME, at=moment(3, 8, 30))) == moment(2, 12)
    run = walk(begin(one("P1D")), pause(), at=moment(2, 16))
    assert due(walk(run, RESUME, at=moment(3, 8, 30))) == moment(3, 9)


def test_a_pause_moves_both_ends_of_a_range() -> None:
    run = walk(begin(one("PT3H..P1D")), pause(), at=moment(2, 9))
    run, facts = engine.advance(run, RESUME, CALENDAR, moment(2, 10))
    assert facts[1] == engine.DueMoved(
        "A", 1, moment(3, 8), moment(3, 9), moment(2, 11), moment(2, 12)
    )


def test_a_claimed_step_is_started_again_after_its_pause() -> None:
    run = walk(begin(one()), engine.Claim("A", 1, ANDI), pause(), RESUME)
    assert run.steps[0].state is StepState.STARTED


def test_a_paused_step_is_taken_over_and_stays_paused() -> None:
    run = walk(begin(one()), pause(), engine.Claim("A", 1, BUDI))
    assert (run.steps[0].state, run.steps[0].assignee) == (StepState.PAUSED, BUDI)
    assert walk(run, RESUME).steps[0].state is StepState.STARTED


def test_pauses_come_one_at_a_time_and_with_a_note() -> None:
    run = walk(begin(one()), pause())
    assert refused(run, pause()) is RefusalCode.ALREADY_PAUSED
    assert refused(begin(one()), RESUME) is RefusalCode.NOT_PAUSED
    assert refused(begin(one()), pause(note_given=False)) is RefusalCode.REASON_MISSING


def test_finishing_a_paused_step_ends_the_pause_then_and_there() -> None:
    run = walk(begin(one("PT4H")), pause(), at=moment(2, 9))
    run, facts = engine.advance(run, finish("A"), CALENDAR, moment(2, 10))
    step = run.steps[0]
    assert (step.state, step.pauses[0].end) == (StepState.DONE, moment(2, 10))
    assert step.due_at == moment(2, 14)
    assert facts[:3] == (
        engine.ClockResumed("A", 1, StepState.READY),
        engine.DueMoved("A", 1, moment(2, 12), moment(2, 14)),
        engine.StepFinished("A", 1, ANDI, "done", "B"),
    )


def test_work_performed_during_the_pause_ends_it_when_it_was_performed() -> None:
    run = walk(begin(one("PT4H")), pause(), at=moment(2, 9))
    run = walk(run, finish("A", performed_at=moment(2, 10)), at=moment(5))
    assert run.steps[0].pauses[0].end == moment(2, 10)
    run = walk(begin(one("PT4H")), pause(), at=moment(2, 9))
    run = walk(run, finish("A", performed_at=moment(2, 8)), at=moment(5))
    assert run.steps[0].pauses[0].end == moment(2, 9)


def test_cancelling_ends_the_pause_too() -> None:
    run = walk(begin(one()), pause(), at=moment(2, 9))
    run = walk(run, engine.CancelRun(reason_given=True), at=moment(2, 11))
    assert run.steps[0].pauses[0].end == run.steps[0].finished_at == moment(2, 11)


def test_a_holiday_declared_late_moves_open_clocks_and_no_finished_one() -> None:
    run = walk(begin(line()), finish("A"), at=moment(3))
    finished = run.steps[0]
    run, facts = engine.advance(run, engine.Recompute(), CALENDAR_WEDNESDAY_OFF, moment(3, 9))
    assert run.steps[0] == finished
    assert facts == (engine.DueMoved("B", 1, moment(4), moment(5)),)
    again = engine.advance(run, engine.Recompute(), CALENDAR_WEDNESDAY_OFF, moment(3, 9))
    assert again == (run, ())


def test_steps_due_with_the_slot_are_due_when_it_closes() -> None:
    sop = procedure(
        activity("A", outcome("done", "B"), time_standard="P1D"),
        activity("B", outcome("done", "end"), time_standard="PT2H"),
        opens=(Opens.ON_SCHEDULE,),
        rule=MONTHLY,
        due_with_slot=("A",),
    )
    run = walk(begin(sop, slot=NOVEMBER), finish("A"), at=moment(2, 9))
    assert [s.due_at for s in run.steps] == [moment(30, 16, 30), moment(2, 11)]


def test_without_a_slot_their_own_time_counts() -> None:
    sop = procedure(
        activity("A", outcome("done", "end"), time_standard="P1D"),
        opens=(Opens.ON_REQUEST, Opens.ON_SCHEDULE),
        rule=MONTHLY,
        due_with_slot=("A",),
    )
    assert due(begin(sop)) == moment(3)
    assert due(begin(sop, slot=NOVEMBER)) == moment(30, 16, 30)


def test_a_clock_set_back_gives_pauses_of_no_length() -> None:
    run = walk(begin(one()), pause(), at=moment(2, 12))
    run = walk(run, RESUME, at=moment(2, 12) - timedelta(hours=3))
    assert run.steps[0].pauses[0].end == moment(2, 12)
    assert due(run) == moment(3)
