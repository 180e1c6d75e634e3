"""Whether a run is settled: asked of who opened it, and silence is told as silence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.sop import phrases, policies, queries, services, sheets, tasks
from kelola.sop.models import Answer, Run
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from kelola.office.models import Person
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
SETTLED, UNSETTLED = services.AnswerState.SETTLED, services.AnswerState.UNSETTLED


@pytest.fixture
def run(desk: Desk) -> Run:
    """What Cut asked for and Andi closed as asked twice."""
    return closed(desk, desk.open("B", "Printer PTSP", by=desk.people.cut.person))


def closed(desk: Desk, run: Run) -> Run:
    """Let Andi close a request."""
    desk.finish(run, "B1")
    desk.finish(run, "B2", "duplicate")
    return Run.objects.get(id=run.id)


def told(run: Run) -> list[str]:
    """Return the verbs of a run's history."""
    return [e.verb for e in entries_of(str(run.office_id), [f"sop.run:{run.id}"])]


def sheet(desk: Desk, run: Run) -> str:
    """Return the words of the run sheet."""
    with timezone.override(desk.people.office.zone):
        return str(sheets.run_paper(desk.people.office, Run.objects.get(id=run.id)))


def say(desk: Desk, run: Run, state: services.AnswerState, words: str = "") -> Answer:
    """Answer as Cut."""
    return services.answer_run(
        run_id=run.id, state=state, words=words, by=desk.people.cut.person, at=desk.now
    )


def test_who_opened_it_is_asked_until_the_third_working_day_closes(desk: Desk, run: Run) -> None:
    calendar = calendar_of(desk.people.office.pk)
    asked = Answer.objects.get()
    today = workcal.local(calendar, desk.now).date()
    assert (asked.asked_of, asked.state) == (desk.people.cut.person, "asked")
    assert asked.due_at == workcal.windows(calendar, today + timedelta(days=3))[-1][1]
    assert [a.run for a in queries.to_answer(desk.people.cut.person)] == [run]
    assert queries.to_answer(desk.people.budi.person) == []
    say(desk, run, SETTLED)
    assert queries.to_answer(desk.people.cut.person) == []
    assert told(run)[-1] == "sop.answer.settled"
    assert "Sudah beres menurut Cut" in sheet(desk, run)
    assert verify().ok


def test_silence_counts_as_settled_and_is_no_signature(desk: Desk, run: Run) -> None:
    asked = Answer.objects.get()
    tasks.silence(at=asked.due_at - timedelta(seconds=1))
    assert Answer.objects.get().state == "asked"
    tasks.silence(at=asked.due_at)
    tasks.silence(at=asked.due_at)  # a second look finds nothing left
    assert Answer.objects.get().state == "silent"
    assert told(run).count("sop.answer.assumed") == 1
    words = "Dianggap beres (tidak ada tanggapan 3 hari kerja)"
    assert words in sheet(desk, run)
    assert phrases.answer_words(Answer.objects.get()) == words
    paper = sheets.run_paper(desk.people.office, Run.objects.get(id=run.id))
    assert "Cut" not in str(paper.signatures)
    # What was taken for settled may still be said not to be.
    say(desk, run, UNSETTLED, "Virusnya kembali")
    assert "Belum beres menurut Cut" in sheet(desk, run)
    assert verify().ok


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (("budi", SETTLED, ""), "membuka"),
        (("cut", UNSETTLED, " "), "Tulis apa yang belum beres"),
    ],
)
def test_what_is_refused_changes_nothing(
    desk: Desk, run: Run, given: tuple[str, services.AnswerState, str], reason: str
) -> None:
    before, (who, state, words) = told(run), given
    person: Person = getattr(desk.people, who).person
    with pytest.raises(policies.NotAllowed, match=reason):
        services.answer_run(run_id=run.id, state=state, words=words, by=person, at=desk.now)
    assert Answer.objects.get().state == "asked"
    assert told(run) == before


def test_an_answer_is_given_once_and_silence_comes_too_late(desk: Desk, run: Run) -> None:
    say(desk, run, UNSETTLED, "Belum diperbarui")
    with pytest.raises(policies.NotAllowed, match="sudah dijawab"):
        say(desk, run, SETTLED)
    assert services.take_silence(by="system", at=desk.now + timedelta(days=30)) == 0
    with pytest.raises(ValueError, match="silent"):
        say(desk, run, services.AnswerState.SILENT)


def test_nobody_is_asked_of_ones_own_work_of_a_round_or_of_what_was_given_up(desk: Desk) -> None:
    assert closed(desk, desk.open("B", "Milik sendiri")).state == "completed"
    desk.walk(desk.open("D4"))
    dropped = desk.open("B", "Batal", by=desk.people.cut.person)
    services.cancel_run(run_id=dropped.id, reason="x", by=desk.people.budi.person, at=desk.now)
    assert not Answer.objects.exists()


def test_another_office_is_left_alone(desk: Desk, run: Run) -> None:
    assert queries.offices_with_silence(desk.now) == []
    later = desk.now + timedelta(days=30)
    assert queries.offices_with_silence(later) == [run.office_id]
