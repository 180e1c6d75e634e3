"""Each reminder, due and escalation is told once, however often somebody looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kelola.ledger.models import Entry
from kelola.office.scope import office_scope
from kelola.sop import services, tasks
from kelola.sop.engine import PauseReason
from kelola.sop.models import Step
from kelola.sop.rules import next_closing
from kelola.workcal.queries import calendar_of
from tests.runs import MINUTE

pytestmark = pytest.mark.django_db

LONG = timedelta(days=30)


def told(run, verb="sop.step.fell_due"):
    return [
        (e.data["activity"], e.data["due"])
        for e in Entry.objects.filter(verb=verb, object=f"sop.run:{run.id}")
    ]


def test_a_due_is_told_when_it_has_passed_and_only_once(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    tasks.dues(at=step.due_at - MINUTE)
    assert told(run) == []
    tasks.dues(at=step.due_at)
    tasks.dues(at=step.due_at + LONG)
    assert told(run) == [("B1", step.due_at.isoformat())]


def test_a_finished_step_has_nothing_to_tell(desk):
    run = desk.open("B", "Printer PTSP")
    due = desk.step(run, "B1").due_at
    desk.finish(run, "B1")
    tasks.dues(at=due)
    assert told(run) == []
    assert desk.step(run, "B1").falls_due_at is None


def test_work_on_a_late_step_does_not_tell_it_again(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    tasks.dues(at=step.due_at)
    desk.now = step.due_at + MINUTE
    services.claim_step(step_id=step.id, by=desk.who(step.role).person, at=desk.now)
    tasks.dues(at=desk.now + MINUTE)
    assert len(told(run)) == 1


def test_a_standing_clock_tells_nothing_and_a_moved_due_is_told_anew(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    by = desk.who(step.role).person
    services.pause_clock(
        step_id=step.id, reason=PauseReason.BUDGET, until=None, note="menunggu", by=by, at=desk.now
    )
    first = step.due_at
    tasks.dues(at=first + LONG)
    assert told(run) == []
    services.resume_clock(step_id=step.id, by=by, at=first + LONG)
    moved = desk.step(run, "B1").due_at
    assert moved > first
    tasks.dues(at=moved)
    assert told(run) == [("B1", moved.isoformat())]


def test_a_due_that_passed_just_before_the_clock_was_stopped_is_not_lost(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    services.pause_clock(
        step_id=step.id,
        reason=PauseReason.BUDGET,
        until=None,
        note="menunggu",
        by=desk.who(step.role).person,
        at=step.due_at + MINUTE,
    )
    tasks.dues(at=step.due_at + 2 * MINUTE)
    assert told(run) == [("B1", step.due_at.isoformat())]


def test_an_office_with_many_dues_is_told_in_whole(desk, monkeypatch):
    monkeypatch.setattr("kelola.sop.services.dues._BATCH", 2)
    runs = [desk.open("B", f"Permintaan {n}") for n in range(5)]
    at = max(desk.step(r, "B1").due_at for r in runs)
    with office_scope(desk.people.office.pk):
        assert services.tell_dues(by="system", at=at) == 5
        assert not Step.objects.filter(falls_due_at__isnull=False, falls_due_at__lte=at).exists()
    assert all(len(told(r)) == 1 for r in runs)


REMINDED, ESCALATED = "sop.step.reminded", "sop.step.escalated"


def test_a_reminder_is_told_once_before_the_due(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    tasks.dues(at=step.remind_at - MINUTE)
    assert told(run, REMINDED) == []
    tasks.dues(at=step.remind_at)
    tasks.dues(at=step.remind_at + MINUTE)
    desk.now = step.remind_at + MINUTE
    services.claim_step(step_id=step.id, by=desk.who(step.role).person, at=desk.now)
    tasks.dues(at=desk.now + MINUTE)
    assert told(run, REMINDED) == [("B1", step.due_at.isoformat())]


def test_after_the_due_nobody_is_reminded(desk):
    run = desk.open("B", "Printer PTSP")
    tasks.dues(at=desk.step(run, "B1").due_at)
    assert told(run, REMINDED) == []
    assert desk.step(run, "B1").reminds_at is None


def test_a_stopped_clock_reminds_anew_when_its_due_moved(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    by = desk.who(step.role).person
    tasks.dues(at=step.remind_at)
    at = step.remind_at + MINUTE
    services.pause_clock(
        step_id=step.id, reason=PauseReason.BUDGET, until=None, note="menunggu", by=by, at=at
    )
    tasks.dues(at=step.due_at + LONG)
    services.resume_clock(step_id=step.id, by=by, at=at + LONG)
    moved = desk.step(run, "B1")
    tasks.dues(at=moved.remind_at)
    assert [due for _key, due in told(run, REMINDED)] == [
        step.due_at.isoformat(),
        moved.due_at.isoformat(),
    ]


def test_what_is_late_at_the_closing_of_the_next_working_day_is_escalated_once(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    tasks.dues(at=step.due_at)
    escalates = desk.step(run, "B1").escalates_at
    assert escalates == next_closing(calendar_of(run.office_id), step.due_at)
    tasks.dues(at=escalates - MINUTE)
    assert told(run, ESCALATED) == []
    tasks.dues(at=escalates)
    tasks.dues(at=escalates + LONG)
    assert told(run, ESCALATED) == [("B1", step.due_at.isoformat())]


def test_what_is_done_after_its_due_is_not_escalated(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    tasks.dues(at=step.due_at)
    desk.now = step.due_at + MINUTE
    desk.finish(run, "B1")
    tasks.dues(at=step.due_at + LONG)
    assert "B1" not in dict(told(run, ESCALATED))


def test_a_due_that_moves_takes_its_escalation_back(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    tasks.dues(at=step.due_at)
    with office_scope(desk.people.office.pk):
        services.recompute_open_clocks(by="system", at=step.due_at)
    assert desk.step(run, "B1").escalates_at is not None
    Step.objects.filter(pk=step.pk).update(due_at=step.due_at + LONG)
    with office_scope(desk.people.office.pk):
        services.recompute_open_clocks(by="system", at=step.due_at)
    assert desk.step(run, "B1").escalates_at is None


def test_a_step_without_a_superior_in_the_sop_is_not_escalated(desk):
    run = desk.finish(desk.finish(desk.open("A", "Kebijakan TI"), "A1"), "A2")
    step = desk.step(run, "A3")
    tasks.dues(at=step.due_at)
    assert ("A3", step.due_at.isoformat()) in told(run)
    assert desk.step(run, "A3").escalates_at is None
