"""Steps while a Plh. or Plt. acts: whose turn they are, and under which name they are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from kelola.ledger.followers import catch_up
from kelola.ledger.queries import entries_of, verify
from kelola.office.rules import AppointmentKind
from kelola.office.services import (
    appoint,
    close_access,
    leave_office,
    open_access,
    recall_order,
)
from kelola.sop import engine, faces, outputs, queries, services, sheets
from kelola.sop.policies import NotAllowed
from tests.people import TOLD
from tests.runs import MONDAY

if TYPE_CHECKING:
    from kelola.office.models import Appointment, Person
    from kelola.sop.models import Run
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
NUMBER = "W1-A99/7/KP/XI/2026"


def order(desk: Desk, person: Person, key: str = "ketua", days: int = 4) -> Appointment:
    return appoint(
        post=desk.people.court.posts[key],
        person=person,
        kind=AppointmentKind.PLH,
        decree_number=NUMBER,
        decree_on=TODAY,
        valid_from=TODAY,
        valid_until=TODAY + timedelta(days=days),
        **TOLD,
    )


def at_the_chair(desk: Desk) -> Run:
    """Return a run that waits for the Ketua."""
    run = desk.open("A", "Rencana TI 2027")
    desk.finish(run, "A1")
    desk.finish(run, "A2")
    return run


def inbox(desk: Desk, person: Person) -> list[str]:
    roles = queries.roles_of(person, desk.now.date())
    return [step.activity for step in queries.inbox(person, roles, desk.now.date())]


def test_the_plh_has_the_steps_of_the_post_and_the_holder_has_not(desk: Desk) -> None:
    run = at_the_chair(desk)
    cut, dewi = desk.people.cut.person, desk.people.dewi.person
    assert (inbox(desk, dewi), inbox(desk, desk.people.jamil.person)) == (["A3"], [])
    row = order(desk, desk.people.jamil.person)
    assert (inbox(desk, dewi), inbox(desk, desk.people.jamil.person)) == ([], ["A3"])
    with pytest.raises(NotAllowed):
        services.claim_step(step_id=desk.step(run, "A3").id, by=dewi, at=desk.now)
    recall_order(appointment=row, today=TODAY, by=str(dewi.pk), at=desk.now)
    assert (inbox(desk, dewi), inbox(desk, desk.people.jamil.person)) == (["A3"], [])
    assert inbox(desk, cut) == []


def test_both_names_stay_in_the_record(desk: Desk) -> None:
    run = at_the_chair(desk)
    row = order(desk, desk.people.jamil.person)
    desk.finish(run, "A3", by=desk.people.jamil.person)
    step = desk.step(run, "A3")
    assert (step.performer, step.acting_for) == (desk.people.jamil.person, str(row.pk))
    entries = entries_of(str(run.office_id), [f"sop.run:{run.id}"])
    told = next(e for e in entries if e.verb == "sop.step.finished" and e.data["activity"] == "A3")
    assert told.acting_for == str(row.pk)
    assert verify().ok
    with timezone.override(desk.people.office.zone):
        lines = [line.sentence for line in faces.history(run, queries.steps_of(run))]
        signed = outputs.filled(step).signatures
        paper = repr(sheets.run_paper(desk.people.office, run))
    assert "Jamil Akbar sebagai Plh. Ketua menyelesaikan A3" in lines
    assert [(s.role, s.name) for s in signed] == [("Plh. Ketua", "Jamil Akbar")]
    assert "Plh. Ketua" in paper
    assert "Dewi Lestari" in paper


def test_who_holds_the_role_by_decree_acts_for_nobody(desk: Desk) -> None:
    run = desk.open("B")
    order(desk, desk.people.budi.person, "sekretaris")
    desk.finish(run, "B1")
    desk.finish(run, "B2")
    assert {s.acting_for for s in queries.steps_of(run)} == {""}
    assert queries.roles_of(desk.people.budi.person, TODAY).orders


def test_an_order_that_ends_during_a_step_leaves_what_was_typed_to_the_holder(desk: Desk) -> None:
    run = at_the_chair(desk)
    jamil, dewi = desk.people.jamil.person, desk.people.dewi.person
    order(desk, jamil, days=0)
    step = desk.step(run, "A3")
    typed = {"letter_number": "12/KPTS/XI/2026"}
    services.save_draft(step_id=step.id, data=typed, revision=0, by=jamil, at=desk.now)
    desk.now += timedelta(days=1)
    # The form he still has open is refused, and nothing of it is written.
    with pytest.raises(NotAllowed):
        desk.finish(run, "A3", by=jamil)
    assert (inbox(desk, jamil), inbox(desk, dewi)) == ([], ["A3"])
    services.claim_step(step_id=step.id, by=dewi, at=desk.now)
    step = desk.step(run, "A3")
    assert (step.form, step.assignee) == (typed, dewi)
    desk.finish(run, "A3")
    assert desk.step(run, "A3").acting_for == ""


def test_four_eyes_hold_for_who_stands_in(desk: Desk) -> None:
    run = desk.open("D2-D6", "SIPP 6")
    andi = desk.people.andi.person
    desk.finish(run, "D2")
    order(desk, andi, desk.procedure("D2-D6").activity("D3").actor)
    with pytest.raises(engine.Refusal) as refusal:
        desk.finish(run, "D3", by=andi)
    assert refusal.value.code is engine.RefusalCode.FOUR_EYES
    assert inbox(desk, andi) == []


def test_what_a_leaver_had_taken_up_is_free_again_and_the_history_says_so(desk: Desk) -> None:
    lina = desk.people.court.join("lina", "Lina Kedua", "operator_admin")
    taken, mine, done = (desk.open("B", f"Printer {n}") for n in range(3))
    for run, person in ((taken, lina.person), (mine, desk.people.andi.person)):
        services.claim_step(step_id=desk.step(run, "B1").id, by=person, at=desk.now)
    step = desk.step(taken, "B1")
    field = next(f.key for f in desk.procedure("B").activity("B1").form.fields if f.type == "text")
    typed = {field: "Kertas macet"}
    services.save_draft(step_id=step.id, data=typed, revision=0, by=lina.person, at=desk.now)
    desk.finish(done, "B1", by=lina.person)
    leave_office(person=lina.person, last_day=TODAY, today=TODAY, by="system", at=desk.now)
    catch_up(at=desk.now)
    catch_up(at=desk.now)
    freed = desk.step(taken, "B1")
    assert (freed.assignee, freed.form, freed.state) == (None, typed, "started")
    assert desk.step(mine, "B1").assignee == desk.people.andi.person
    assert desk.step(done, "B1").performer == lina.person
    entries = entries_of(str(taken.office_id), [f"sop.run:{taken.id}"])
    told = [e for e in entries if e.verb == "sop.step.released"]
    assert [(e.data["person"], e.data["activity"]) for e in told] == [(lina.id, "B1")]
    assert verify().ok
    desk.finish(taken, "B1", by=desk.people.andi.person)


def test_who_got_the_access_back_keeps_what_they_took_up(desk: Desk) -> None:
    run = desk.open("B")
    andi = desk.people.andi
    services.claim_step(step_id=desk.step(run, "B1").id, by=andi.person, at=desk.now)
    for act in (close_access, open_access):
        act(membership=andi.membership, by=desk.people.budi.id, at=desk.now)
    catch_up(at=desk.now)
    assert desk.step(run, "B1").assignee == andi.person
