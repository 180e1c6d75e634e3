"""When a message may leave, and when it is tried again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.notify.rules import GATHERED, Pace, Wishes, leaves_at, tried_again_at

JAKARTA = ZoneInfo("Asia/Jakarta")
LETTER = UUID("01a208dc-e72f-7ddb-9efb-743e831e99e1")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=JAKARTA)


NIGHT = Wishes(quiet_from=time(20), quiet_until=time(6))
NOON = Wishes(quiet_from=time(12), quiet_until=time(13))
NEVER = Wishes(quiet_from=None, quiet_until=None)


@pytest.mark.parametrize(
    ("wishes", "made", "leaves"),
    [
        (NIGHT, "23T10:00", "23T10:03"),
        (NIGHT, "23T19:58", "24T06:00"),
        (NIGHT, "23T23:59", "24T06:00"),
        (NIGHT, "24T05:30", "24T06:00"),
        (NIGHT, "24T05:57", "24T06:00"),
        (NIGHT, "24T06:00", "24T06:03"),
        (NOON, "23T12:30", "23T13:00"),
        (NOON, "23T23:00", "23T23:03"),
        (NEVER, "23T23:00", "23T23:03"),
        (Wishes(Pace.DAILY, 8), "23T07:59", "23T08:00"),
        (Wishes(Pace.DAILY, 8), "23T08:00", "24T08:00"),
        (Wishes(Pace.WEEKLY, 8), "23T07:00", "23T08:00"),
        (Wishes(Pace.WEEKLY, 8), "23T08:00", "30T08:00"),
        (Wishes(Pace.WEEKLY, 0), "24T12:00", "30T00:00"),
    ],
)
def test_a_message_waits_for_its_hour(wishes: Wishes, made: str, leaves: str) -> None:
    assert leaves_at(wishes, at(made)) == at(leaves)


HOURS = st.times(min_value=time(0), max_value=time(23, 59)).map(lambda t: t.replace(microsecond=0))


@given(begun=HOURS, ended=HOURS, seconds=st.integers(min_value=0, max_value=365 * 86_400))
def test_quiet_hours_delay_by_less_than_a_day_and_never_drop(
    begun: time, ended: time, seconds: int
) -> None:
    begun, ended = begun.replace(second=0), ended.replace(second=0)
    wishes = Wishes(quiet_from=begun, quiet_until=ended)
    now = at("01T00:00") + timedelta(seconds=seconds)
    leaves = leaves_at(wishes, now)
    assert now + GATHERED <= leaves < now + GATHERED + timedelta(days=1)
    assert leaves_at(Wishes(quiet_from=None, quiet_until=None), leaves - GATHERED) == leaves
    inside = (
        begun <= leaves.time() < ended if begun <= ended else not ended <= leaves.time() < begun
    )
    assert begun == ended or not inside


def test_a_letter_is_tried_later_and_later_but_every_hour() -> None:
    now = at("23T10:00")
    waits = [tried_again_at(LETTER, n, now) - now for n in range(1, 12)]
    assert timedelta(seconds=90) < waits[0] < timedelta(seconds=150)
    assert waits[:4] == sorted(waits[:4])
    assert all(wait <= timedelta(minutes=72) for wait in waits)
    assert len({wait / timedelta(minutes=2**n) for n, wait in enumerate(waits[:4], 1)}) > 1
