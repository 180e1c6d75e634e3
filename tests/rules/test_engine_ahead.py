"""What one act may settle at once: the row ahead of a step, and the part that is one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from kelola.sop import engine, rules
from kelola.sop.definition import loader
from kelola.sop.engine import RunState
from tests.rules.engine_drawn import PEOPLE, commands, procedures
from tests.rules.engine_samples import CALENDAR, activity, moment, outcome, procedure
from tests.rules.test_engine_laws import attempted, opened

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Procedure


@settings(max_examples=120, deadline=None)
@given(sop=procedures(), data=st.data())
def test_whoever_is_offered_a_row_of_steps_can_finish_all_of_it(
    sop: Procedure, data: st.DataObject
) -> None:
    at, (run, _facts) = moment(2), opened(sop)
    for _ in range(data.draw(st.integers(0, 12))):
        at += timedelta(minutes=data.draw(st.integers(0, 900)))
        answer = attempted(run, data.draw(commands(run)), CALENDAR, at)
        run = answer[0] if answer else run
    if run.state is not RunState.OPEN:
        return
    step, person = data.draw(st.sampled_from(run.open_steps())), data.draw(st.sampled_from(PEOPLE))
    row = engine.for_one_person(run, step, person, frozenset({"operator"}))
    assert row == engine.ahead(run, step)[: len(row)]
    for key in row:
        latest = run.latest(key)
        assert latest is not None
        assert latest.is_open, (key, row)
        usual = engine.usual_road(run.procedure.activity(key)).code
        finish = engine.Finish(
            key, latest.attempt, person, usual, output_complete=True, remarks_given=True
        )
        run, _facts = engine.advance(run, finish, CALENDAR, at)  # a refusal fails the law


def test_a_road_that_comes_round_again_ends() -> None:
    a = activity("A", outcome("done", "B"))
    b = activity("B", outcome("back", "A", back=True), outcome("done", "end"))
    run, _facts = opened(procedure(a, b))
    assert engine.ahead(run, run.open_steps()[0]) == ("A", "B")
    assert engine.usual_road(b).code == "done"


def test_who_stands_above_whom_is_what_the_escalations_say() -> None:
    sop = loader.load(loader.library_path("SOP/AS/29"))
    assert rules.above(sop.procedure("B"), "operator_admin") == (
        "kasubag_ptip",
        "sekretaris",
        "ketua",
    )
    assert rules.above(sop.procedure("B"), "ketua") == ()
    # Of two superiors the first activity's counts; a ring of them ends.
    assert rules.above(sop.procedure("E"), "admin_web")[0] == "penanggung_jawab"
    for part in sop.procedures:
        for role in part.roles:
            found = rules.above(part, role.key)
            assert len(set(found)) == len(found)
