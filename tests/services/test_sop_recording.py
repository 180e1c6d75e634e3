"""Work that was done already is recorded in three answers, and its forms remember them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.ledger.rules import digest
from kelola.sop import engine, phrases, policies, services, sheets
from kelola.sop.models import Run, Step
from kelola.sop.services.recording import subject_of

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
WHAT = "Mengganti kabel jaringan ruang sidang"


def record(desk: Desk, **changes: Any) -> Run:
    """Record, as Andi, what he did an hour ago."""
    given: dict[str, Any] = {
        "version": desk.version,
        "procedure": "B",
        "strand": "B",
        "what": WHAT,
        "who": "Panitera",
        "done_at": desk.now,
        "reason": "",
        "by": desk.people.andi.person,
        "at": desk.now + timedelta(hours=1),
    }
    return services.record_done(**{**given, **changes})


def test_three_answers_open_the_run_and_begin_its_form(desk: Desk) -> None:
    run = record(desk)
    assert (run.subject, run.done_at, run.done_reason) == (WHAT, desk.now, "")
    step = desk.step(run, "B1")
    assert step.form == {"description": WHAT, "requester": "Panitera"}
    assert (step.state, step.assignee) == ("started", desk.people.andi.person)
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])
    assert [e.verb for e in told] == ["sop.run.opened", "sop.step.drafted"]
    assert told[0].data["done_at"] == desk.now.isoformat()
    assert verify().ok


def test_work_of_an_earlier_day_tells_why(desk: Desk) -> None:
    later = desk.now + timedelta(days=1)
    with pytest.raises(engine.Refusal) as refused:
        record(desk, at=later, reason="  ")
    assert refused.value.code is engine.RefusalCode.LATE_REASON_MISSING
    assert not Run.objects.exists()
    run = record(desk, at=later, reason=" Listrik padam ")
    assert run.done_reason == "Listrik padam"
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])[0]
    assert told.data["done_reason"] == digest(run.salt, "Listrik padam")
    with timezone.override(desk.people.office.zone):
        words = "Dikerjakan 2 Nov 09.00, dicatat 3 Nov 09.00: Listrik padam"
        assert phrases.done_before_words(run) == words
        assert words in str(sheets.run_paper(desk.people.office, run))


def test_a_reason_of_the_same_day_is_not_kept_and_no_moment_lies_ahead(desk: Desk) -> None:
    run = record(desk, reason="tidak perlu", done_at=desk.now + timedelta(days=9))
    assert run.done_reason == ""
    assert run.done_at == run.opened_at


def test_it_is_for_who_does_the_first_step(desk: Desk) -> None:
    with pytest.raises(policies.NotAllowed):
        record(desk, by=desk.people.cut.person)
    with pytest.raises(policies.NotAllowed):
        record(desk, by=desk.people.jamil.person)
    assert not Run.objects.exists()
    assert not Step.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"what": " "}, ValueError),
        ({"procedure": "F", "strand": "F4"}, ValueError),
        ({"who": "x" * 501}, services.OutputIncomplete),
    ],
)
def test_what_cannot_be_kept_leaves_nothing(
    desk: Desk, changes: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        record(desk, **changes)
    assert not Run.objects.exists()
    assert not entries_of(str(desk.people.office.pk), ["sop.run"])


def test_a_long_answer_gives_a_subject_that_fits() -> None:
    assert subject_of("  Satu \n dua ") == "Satu dua"
    long = subject_of("kata " * 90)
    assert len(long) <= 200
    assert long.endswith("kata…")
