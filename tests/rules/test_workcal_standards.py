"""Time standards: what is read, and what is refused with which words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kelola.workcal import rules
from kelola.workcal.rules import Fault, Range, Recurrence, WorkingDays, WorkingTime


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("P1D", WorkingDays(1)),
        ("P3D", WorkingDays(3)),
        ("PT2H", WorkingTime(timedelta(hours=2))),
        ("PT30M", WorkingTime(timedelta(minutes=30))),
        ("PT1H30M", WorkingTime(timedelta(minutes=90))),
        ("PT90S", WorkingTime(timedelta(seconds=90))),
        ("PT3H..P1D", Range(WorkingTime(timedelta(hours=3)), WorkingDays(1))),
        ("P1D..P3D", Range(WorkingDays(1), WorkingDays(3))),
        ("FREQ=WEEKLY;BYDAY=FR", Recurrence("FREQ=WEEKLY;BYDAY=FR")),
    ],
)
def test_standards_are_read(text: str, standard: rules.Standard) -> None:
    assert rules.parse_standard(text) == standard


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("1 hari", Fault.UNREADABLE),
        ("P", Fault.UNREADABLE),
        ("PT", Fault.UNREADABLE),
        ("P1", Fault.UNREADABLE),
        ("p1d", Fault.UNREADABLE),
        ("P-1D", Fault.UNREADABLE),
        ("P1.5D", Fault.UNREADABLE),
        ("PT2H ", Fault.UNREADABLE),
        ("P١D", Fault.UNREADABLE),  # Arabic-Indic digit
        ("P1DT2H", Fault.MIXED),
        ("P1W", Fault.UNIT),
        ("P1M", Fault.UNIT),
        ("P1Y", Fault.UNIT),
        ("P0D", Fault.ZERO),
        ("PT0M", Fault.ZERO),
        ("P4000D", Fault.TOO_LONG),
        ("PT999999999H", Fault.TOO_LONG),
        ("P1D..", Fault.RANGE),
        ("..P1D", Fault.RANGE),
        ("PT1H..PT2H..PT3H", Fault.RANGE),
        ("P3D..P1D", Fault.RANGE),
        ("PT3H..PT3H", Fault.RANGE),
        ("P1D..PT3H", Fault.RANGE),
        ("FREQ=", Fault.RULE_UNREADABLE),
        ("FREQ=WEEKLY;", Fault.RULE_UNREADABLE),
        ("FREQ=WEEKLY;FREQ=DAILY", Fault.RULE_UNREADABLE),
        ("BYDAY=FR", Fault.RULE_FREQ),
        ("FREQ=HOURLY", Fault.RULE_FREQ),
        ("FREQ=WEEKLY;UNTIL=20271231", Fault.RULE_PART_UNKNOWN),
        ("FREQ=WEEKLY;COUNT=3", Fault.RULE_PART_UNKNOWN),
        ("FREQ=WEEKLY;BYDAY=1FR", Fault.RULE_PART_UNKNOWN),
        ("FREQ=WEEKLY;BYMONTHDAY=3", Fault.RULE_PART_UNKNOWN),
        ("FREQ=WEEKLY;WKST=SU", Fault.RULE_PART_UNKNOWN),
        ("FREQ=WEEKLY;INTERVAL=2", Fault.RULE_INTERVAL),
        ("FREQ=MONTHLY;INTERVAL=5", Fault.RULE_INTERVAL),
        ("FREQ=WEEKLY;BYDAY=JU", Fault.RULE_VALUE),
        ("FREQ=MONTHLY;BYMONTHDAY=32", Fault.RULE_VALUE),
        ("FREQ=MONTHLY;BYMONTHDAY=0", Fault.RULE_VALUE),
        ("FREQ=MONTHLY;BYMONTHDAY=x", Fault.RULE_VALUE),
        ("FREQ=MONTHLY;BYDAY=0FR", Fault.RULE_VALUE),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", Fault.RULE_NEVER),
        ("FREQ=MONTHLY;BYMONTHDAY=30;BYSETPOS=2", Fault.RULE_NEVER),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, fault: Fault) -> None:
    with pytest.raises(rules.BadStandard) as caught:
        rules.parse_standard(text)
    assert caught.value.fault is fault
    assert caught.value.text == text
    assert str(fault) in str(caught.value)
