"""The schedule as rows: opened once, tried again, given up, cleared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from huey.contrib.djhuey import HUEY

from kelola.jobs import hints, queries, services
from kelola.jobs.models import JobSlot, SlotState
from kelola.jobs.rules import LEASE, MOST_ATTEMPTS
from kelola.jobs.schedule import ScheduledJob, jobs

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 30, 9, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Work:
    """A job that counts its runs and breaks as often as it is told."""

    def __init__(self) -> None:
        self.runs: list[datetime] = []
        self.failures = 0

    def __call__(self, *, at: datetime) -> None:
        self.runs.append(at)
        if len(self.runs) <= self.failures:
            raise ConnectionError("a name that must not be kept")


@pytest.fixture
def work(monkeypatch):
    work = Work()
    monkeypatch.setattr(jobs, "_items", {"tests.hourly": ScheduledJob("tests.hourly", HOUR, work)})
    return work


def only() -> JobSlot:
    return JobSlot.objects.get()


def test_a_slot_is_opened_once_and_run_once(work):
    assert services.open_slots(at=AT) == 1
    assert services.open_slots(at=AT + timedelta(minutes=5)) == 0
    (slot,) = queries.due(AT)
    assert services.perform(slot, at=AT) is True
    assert services.perform(slot, at=AT) is False
    assert work.runs == [AT]
    assert only().state == SlotState.DONE
    assert only().finished_at == AT


def test_a_long_sleep_is_made_up_by_one_run(work):
    services.open_slots(at=AT)
    later = AT + timedelta(days=3)
    services.open_slots(at=later)
    assert len(queries.due(later)) == 1
    services.perform(queries.due(later)[0], at=later)
    assert queries.due(later) == []
    assert work.runs == [later]


@pytest.mark.logs_errors("kelola.jobs")
def test_a_failure_is_tried_again_later_and_keeps_only_the_kind_of_the_error(work):
    work.failures = 1
    services.open_slots(at=AT)
    (slot,) = queries.due(AT)
    assert services.perform(slot, at=AT) is True
    assert only().state == SlotState.DUE
    assert only().error == "ConnectionError"
    assert queries.due(AT) == []
    later = AT + timedelta(minutes=1)
    assert queries.due(later) == [slot]
    services.perform(slot, at=later)
    assert only().state == SlotState.DONE
    assert only().attempts == 2


@pytest.mark.logs_errors("kelola.jobs")
def test_after_the_last_attempt_the_slot_is_given_up_and_doctor_hears_of_it(work):
    work.failures = MOST_ATTEMPTS
    services.open_slots(at=AT)
    moment = AT
    for _ in range(MOST_ATTEMPTS):
        (slot,) = queries.due(moment)
        services.perform(slot, at=moment)
        moment += timedelta(hours=7)
    assert queries.due(moment) == []
    assert [s.job for s in queries.failed()] == ["tests.hourly"]


def test_a_died_attempt_is_taken_over_when_its_lease_ends(work):
    services.open_slots(at=AT)
    JobSlot.objects.update(state=SlotState.RUNNING, attempts=1, next_at=AT + LEASE)
    assert queries.due(AT + LEASE - timedelta(seconds=1)) == []
    (slot,) = queries.due(AT + LEASE)
    assert services.perform(slot, at=AT + LEASE) is True
    assert only().attempts == 2


def test_an_attempt_that_lost_its_lease_does_not_close_the_slot(work):
    services.open_slots(at=AT)
    (slot,) = queries.due(AT)

    def overtaken(*, at: datetime) -> None:
        JobSlot.objects.filter(pk=slot).update(attempts=2)

    jobs._items["tests.hourly"] = ScheduledJob("tests.hourly", HOUR, overtaken)
    services.perform(slot, at=AT)
    assert only().state == SlotState.RUNNING


def test_a_row_of_a_job_that_is_gone_is_dropped(work):
    JobSlot.objects.create(job="tests.gone", slot_at=AT, next_at=AT)
    assert services.perform(only().pk, at=AT) is False
    assert not JobSlot.objects.exists()


def test_only_old_closed_slots_are_cleared(work):
    for days, state in ((40, SlotState.DONE), (40, SlotState.DUE), (2, SlotState.DONE)):
        moment = AT - timedelta(days=days)
        JobSlot.objects.create(
            job=f"tests.{state}", slot_at=moment, next_at=moment, finished_at=moment, state=state
        )
    assert services.clear_slots(at=AT, older_than=timedelta(days=30)) == 1
    assert JobSlot.objects.count() == 2


def test_results_are_pruned_by_their_age_and_locks_are_left():
    hints.keep_queue()

    def put(key: str, ended: datetime) -> None:
        HUEY.put_result(key, {"finished_at": ended.isoformat()})

    put("djt.old", AT - 2 * HOUR)
    put("djt.new", AT)
    put("lock.old", AT - 2 * HOUR)
    try:
        assert hints.prune_results(before=AT - HOUR) == 1
        assert sorted(HUEY.storage.result_items()) == ["djt.new", "lock.old"]
    finally:
        HUEY.storage.flush_results()
        hints.close_queue()
