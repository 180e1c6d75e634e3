"""What is not carried out: the run goes on, the reason stays, a superior says a word, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.ledger.rules import digest
from kelola.sop import engine, faces, outputs, phrases, policies, queries, services, sheets
from kelola.sop.models import Confirmation, ConfirmationState, Step
from kelola.sop.services import leave_undone, save_draft
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from kelola.office.models import Person
    from kelola.sop.models import Run
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
REASON = "Listrik padam 29–30 November"
GIVEN, REFUSED = ConfirmationState.GIVEN, ConfirmationState.REFUSED


def leave(desk: Desk, run: Run, key: str, by: Person | None = None, reason: str = REASON) -> Step:
    """Leave the newest attempt undone, as the actor of its role."""
    step = desk.step(run, key)
    person = by or desk.who(step.role).person
    leave_undone(step_id=step.id, reason=reason, by=person, at=desk.now)
    return Step.objects.get(id=step.id)


def answer(desk: Desk, step: Step, by: Person, state: ConfirmationState = GIVEN, words: str = ""):
    """Answer as the superior."""
    return services.answer(step_id=step.id, state=state, remarks=words, by=by, at=desk.now)


def waiting(desk: Desk, by: Person) -> list[Step]:
    """Return what waits for somebody's word."""
    today = workcal.local(calendar_of(desk.people.office.pk), desk.now).date()
    return queries.to_confirm(by, queries.roles_of(by, today))


def test_the_run_goes_on_and_the_superior_is_asked(desk: Desk) -> None:
    run = desk.open("B")
    step = leave(desk, run, "B1", reason=f"  {REASON}\n")
    assert (step.state, step.remarks, step.outcome) == ("not_carried_out", REASON, "")
    assert (step.performer, step.recorded_at) == (desk.people.andi.person, desk.now)
    assert desk.step(run, "B2").clock_from == desk.now
    assert step.asked
    assert (step.asked.role, step.asked.state) == ("kasubag_ptip", "asked")
    assert waiting(desk, desk.people.budi.person) == [step]
    assert waiting(desk, desk.people.cut.person) == []
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])[-1]
    assert told.verb == "sop.step.left_undone"
    assert told.data["reason"] == digest(step.salt, REASON)
    assert REASON not in str(told.data)
    assert verify().ok


@pytest.mark.parametrize(
    ("state", "words", "said"),
    [
        (GIVEN, "", "Dikonfirmasi Budi"),
        (REFUSED, "Kerjakan Senin dengan genset", "Tidak disetujui Budi"),
    ],
)
def test_the_superior_answers_and_it_is_told_everywhere(
    desk: Desk, state: ConfirmationState, words: str, said: str
) -> None:
    run = desk.open("B")
    step = leave(desk, run, "B1")
    with timezone.override(desk.people.office.zone):
        assert phrases.asked_words(step).startswith("Menunggu konfirmasi Kasubag ")
        answer(desk, step, desk.people.budi.person, state, words)
        step = Step.objects.get(id=step.id)
        told = phrases.asked_words(step)
        assert told.startswith(said)
        assert told.endswith(words)
        assert waiting(desk, desk.people.budi.person) == []
        lines = faces.history(run, queries.steps_of(run))
        assert [words, REASON] == [line.note for line in lines[:2]]
        paper = str(sheets.run_paper(desk.people.office, run))
    assert told in paper
    assert REASON in paper
    assert Step.objects.get(id=step.id).state == "not_carried_out"
    assert verify().ok


def test_nobody_confirms_their_own_record_nor_anothers_office(desk: Desk) -> None:
    budi, andi = desk.people.budi.person, desk.people.andi.person
    run = desk.open("B")
    step = leave(desk, run, "B1")
    for person in (andi, desk.people.cut.person, desk.people.eko.person):
        with pytest.raises(policies.NotAllowed):
            answer(desk, step, person)
    assert Confirmation.objects.get().state == "asked"
    answer(desk, step, budi)
    with pytest.raises(policies.NotAllowed, match="sudah dijawab"):
        answer(desk, step, budi, REFUSED, "Terlambat")
    assert Confirmation.objects.get().state == "given"


def test_a_refusal_needs_words(desk: Desk) -> None:
    step = leave(desk, desk.open("B"), "B1")
    with pytest.raises(policies.NotAllowed, match="Tulis mengapa"):
        answer(desk, step, desk.people.budi.person, REFUSED, "  ")
    assert Confirmation.objects.get().state == "asked"


def test_without_a_reason_or_on_a_decision_nothing_changes(desk: Desk) -> None:
    run = desk.open("B")
    before = list(Step.objects.values())
    with pytest.raises(engine.Refusal) as refused:
        leave(desk, run, "B1", reason=" \n ")
    assert refused.value.code is engine.RefusalCode.REASON_MISSING
    with pytest.raises(policies.NotAllowed):
        leave(desk, run, "B1", by=desk.people.gita.person)
    assert list(Step.objects.values()) == before
    assert not Confirmation.objects.exists()
    deciding = next(a.key for a in desk.procedure("B").activities if engine.one_road(a) is None)
    while desk.step(run, "B1").is_open or not Step.objects.filter(run=run, activity=deciding):
        desk.finish(run, next(s.activity for s in queries.steps_of(run) if s.is_open))
    with pytest.raises(engine.Refusal) as refused:
        leave(desk, run, deciding)
    assert refused.value.code is engine.RefusalCode.DECISION_WANTED


def test_a_draft_of_what_is_left_undone_is_no_output(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    form = desk.form(run, "B1")
    andi = desk.people.andi.person
    save_draft(step_id=step.id, data=form, revision=step.revision, by=andi, at=desk.now)
    step = leave(desk, run, "B1")
    assert step.form == form  # nothing that somebody wrote is lost
    desk.now += timedelta(minutes=5)
    shown = outputs.filled(desk.step(run, "B2"))
    assert "B1" not in [part.code for part in shown.parts]
    assert step.asked


def test_the_last_step_left_undone_completes_the_run(desk: Desk) -> None:
    run = desk.open("B")
    last = desk.procedure("B").strand("B").activities[-1]
    while not Step.objects.filter(run=run, activity=last).exists():
        desk.now += timedelta(minutes=1)
        desk.finish(run, next(s.activity for s in queries.steps_of(run) if s.is_open))
    if engine.one_road(desk.procedure("B").activity(last)) is None:
        pytest.fail(f"{last} decides: choose another strand for this test")
    leave(desk, run, last)
    run.refresh_from_db()
    assert (run.state, run.closed_at) == ("completed", desk.now)


def test_it_is_counted_apart_from_what_was_done(desk: Desk) -> None:
    run = desk.open("B")
    leave(desk, run, "B1")
    desk.finish(run, "B2")
    assert queries.finished_counts(desk.now - timedelta(days=1)) == (1, 0, 1)
