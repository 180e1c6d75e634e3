"""Runs through the services: every strand, returns, pauses, four eyes, two at once, bad input."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kelola.ledger.queries import entries_of, verify
from kelola.office.scope import office_scope
from kelola.office.services import appoint, end_appointment
from kelola.sop import engine, queries, services
from kelola.sop.models import Run, Step
from kelola.sop.policies import NotAllowed
from tests.people import FROM, TOLD
from tests.runs import MINUTE, MONDAY

if TYPE_CHECKING:
    from kelola.office.models import Person
    from kelola.sop.policies import Roles
    from tests.people import Someone
    from tests.runs import Desk

STRANDS = (
    "A",
    "B",
    "C1",
    "C2-C7",
    "D1",
    "D2-D6",
    "D4",
    "D5",
    "D7",
    "E",
    "F1",
    "F2",
    "F3",
    "F4",
    "F5-F7",
)

TODAY = MONDAY.date()

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("strand", STRANDS)
def test_every_strand_goes_from_its_first_activity_to_its_last(desk: Desk, strand: str) -> None:
    run = desk.walk(desk.open(strand))
    assert run.state == "completed"
    assert run.closed_at is not None
    part = desk.procedure(strand).strand(strand)
    done = list(Step.objects.filter(run=run, state="done").order_by("position"))
    assert [s.activity for s in done] == list(part.activities)
    assert all(s.performer_id and s.performed_at and s.due_at and s.form for s in done)
    assert verify().ok


def test_a_run_gets_the_next_number_of_its_procedure_and_year(desk: Desk) -> None:
    numbers = [desk.open("B").number, desk.open("B").number, desk.open("E").number]
    assert numbers == ["1/TI-B/XI/2026", "2/TI-B/XI/2026", "1/TI-E/XI/2026"]


def test_a_cancelled_run_keeps_its_number(desk: Desk) -> None:
    run = desk.open("B")
    services.cancel_run(run_id=run.id, reason="Ganda", by=desk.people.budi.person, at=desk.now)
    assert desk.open("B").sequence == run.sequence + 1


def test_a_return_opens_the_next_attempt_and_leaves_the_old_step_alone(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1")
    desk.finish(run, "B2")
    first = desk.step(run, "B2")
    desk.finish(run, "B3", _return_of(desk, "B3"), remarks="Penyebab belum jelas")
    again = desk.step(run, "B2")
    assert (again.attempt, again.state) == (2, "ready")
    assert desk.step(run, "B3").state == "returned"
    assert Step.objects.filter(id=first.id).values().get() == _values(first)
    assert again.form == first.form
    run = desk.walk(run)
    assert run.state == "completed"


def _return_of(desk: Desk, activity: str) -> str:
    procedure = desk.procedure("B")
    return next(o.code for o in procedure.activity(activity).outcomes if o.is_return)


def _values(step: Step) -> dict[str, object]:
    return Step.objects.filter(id=step.id).values().get()


def test_a_return_needs_its_reason(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1")
    with pytest.raises(engine.Refusal) as refused:
        desk.finish(run, "B2", _return_of(desk, "B2"), remarks="  ")
    assert refused.value.code is engine.RefusalCode.REASON_MISSING
    assert desk.step(run, "B2").state == "ready"


def test_a_pause_moves_the_due_by_the_working_time_it_lasted(desk: Desk) -> None:
    run = desk.open("B")
    before = desk.step(run, "B1").due_at
    person = desk.people.andi.person
    step = desk.step(run, "B1")
    services.pause_clock(
        step_id=step.id, reason="requester", until=None, note="Foto", by=person, at=desk.now
    )
    later = desk.now + timedelta(hours=2)
    services.resume_clock(step_id=step.id, by=person, at=later)
    after = desk.step(run, "B1")
    assert after.due_at is not None
    assert before is not None
    assert after.due_at - before == timedelta(hours=2)
    pause = after.pauses.get()
    assert (pause.starts_at, pause.ends_at, pause.note) == (desk.now, later, "Foto")


def test_finishing_while_paused_ends_the_pause(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    services.pause_clock(
        step_id=step.id,
        reason="requester",
        until=None,
        note="Foto",
        by=desk.people.andi.person,
        at=desk.now,
    )
    desk.finish(run, "B1")
    assert desk.step(run, "B1").pauses.get().ends_at == desk.now


def test_cancelling_ends_pauses_and_steps(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    services.pause_clock(
        step_id=step.id,
        reason="budget",
        until=None,
        note="DIPA",
        by=desk.people.andi.person,
        at=desk.now,
    )
    at = desk.now + MINUTE
    services.cancel_run(run_id=run.id, reason="Batal", by=desk.people.budi.person, at=at)
    step = desk.step(run, "B1")
    assert (step.state, step.pauses.get().ends_at) == ("cancelled", at)
    assert Run.objects.get(id=run.id).cancel_reason == "Batal"


def test_a_clock_set_back_closes_no_run_before_it_was_opened(desk: Desk) -> None:
    run = desk.open("B")
    at = desk.now - timedelta(hours=1)
    services.cancel_run(run_id=run.id, reason="Batal", by=desk.people.budi.person, at=at)
    assert Run.objects.get(id=run.id).closed_at == run.opened_at


def test_four_eyes_refuse_the_executor_as_verifier(desk: Desk) -> None:
    """B7 may not be done by who did B6, even by one who holds both roles."""
    budi = desk.people.budi
    desk.people.court.join("budi-op", "Lain", "kasubag_ptip")
    _appoint(desk, budi.person, "operator_admin")
    run = desk.open("B")
    for activity in ("B1", "B2", "B3", "B4", "B5", "B6"):
        desk.finish(run, activity)
    with pytest.raises(engine.Refusal) as refused:
        desk.finish(run, "B7", by=budi.person)
    assert refused.value.code is engine.RefusalCode.FOUR_EYES
    assert refused.value.params["other"] == "B6"
    assert desk.step(run, "B7").state == "ready"
    with pytest.raises(engine.Refusal) as refused:
        services.save_draft(
            step_id=desk.step(run, "B7").id, data={}, revision=0, by=budi.person, at=desk.now
        )
    assert refused.value.code is engine.RefusalCode.FOUR_EYES
    desk.finish(run, "B7")


def _appoint(desk: Desk, person: object, key: str) -> None:
    appoint(
        post=desk.people.court.posts[key],
        person=person,
        decree_number="W1-A99/2/KP/I/2026",
        decree_on=FROM,
        valid_from=FROM,
        **TOLD,
    )


def test_the_second_to_finish_learns_who_was_first(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1")
    with pytest.raises(engine.Refusal) as refused:
        desk.finish(run, "B1")
    assert refused.value.code is engine.RefusalCode.STEP_CLOSED
    assert refused.value.params["by"] == desk.people.andi.id
    assert Step.objects.filter(run=run).count() == 2


@pytest.mark.parametrize("who", ["budi", "cut", "jamil"])
def test_the_wrong_person_is_refused(desk: Desk, who: str) -> None:
    run = desk.open("B")
    entries = _entries(run)
    with pytest.raises(NotAllowed):
        desk.finish(run, "B1", by=getattr(desk.people, who).person)
    assert desk.step(run, "B1").state == "ready"
    assert _entries(run) == entries


def _entries(run: Run) -> int:
    return len(entries_of(str(run.office_id), [f"sop.run:{run.id}"]))


def test_another_office_finds_no_such_step(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    with office_scope(desk.people.other.office.pk), pytest.raises(Run.DoesNotExist):
        services.claim_step(step_id=step.id, by=desk.people.eko.person, at=desk.now)


def test_no_step_is_finished_without_its_output(desk: Desk) -> None:
    run = desk.open("B")
    with pytest.raises(services.OutputIncomplete) as refused:
        desk.finish(run, "B1", data={})
    required = {f.key for f in desk.procedure("B").activity("B1").form.fields if f.required}
    assert {p.path for p in refused.value.problems} == required
    assert desk.step(run, "B1").state == "ready"


def test_an_output_can_t_borrow_a_document_of_another_run(desk: Desk) -> None:
    other, run = desk.open("E", "Lain"), desk.open("E", "Ini")
    borrowed = desk.form(other, "E1")
    with pytest.raises(services.OutputIncomplete):
        desk.finish(run, "E1", data=borrowed)


def test_nothing_moves_after_cancellation(desk: Desk) -> None:
    run = desk.open("B")
    services.cancel_run(run_id=run.id, reason="Batal", by=desk.people.budi.person, at=desk.now)
    with pytest.raises(engine.Refusal) as refused:
        desk.finish(run, "B1")
    assert refused.value.code is engine.RefusalCode.RUN_CLOSED


def test_only_the_head_cancels_and_only_with_a_reason(desk: Desk) -> None:
    run = desk.open("B")
    with pytest.raises(NotAllowed):
        services.cancel_run(run_id=run.id, reason="x", by=desk.people.andi.person, at=desk.now)
    with pytest.raises(engine.Refusal):
        services.cancel_run(run_id=run.id, reason=" ", by=desk.people.budi.person, at=desk.now)
    assert Run.objects.get(id=run.id).state == "open"


def test_a_slot_has_one_run_until_that_is_cancelled(desk: Desk) -> None:
    run = desk.open("D7")
    with pytest.raises(services.SlotTaken):
        desk.open("D7")
    services.cancel_run(run_id=run.id, reason="Salah", by=desk.people.budi.person, at=desk.now)
    assert desk.open("D7").slot_key == run.slot_key


def test_the_clock_waits_for_the_requirement(desk: Desk) -> None:
    run = desk.open("F4", "Hosting 2027")
    step = desk.step(run, "F4")
    assert (step.state, step.clock_from, step.due_at) == ("waiting", None, None)
    with pytest.raises(engine.Refusal):
        services.claim_step(step_id=step.id, by=desk.people.budi.person, at=desk.now)
    at = desk.now + timedelta(hours=1)
    services.meet_requirement(step_id=step.id, since=at, by=desk.people.budi.person, at=at)
    step = desk.step(run, "F4")
    assert (step.state, step.clock_from) == ("ready", at)
    assert step.due_at is not None


def test_a_draft_keeps_what_is_there_and_claims_the_step(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    data = dict(list(desk.form(run, "B1").items())[:1])
    services.save_draft(
        step_id=step.id, data=data, revision=0, by=desk.people.andi.person, at=desk.now
    )
    step = desk.step(run, "B1")
    assert (step.form, step.state, step.revision) == (data, "started", 1)
    assert step.assignee_id == desk.people.andi.person.id


def test_a_stale_form_overwrites_nothing(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    first = desk.form(run, "B1", required_only=True)
    services.save_draft(
        step_id=step.id, data=first, revision=0, by=desk.people.andi.person, at=desk.now
    )
    with pytest.raises(services.StaleForm):
        services.save_draft(
            step_id=step.id, data={}, revision=0, by=desk.people.andi.person, at=desk.now
        )
    assert desk.step(run, "B1").form == first


def test_a_colleague_takes_a_step_over_openly(desk: Desk) -> None:
    lina = desk.people.court.join("lina", "Lina Kedua", "operator_admin")
    run = desk.open("B")
    step = desk.step(run, "B1")
    services.claim_step(step_id=step.id, by=desk.people.andi.person, at=desk.now)
    with pytest.raises(engine.Refusal) as refused:
        desk.finish(run, "B1", by=lina.person)
    assert refused.value.code is engine.RefusalCode.ASSIGNED_TO_OTHER
    services.claim_step(step_id=step.id, by=lina.person, at=desk.now + MINUTE)
    desk.finish(run, "B1", by=lina.person)
    assert desk.step(run, "B1").performer_id == lina.person.id


def test_what_people_wrote_never_reaches_the_ledger(desk: Desk) -> None:
    run = desk.open("B", "Rahasia-1837")
    desk.finish(run, "B1", remarks="Rahasia-2941")
    for entry in entries_of(str(run.office_id), [f"sop.run:{run.id}"]):
        assert "Rahasia" not in str(entry.data)


def test_an_unknown_step_is_not_found(desk: Desk) -> None:
    with pytest.raises(Run.DoesNotExist):
        services.claim_step(step_id=uuid4(), by=desk.people.andi.person, at=desk.now)


def test_inbox_and_waiting_follow_the_turn(desk: Desk) -> None:
    run = desk.open("B")
    andi, budi = (_roles(desk, p.person) for p in (desk.people.andi, desk.people.budi))
    assert _inbox(desk.people.andi, andi) == ["B1"]
    assert _inbox(desk.people.budi, budi) == []
    for activity in ("B1", "B2"):
        desk.finish(run, activity)
    assert _inbox(desk.people.budi, budi) == ["B3"]
    waiting = queries.waiting_on_others(desk.people.andi.person, andi, TODAY)
    assert [s.activity for s in waiting] == ["B3"]


def _roles(desk: Desk, person: Person) -> Roles:
    return queries.roles_of(person, desk.now.date())


def _inbox(someone: Someone, roles: Roles) -> list[str]:
    return [s.activity for s in queries.inbox(someone.person, roles, TODAY)]


def test_a_step_somebody_took_up_leaves_the_colleague_s_turn(desk: Desk) -> None:
    lina = desk.people.court.join("lina", "Lina Kedua", "operator_admin")
    run = desk.open("B")
    roles = _roles(desk, lina.person)
    assert _inbox(lina, roles) == ["B1"]
    services.claim_step(step_id=desk.step(run, "B1").id, by=desk.people.andi.person, at=desk.now)
    assert _inbox(lina, roles) == []
    assert _inbox(desk.people.andi, roles) == ["B1"]


def test_standing_clocks_come_after_running_ones(desk: Desk) -> None:
    stands, runs = desk.open("B", "Berhenti"), desk.open("E", "Berjalan")
    services.pause_clock(
        step_id=desk.step(stands, "B1").id,
        reason="budget",
        until=None,
        note="DIPA",
        by=desk.people.andi.person,
        at=desk.now,
    )
    roles = _roles(desk, desk.people.andi.person)
    assert _inbox(desk.people.andi, roles) == ["E1", "B1"]
    assert runs.state == "open"


def test_a_step_barred_by_four_eyes_is_nobody_s_false_turn(desk: Desk) -> None:
    """Who did D2 is not asked for D3, unless somebody else did D2 again."""
    andi, budi = desk.people.andi, desk.people.budi
    _appoint(desk, andi.person, "kasubag_ptip")
    run = desk.open("D2-D6", "SIPP 6")
    desk.finish(run, "D2")
    assert _inbox(andi, _roles(desk, andi.person)) == []
    assert _inbox(budi, _roles(desk, budi.person)) == ["D3"]
    waiting = queries.waiting_on_others(andi.person, _roles(desk, andi.person), TODAY)
    assert [s.activity for s in waiting] == ["D3"]
    back = next(o.code for o in desk.procedure("D2-D6").activity("D3").outcomes if o.is_return)
    desk.finish(run, "D3", back)
    lina = desk.people.court.join("lina", "Lina Kedua", "operator_admin")
    desk.finish(run, "D2", by=lina.person)
    assert _inbox(andi, _roles(desk, andi.person)) == ["D3"]


def test_a_step_is_free_again_when_who_took_it_up_lost_the_post(desk: Desk) -> None:
    lina = desk.people.court.join("lina", "Lina Kedua", "operator_admin")
    run = desk.open("B")
    services.claim_step(step_id=desk.step(run, "B1").id, by=lina.person, at=desk.now)
    andi = desk.people.andi
    roles = _roles(desk, andi.person)
    assert _inbox(andi, roles) == []
    appointment = lina.person.appointments.get()
    end_appointment(
        appointment=appointment, valid_until=TODAY - timedelta(days=1), by="system", at=desk.now
    )
    assert _inbox(andi, roles) == ["B1"]
    assert _inbox(lina, _roles(desk, lina.person)) == []
