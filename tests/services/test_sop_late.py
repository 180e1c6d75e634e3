"""Work that was done before it is recorded: both moments are kept, and why it took so long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.ledger.rules import digest
from kelola.sop import engine, faces, phrases, sheets
from kelola.sop.models import Step
from kelola.workcal.queries import calendar_of
from tests.runs import MONDAY

if TYPE_CHECKING:
    from kelola.ledger.models import Entry
    from kelola.sop.models import Run
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
REASON = "Listrik padam sampai Senin pagi"


def entry(run: Run) -> Entry:
    """Return the entry that tells the finishing."""
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])
    return next(e for e in told if e.verb == "sop.step.finished")


def test_a_late_record_keeps_both_days_and_the_reason(desk: Desk) -> None:
    run = desk.open("B")
    done = desk.now + timedelta(minutes=10)
    desk.now += timedelta(days=3)
    desk.finish(run, "B1", performed_at=done, late_reason=f"  {REASON}\n")
    step = desk.step(run, "B1")
    assert (step.performed_at, step.recorded_at) == (done, desk.now)
    assert step.late_reason == REASON
    assert step.due_at
    assert done < step.due_at < desk.now  # in time, however late it is recorded
    assert faces.state_key(step) == "step.recorded_late"
    # What follows is somebody's turn since the record, not since the work.
    assert desk.step(run, "B2").clock_from == desk.now
    told = entry(run)
    assert told.data["performed_at"] == done.isoformat()
    assert told.data["late_reason"] == digest(step.salt, REASON)
    assert REASON not in str(told.data)
    assert verify().ok


def test_it_is_told_on_the_page_and_on_the_run_sheet(desk: Desk) -> None:
    run = desk.open("B")
    done = MONDAY + timedelta(minutes=20)
    desk.now += timedelta(days=1)
    desk.finish(run, "B1", performed_at=done, late_reason=REASON)
    step = Step.objects.get(run=run, activity="B1")
    words = "Dikerjakan 2 Nov 09.20 (tepat waktu), dicatat 3 Nov 09.01: " + REASON
    with timezone.override(desk.people.office.zone):
        assert phrases.late_words(step) == words
        assert [line.note for line in faces.history(run, [step]) if words in line.note]
    assert words in repr(sheets.run_paper(desk.people.office, run))


def test_late_and_past_its_due_time_says_both(desk: Desk) -> None:
    run = desk.open("B")
    due = desk.step(run, "B1").due_at
    assert due is not None
    desk.now = due + timedelta(days=4)
    desk.finish(run, "B1", performed_at=due + timedelta(hours=1), late_reason=REASON)
    step = desk.step(run, "B1")
    assert faces.state_key(step) == "step.done_late"
    assert "(lewat tenggat)" in phrases.late_words(step)


def test_an_earlier_day_without_a_reason_changes_nothing(desk: Desk) -> None:
    run = desk.open("B")
    opened = desk.now
    desk.now += timedelta(days=1)
    with pytest.raises(engine.Refusal) as refused:
        desk.finish(run, "B1", performed_at=opened, late_reason=" \n ")
    assert refused.value.code is engine.RefusalCode.LATE_REASON_MISSING
    step = desk.step(run, "B1")
    assert (step.state, step.form, step.late_reason) == ("ready", {}, "")


def test_earlier_the_same_day_is_no_late_record(desk: Desk) -> None:
    run = desk.open("B")
    opened = desk.now
    desk.now += timedelta(hours=3)
    desk.finish(run, "B1", performed_at=opened, late_reason=REASON)
    step = desk.step(run, "B1")
    assert (step.performed_at, step.late_reason) == (opened, "")
    assert faces.state_key(step) == "step.done"
    assert entry(run).data["performed_at"] == opened.isoformat()
    assert "late_reason" not in entry(run).data


def test_work_before_the_step_opened_took_no_time_of_its_clock(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1", performed_at=MONDAY - timedelta(days=3), late_reason=REASON)
    step = Step.objects.get(run=run, activity="B1")
    calendar = calendar_of(run.office_id)
    assert phrases.done_words(step, calendar) == "Selesai sebelum jamnya berjalan"


def test_a_moment_to_come_counts_as_now(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1", performed_at=desk.now + timedelta(days=2))
    assert desk.step(run, "B1").performed_at == desk.now
    assert "performed_at" not in entry(run).data
