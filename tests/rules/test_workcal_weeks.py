"""Weeks of working hours: what is refused, and that storing them loses nothing."""

from __future__ import annotations

from datetime import time

import pytest

from kelola.workcal import rules
from kelola.workcal.rules import WeekFault

MORNING, AFTERNOON = (time(7, 30), time(12)), (time(13), time(16, 0, 30))


def test_a_week_is_stored_and_read_again() -> None:
    week = rules.checked_week({4: [MORNING], 0: [MORNING, AFTERNOON], 5: []})
    assert week == {0: (MORNING, AFTERNOON), 4: (MORNING,)}
    data = rules.week_to_data(week)
    assert data == {"0": [["07:30", "12:00"], ["13:00", "16:00:30"]], "4": [["07:30", "12:00"]]}
    assert rules.week_from_data(data) == week


@pytest.mark.parametrize(
    ("week", "fault", "day"),
    [
        ({}, WeekFault.EMPTY, 0),
        ({3: []}, WeekFault.EMPTY, 0),
        ({7: [MORNING]}, WeekFault.DAY, 7),
        ({-1: [MORNING]}, WeekFault.DAY, -1),
        ({1: [(time(12), time(8))]}, WeekFault.TURNED, 1),
        ({1: [(time(12), time(12))]}, WeekFault.TURNED, 1),
        ({2: [AFTERNOON, MORNING]}, WeekFault.OVERLAP, 2),
        ({2: [MORNING, (time(11), time(13))]}, WeekFault.OVERLAP, 2),
    ],
)
def test_what_cannot_be_worked_is_refused(week: dict, fault: WeekFault, day: int) -> None:
    with pytest.raises(rules.BadWeek, match="weekday") as caught:
        rules.checked_week(week)
    assert (caught.value.fault, caught.value.day) == (fault, day)


def test_windows_may_touch() -> None:
    week = {0: [MORNING, (time(12), time(13))]}
    assert rules.checked_week(week) == {0: (MORNING, (time(12), time(13)))}
