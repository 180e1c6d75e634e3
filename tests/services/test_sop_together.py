"""One person, one form: several steps of one person are finished in one go, or none is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kelola.ledger.queries import entries_of, verify
from kelola.office.models import Appointment
from kelola.sop import engine, policies, queries, services
from kelola.sop.models import Run, Step
from kelola.sop.services import rows
from tests.runs import MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelola.office.models import Person
    from tests.runs import Desk

pytestmark = pytest.mark.django_db


def together(desk: Desk, run: Run, keys: Sequence[str], by: Person, **more: Any) -> Run:
    """Finish these steps in one go, with complete forms."""
    desk.now += MINUTE
    step = desk.step(run, keys[0])
    values: dict[str, Any] = {
        "step_id": step.id,
        "forms": {key: desk.form(run, key) for key in keys},
        "revision": step.revision,
        "by": by,
        "at": desk.now,
    }
    return services.finish_together(**{**values, **more})


def states(run: Run) -> dict[str, str]:
    """Return the state of each step."""
    return dict(Step.objects.filter(run=run).values_list("activity", "state"))


def row_of(run: Run, activity: str, person: Person, *roles: str) -> tuple[str, ...]:
    """Return what the engine lets one person finish in one go."""
    value = rows.load(run.id).value
    step = value.latest(activity)
    assert step
    return engine.for_one_person(value, step, str(person.id), frozenset(roles))


def test_each_step_keeps_its_clock_its_form_and_its_entry(desk: Desk) -> None:
    run = desk.open("B")
    andi = desk.people.andi
    together(desk, run, ["B1", "B2"], andi.person)
    assert states(run) == {"B1": "done", "B2": "done", "B3": "ready"}
    steps = list(Step.objects.filter(run=run).order_by("position"))
    assert [s.due_at is not None for s in steps] == [True, True, True]
    assert [s.performed_at for s in steps[:2]] == [desk.now, desk.now]
    assert [s.performer for s in steps[:2]] == [andi.person, andi.person]
    assert steps[0].form["description"]
    assert steps[1].form["analysis"]
    told = [e.verb for e in entries_of(str(run.office_id), [f"sop.run:{run.id}"])]
    assert told.count("sop.step.finished") == 2
    assert verify().ok


def test_work_of_an_earlier_day_is_a_late_record_of_each(desk: Desk) -> None:
    run = desk.open("B")
    done = desk.now + MINUTE
    desk.now += timedelta(days=1)
    together(
        desk, run, ["B1", "B2"], desk.people.andi.person, performed_at=done, late_reason="Padam"
    )
    kept = Step.objects.filter(run=run, activity__in=["B1", "B2"])
    assert {(s.performed_at, s.late_reason) for s in kept} == {(done, "Padam")}


def test_what_one_form_lacks_leaves_all_unfinished_and_says_so_of_each(desk: Desk) -> None:
    run = desk.open("B")
    with pytest.raises(services.PartsIncomplete) as refused:
        together(desk, run, ["B1", "B2"], desk.people.andi.person, forms={"B1": {}, "B2": {}})
    assert set(refused.value.problems) == {"B1", "B2"}
    forms = {"B1": desk.form(run, "B1"), "B2": {}}
    with pytest.raises(services.PartsIncomplete) as refused:
        together(desk, run, ["B1", "B2"], desk.people.andi.person, forms=forms)
    assert set(refused.value.problems) == {"B2"}
    assert states(run) == {"B1": "ready"}


def test_a_file_of_another_run_is_told_at_its_step(desk: Desk) -> None:
    run, other = desk.open("B"), desk.open("B", "Lain")
    foreign = desk.form(other, "B1")["photo"]
    forms = {"B1": desk.form(run, "B1") | {"photo": foreign}, "B2": desk.form(run, "B2")}
    with pytest.raises(services.PartsIncomplete) as refused:
        together(desk, run, ["B1", "B2"], desk.people.andi.person, forms=forms)
    assert [p.path for p in refused.value.problems["B1"]] == ["photo"]
    assert states(run) == {"B1": "ready"}


@pytest.mark.parametrize(
    "keys", [["B2"], ["B1", "B3"], ["B1", "B2", "B3"], ["B1", "B2", "B2b"], ["B2", "B1"]]
)
def test_only_ones_own_steps_in_their_order(desk: Desk, keys: list[str]) -> None:
    run = desk.open("B")
    with pytest.raises(services.RowChanged):
        services.finish_together(
            step_id=desk.step(run, "B1").id,
            forms={key: {} for key in keys},
            revision=0,
            by=desk.people.andi.person,
            at=desk.now,
        )
    assert states(run) == {"B1": "ready"}


def test_a_step_that_is_finished_already_says_who_did_it(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1")
    with pytest.raises(engine.Refusal) as refused:
        together(desk, run, ["B1", "B2"], desk.people.andi.person)
    assert refused.value.code is engine.RefusalCode.STEP_CLOSED
    with pytest.raises(policies.NotAllowed):
        together(desk, run, ["B2"], desk.people.cut.person)
    assert states(run) == {"B1": "done", "B2": "ready"}


def test_a_form_saved_meanwhile_is_not_overwritten(desk: Desk) -> None:
    run = desk.open("B")
    services.save_draft(
        step_id=desk.step(run, "B1").id,
        data={"unit": "PTSP"},
        revision=0,
        by=desk.people.andi.person,
        at=desk.now,
    )
    with pytest.raises(services.StaleForm):
        together(desk, run, ["B1", "B2"], desk.people.andi.person, revision=0)
    assert states(run) == {"B1": "started"}


def test_the_row_ends_at_a_group_a_decision_of_others_and_where_four_eyes_look(desk: Desk) -> None:
    andi, budi = desk.people.andi.person, desk.people.budi.person
    every = ("operator_admin", "kasubag_ptip", "sekretaris")
    run = desk.open("B")
    assert row_of(run, "B1", andi, "operator_admin") == ("B1", "B2")
    assert row_of(run, "B1", budi, "kasubag_ptip") == ()
    # One person for all of it: whoever does B6 may not do B7.
    assert row_of(run, "B1", andi, *every) == ("B1", "B2", "B3", "B4", "B5", "B6")
    monthly = desk.open("C2-C7")
    desk.finish(monthly, "C2")
    assert row_of(monthly, "C3", budi, "kasubag_ptip") == ("C3", "C4", "C5", "C6")
    assert row_of(monthly, "C3", andi, *every) == ()  # who did C2
    application = desk.open("D2-D6", "SIPP")
    assert row_of(application, "D2", andi, "operator_admin") == ()  # waits for its release
    services.claim_step(step_id=desk.step(run, "B1").id, by=andi, at=desk.now)
    assert row_of(run, "B1", budi, *every) == ()  # somebody else works on it


def test_the_steps_of_the_kasubag_on_one_page(desk: Desk) -> None:
    run = desk.open("C2-C7")
    desk.finish(run, "C2")
    together(desk, run, ["C3", "C4", "C5", "C6"], desk.people.budi.person)
    assert states(run)["C7"] == "ready"
    assert {states(run)[key] for key in ("C3", "C4", "C5", "C6")} == {"done"}


def test_who_lost_the_role_finishes_none(desk: Desk) -> None:
    run = desk.open("B")
    Appointment.objects.filter(person=desk.people.andi.person).delete()
    assert not queries.roles_of(desk.people.andi.person, desk.now.date()).of(run.sop_id)
    with pytest.raises(policies.NotAllowed):
        together(desk, run, ["B1", "B2"], desk.people.andi.person)
    assert states(run) == {"B1": "ready"}
