"""Slots of recurrences: the 30th, weeks, quarters, years, and what holidays make of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from kelola.workcal import rules
from kelola.workcal.rules.recurrence import dates, read_rule
from tests.rules.workcal_samples import (
    DAYS_OFF,
    MONTHLY_30TH,
    WEEKLY,
    altered,
    at,
    office,
    pause,
)

QUARTERLY = "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=28,29,30;BYSETPOS=-1"
YEARLY = "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31"


def found(rule: str, year: int) -> list[str]:
    return [
        f"{slot.key} {slot.opens_on:%m-%d} {slot.due_on:%m-%d}"
        for slot in rules.slots(office(), rule, year)
    ]


def test_the_thirtieth_of_2026() -> None:
    slots = found(MONTHLY_30TH, 2026)
    assert slots == [
        "2026-01 01-01 01-30",
        "2026-02 02-01 02-27",
        "2026-03 03-01 03-30",
        "2026-04 04-01 04-30",
        "2026-05 05-01 05-29",
        "2026-06 06-01 06-30",
        "2026-07 07-01 07-30",
        "2026-08 08-01 08-28",
        "2026-09 09-01 09-30",
        "2026-10 10-01 10-30",
        "2026-11 11-01 11-30",
        "2026-12 12-01 12-30",
    ]


def test_the_thirtieth_of_a_leap_february() -> None:
    assert found(MONTHLY_30TH, 2028)[1] == "2028-02 02-01 02-29"


def test_a_week_opens_on_monday_and_closes_on_its_last_working_day() -> None:
    slots = {slot.key: slot for slot in rules.slots(office(), WEEKLY, 2026)}
    assert slots["2026-W48"] == rules.Slot(date(2026, 11, 23), date(2026, 11, 27), "2026-W48")
    assert slots["2026-W14"].due_on == date(2026, 4, 2)  # Good Friday off
    assert slots["2026-W12"].due_on == date(2026, 3, 17)  # Nyepi and Idulfitri from Wednesday
    assert slots["2026-W01"].opens_on == date(2025, 12, 29)


def test_a_week_at_the_turn_belongs_to_the_year_it_is_due_in() -> None:
    new_year = altered(office(), days_off={**DAYS_OFF, date(2027, 1, 1): "Tahun Baru"})
    last = rules.slots(new_year, WEEKLY, 2026)[-1]
    assert last == rules.Slot(date(2026, 12, 28), date(2026, 12, 31), "2026-W53")
    assert rules.slots(new_year, WEEKLY, 2027)[0].due_on == date(2027, 1, 8)
    assert rules.slots(office(), WEEKLY, 2027)[0].due_on == date(2027, 1, 1)


def test_a_week_without_a_working_day_has_no_slot() -> None:
    monday = date(2026, 11, 23)
    week = {monday + timedelta(days=n): "Idulfitri" for n in range(5)}
    calendar = altered(office(), days_off={**DAYS_OFF, **week})
    keys = [slot.key for slot in rules.slots(calendar, WEEKLY, 2026)]
    assert "2026-W48" not in keys
    assert len(keys) == len(rules.slots(office(), WEEKLY, 2026)) - 1
    assert rules.slot_on(calendar, WEEKLY, monday) is None
    assert rules.slot_by_key(calendar, WEEKLY, "2026-W48") is None


def test_a_slot_is_never_due_before_it_opens() -> None:
    mondays = rules.slots(office(), "FREQ=WEEKLY;BYDAY=MO", 2026)
    off = next(slot for slot in mondays if slot.key == "2026-W34")  # 17 August, Monday
    assert (off.opens_on, off.due_on) == (date(2026, 8, 17), date(2026, 8, 18))


@pytest.mark.parametrize(
    "rule",
    [
        QUARTERLY,
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=30",
    ],
)
def test_quarters(rule: str) -> None:
    assert found(rule, 2026) == [
        "2026-Q1 01-01 03-30",
        "2026-Q2 04-01 06-30",
        "2026-Q3 07-01 09-30",
        "2026-Q4 10-01 12-30",
    ]


@pytest.mark.parametrize(
    ("rule", "slots"),
    [
        (YEARLY, ["2026 01-01 01-30"]),
        ("FREQ=YEARLY", ["2026 01-01 12-31"]),
        ("FREQ=YEARLY;BYMONTH=6,12", ["2026-H1 01-01 06-30", "2026-H2 07-01 12-31"]),
        ("FREQ=YEARLY;BYMONTH=4,8,12;BYDAY=-1FR", ["2026-T1 01-01 04-24", "2026-T2 05-01 08-28"]),
        ("FREQ=MONTHLY;BYMONTH=2,3", ["2026-02 02-01 02-27", "2026-03 03-01 03-31"]),
        ("FREQ=MONTHLY;INTERVAL=2", ["2026-B1 01-01 02-27", "2026-B2 03-01 04-30"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", ["2026-01 01-01 01-30", "2026-02 02-01 02-27"]),
        ("FREQ=DAILY", ["2026-01-02 01-02 01-02", "2026-01-05 01-05 01-05"]),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15,30",
            ["2026-01 01-01 01-15", "2026-01.2 01-16 01-30", "2026-02 02-01 02-13"],
        ),
    ],
)
def test_other_recurrences(rule: str, slots: list[str]) -> None:
    assert found(rule, 2026)[: len(slots)] == slots


def test_what_a_rule_leaves_out_is_the_end_of_its_period() -> None:
    assert found("FREQ=MONTHLY", 2026) == found("FREQ=MONTHLY;BYMONTHDAY=-1", 2026)
    assert found("FREQ=WEEKLY", 2026) == found(WEEKLY, 2026)


@pytest.mark.parametrize(
    ("rule", "day", "key"),
    [
        (MONTHLY_30TH, date(2026, 11, 1), "2026-11"),
        (MONTHLY_30TH, date(2026, 2, 28), "2026-02"),  # after the due, still its month
        (WEEKLY, date(2026, 11, 29), "2026-W48"),
        (YEARLY, date(2026, 7, 1), "2026"),
        (QUARTERLY, date(2026, 5, 1), "2026-Q2"),
        (WEEKLY, date(2025, 12, 30), "2026-W01"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30", date(2026, 1, 16), "2026-01.2"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30", date(2026, 1, 31), "2026-01.2"),
        ("FREQ=MONTHLY;BYMONTH=2,3", date(2026, 5, 1), None),
    ],
)
def test_the_slot_of_a_day_is_found_again_by_its_key(rule: str, day: date, key: str | None) -> None:
    slot = rules.slot_on(office(), rule, day)
    assert (slot and slot.key) == key
    if key:
        assert rules.slot_by_key(office(), rule, key) == slot


@pytest.mark.parametrize("key", ["", "abcd-11", "2026-13", "9999-01", "2026-11.2"])
def test_an_unknown_key_finds_nothing(key: str) -> None:
    assert rules.slot_by_key(office(), MONTHLY_30TH, key) is None


def test_a_recurrence_is_due_at_the_closing_of_its_slot() -> None:
    standard = rules.parse_standard(MONTHLY_30TH)
    slot = rules.slot_on(office(), MONTHLY_30TH, date(2026, 2, 3))
    assert slot is not None
    assert rules.slot_close(office(), slot) == at("2026-02-27 15:30")  # a Friday of Ramadan
    due = rules.due(office(), at("2026-02-03 09:00"), standard, (), slot)
    assert due == rules.Due(None, at("2026-02-27 15:30"))
    late = rules.due(office(), at("2026-03-02 09:00"), standard, (), slot)
    assert late == due


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-24 09:00", "2026-11-27 17:00"),
        ("2026-11-27 17:00", "2026-11-27 17:00"),
        ("2026-11-27 17:01", "2026-12-04 17:00"),
        ("2026-11-28 09:00", "2026-12-04 17:00"),
        ("2026-12-31 17:00", "2027-01-01 17:00"),
    ],
)
def test_without_a_slot_the_next_to_close_is_taken(start: str, due: str) -> None:
    assert rules.due(office(), at(start), rules.parse_standard(WEEKLY)).at == at(due)


def test_a_pause_moves_the_end_of_a_slot_too() -> None:
    standard = rules.parse_standard(WEEKLY)
    paused = [pause("2026-11-25 08:00", "2026-11-25 10:00")]
    due = rules.due(office(), at("2026-11-24 09:00"), standard, paused)
    assert due.at == at("2026-11-30 10:00")


def test_a_holiday_declared_later_moves_the_end_of_a_slot() -> None:
    standard, start = rules.parse_standard(WEEKLY), at("2026-11-24 09:00")
    slot = rules.slot_on(office(), WEEKLY, start.date())
    assert slot is not None
    declared = altered(office(), days_off={**DAYS_OFF, date(2026, 11, 27): "Pilkada"})
    assert rules.due(declared, start, standard, (), slot).at == at("2026-11-26 16:30")
    assert rules.slot_close(declared, slot) == at("2026-11-26 16:30")
    moved = rules.slot_on(declared, WEEKLY, start.date())
    assert rules.due(office(), start, standard, (), moved).at == at("2026-11-27 17:00")


def test_a_slot_made_before_its_days_went_off_closes_on_the_next_working_day() -> None:
    slot = rules.Slot(date(2026, 11, 23), date(2026, 11, 27), "2026-W48")
    week = {slot.opens_on + timedelta(days=n): "Idulfitri" for n in range(5)}
    calendar = altered(office(), days_off=week)
    assert rules.slot_close(calendar, slot) == at("2026-11-30 16:30")


def test_a_part_of_the_last_day_closed_moves_the_closing() -> None:
    early = rules.Closure(date(2026, 11, 27), "Listrik padam", starts=at("2026-11-27 11:00").time())
    calendar = altered(office(), closures=(early,))
    slot = rules.slot_on(calendar, WEEKLY, date(2026, 11, 24))
    assert slot is not None
    assert rules.slot_close(calendar, slot) == at("2026-11-27 11:00")


@pytest.mark.parametrize("year", [1969, 2501])
def test_years_out_of_bounds_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="between"):
        rules.slots(office(), WEEKLY, year)


def test_the_last_slot_there_is_ends_the_search() -> None:
    with pytest.raises(rules.NoWorkingTime):
        rules.due(office(), at("2500-12-31 23:00"), rules.parse_standard(WEEKLY))


weekdays = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
months = st.sets(st.integers(1, 12), min_size=1)
month_days = st.sets(st.one_of(st.integers(-31, -1), st.integers(1, 31)), min_size=1, max_size=4)


@st.composite
def any_rule(draw: st.DrawFn) -> str:
    """Draw a rule that leaves nothing out, so that no start date enters into it."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}"]
    by_month = draw(st.booleans())
    if by_month:
        parts.append("BYMONTH=" + ",".join(map(str, sorted(draw(months)))))
    if freq != "WEEKLY" and draw(st.booleans()):
        parts.append("BYMONTHDAY=" + ",".join(map(str, sorted(draw(month_days)))))
    if len(parts) == 1 + by_month or draw(st.booleans()):
        number = (
            draw(st.sampled_from(["", "1", "2", "-1"])) if freq in {"MONTHLY", "YEARLY"} else ""
        )
        parts.append(
            "BYDAY=" + ",".join(number + day for day in draw(st.sets(weekdays, min_size=1)))
        )
    if freq == "MONTHLY" and draw(st.booleans()):
        parts.append("BYSETPOS=" + draw(st.sampled_from(["1", "-1", "1,-1"])))
    return ";".join(parts)


@settings(deadline=None)
@given(any_rule(), st.integers(2020, 2032))
def test_dates_are_those_of_the_standard(rule: str, year: int) -> None:
    try:
        ours = dates(read_rule(rule), year)
    except rules.BadStandard as refused:
        assert refused.fault is rules.Fault.RULE_NEVER  # noqa: PT017 - the rest is compared
        ours = ()
    oracle = rrulestr(
        rule + ";UNTIL=20331231",
        dtstart=datetime(2019, 1, 1),  # noqa: DTZ001 - plain days
    )
    first, last = datetime(year, 1, 1), datetime(year, 12, 31)  # noqa: DTZ001 - plain days
    assert list(ours) == [on.date() for on in oracle.between(first, last, inc=True)]
