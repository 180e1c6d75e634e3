"""The clock is set forward and back: nothing is opened twice, and the history says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kelola.jobs import queries, services
from kelola.jobs.models import JobSlot, SlotState
from kelola.ledger.queries import verify
from kelola.registry import checks
from tests.faults.invariants import assert_invariants

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 30, 9, 41, tzinfo=UTC)


def performed(at: datetime) -> int:
    """Open and run what is due, as the scheduler and the worker do; return how many ran."""
    services.open_slots(at=at)
    return sum(services.perform(slot, at=at) for slot in queries.due(at))


@pytest.mark.parametrize("days", [3, 25])
def test_a_clock_set_forward_and_back_opens_nothing_twice(days: int) -> None:
    assert performed(NOW) > 0
    jump = NOW + timedelta(days=days)
    assert performed(jump) == JobSlot.objects.filter(slot_at__gt=NOW).count()  # no flood
    known = set(JobSlot.objects.values_list("job", "slot_at", "state", "attempts"))
    # Back again: what was done stays done, and the turns of now are there already.
    assert performed(NOW) == 0
    assert known == set(JobSlot.objects.values_list("job", "slot_at", "state", "attempts"))
    assert not JobSlot.objects.exclude(state=SlotState.DONE).exists()


def test_the_year_2038_is_a_year_like_others() -> None:
    """Beyond what 32 bits count; its turns clear those of today, which then run once more."""
    beyond = datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)
    performed(NOW)
    assert performed(beyond) > 0
    performed(NOW)
    assert performed(NOW) == 0
    assert not JobSlot.objects.exclude(state=SlotState.DONE).exists()


def test_two_hours_back_reopens_no_turn() -> None:
    performed(NOW - timedelta(hours=2))
    performed(NOW)
    count = JobSlot.objects.count()
    assert performed(NOW - timedelta(hours=2)) == 0
    assert JobSlot.objects.count() == count


def test_a_turn_of_the_future_holds_up_no_turn_of_now() -> None:
    """Set back by three days, the clock leaves turns that wait for then; others go on."""
    services.open_slots(at=NOW + timedelta(days=3))
    JobSlot.objects.update(state=SlotState.RUNNING, attempts=1, next_at=NOW + timedelta(days=4))
    jobs = JobSlot.objects.count()
    assert performed(NOW) == jobs
    assert performed(NOW + timedelta(days=1)) == jobs


def test_the_history_takes_what_comes_and_doctor_flags_it(desk: Desk) -> None:
    speak = checks["ledger.times"].run
    run = desk.open("B")
    assert speak() == []
    desk.now -= timedelta(hours=2)
    other = desk.open("B")
    assert verify().ok
    assert other.sequence == run.sequence + 1
    assert len(speak()) >= 1
    assert "pernah mundur" in speak()[0]


def test_a_step_finished_by_a_clock_set_back_stays_finished(desk: Desk) -> None:
    run = desk.finish(desk.open("B"), "B1")
    done = desk.step(run, "B1")
    desk.now -= timedelta(days=2)
    desk.finish(run, "B2")
    again = desk.step(run, "B1")
    assert (again.state, again.attempt, again.performed_at) == ("done", 1, done.performed_at)
    assert_invariants()
