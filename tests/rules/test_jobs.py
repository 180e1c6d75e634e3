"""Slots and waits of scheduled jobs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kelola.jobs.rules import FIRST_WAIT, LONGEST_WAIT, slot_at, wait_after

MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
PERIODS = st.timedeltas(timedelta(seconds=30), timedelta(days=31))


@given(MOMENTS, PERIODS)
def test_every_moment_lies_in_its_slot_and_slots_do_not_overlap(moment, every):
    slot = slot_at(moment, every)
    assert slot <= moment < slot + every
    assert slot_at(slot, every) == slot
    assert slot_at(slot + every, every) == slot + every


def test_an_hourly_slot_begins_at_the_full_hour():
    at = datetime(2026, 11, 30, 9, 41, 3, tzinfo=UTC)
    assert slot_at(at, timedelta(hours=1)) == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_waits_double_up_to_the_longest():
    assert wait_after(1) == FIRST_WAIT
    assert wait_after(2) == 2 * FIRST_WAIT
    assert wait_after(4) == 8 * FIRST_WAIT
    assert wait_after(500) == LONGEST_WAIT
