"""The settled edges of clocks, each as its example."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

import pytest

from kelola.workcal import rules
from tests.rules.workcal_samples import DAYS_OFF, altered, at, due_at, office, pause


@pytest.mark.parametrize(
    ("start", "standard", "due"),
    [
        ("2026-11-24 09:10", "P1D", "2026-11-25 09:10"),
        ("2026-11-24 09:10:42", "P1D", "2026-11-25 09:10:42"),  # seconds are kept
        ("2026-11-27 10:00", "P1D", "2026-11-30 10:00"),  # over the weekend
        ("2026-11-28 10:00", "P1D", "2026-12-01 08:00"),  # Saturday counts from Monday 08.00
        ("2026-11-24 07:00", "P1D", "2026-11-25 08:00"),  # before opening
        ("2026-11-24 12:00", "P1D", "2026-11-25 13:00"),  # a break begins: outside
        ("2026-11-24 12:30", "P1D", "2026-11-25 13:00"),
        ("2026-11-24 16:30", "P1D", "2026-11-26 08:00"),  # closing: outside
        ("2026-11-26 11:45", "P1D", "2026-11-27 13:00"),  # lands in Friday's longer break
        ("2026-11-26 11:30", "P1D", "2026-11-27 11:30"),  # the instant of a break is inside
        ("2026-11-27 16:45", "P1D", "2026-12-01 08:00"),  # past Monday's closing
        ("2026-11-24 09:00", "P3D", "2026-11-27 09:00"),
        ("2026-11-24 09:00", "P7D", "2026-12-03 09:00"),
        ("2026-02-18 15:30", "P1D", "2026-02-20 08:00"),  # Ramadan closes at 15.00
        ("2026-02-18 15:00", "P1D", "2026-02-19 15:00"),  # … the instant itself is inside
        ("2026-03-17 09:00", "P1D", "2026-03-25 09:00"),  # Nyepi, joint leave, Idulfitri
        ("2028-02-28 09:00", "P1D", "2028-02-29 09:00"),  # leap day
        ("2027-02-26 09:00", "P1D", "2027-03-01 09:00"),
    ],
)
def test_days_keep_the_time_of_day(start: str, standard: str, due: str) -> None:
    assert due_at(start, standard) == due


@pytest.mark.parametrize(
    ("start", "standard", "due"),
    [
        ("2026-11-24 09:00", "PT2H", "2026-11-24 11:00"),
        ("2026-11-24 11:00", "PT2H", "2026-11-24 14:00"),  # over the break
        ("2026-11-24 10:00", "PT2H", "2026-11-24 12:00"),  # ends exactly at the break
        ("2026-11-24 14:30", "PT2H", "2026-11-24 16:30"),  # ends exactly at closing
        ("2026-11-24 14:30", "PT2H1S", "2026-11-25 08:00:01"),
        ("2026-11-24 16:30", "PT30M", "2026-11-25 08:30"),
        ("2026-11-24 12:00", "PT30M", "2026-11-24 13:30"),
        ("2026-11-24 08:00", "PT30M", "2026-11-24 08:30"),  # opening is inside
        ("2026-11-27 11:00", "PT1H", "2026-11-27 13:30"),  # Friday's break
        ("2026-11-27 16:30", "PT1H", "2026-11-30 08:30"),
        ("2026-11-28 10:00", "PT1H30M", "2026-11-30 09:30"),
        ("2026-11-24 09:00", "PT7H30M", "2026-11-25 09:00"),
        ("2026-02-19 14:00", "PT2H", "2026-02-20 09:00"),  # Ramadan
        ("2026-02-20 11:00", "PT1H", "2026-02-20 13:00"),  # its Friday
        ("2026-11-24 09:00:30", "PT30M", "2026-11-24 09:30:30"),
    ],
)
def test_time_counts_in_working_hours(start: str, standard: str, due: str) -> None:
    assert due_at(start, standard) == due


def test_a_range_has_a_target_and_a_limit() -> None:
    due = rules.due(office(), at("2026-11-24 15:00"), rules.parse_standard("PT3H..P1D"))
    assert due == rules.Due(at("2026-11-25 09:30"), at("2026-11-25 15:00"))


def test_a_target_never_lies_behind_its_limit() -> None:
    due = rules.due(office(), at("2026-11-24 15:00"), rules.parse_standard("PT20H..P1D"))
    assert due.target == due.at == at("2026-11-25 15:00")


@pytest.mark.parametrize(
    ("start", "standard", "pauses", "due"),
    [
        ("2026-11-24 09:00", "PT2H", [("10:00", "11:00")], "2026-11-24 12:00"),
        ("2026-11-24 09:00", "PT2H", [("10:00", "11:01")], "2026-11-24 13:01"),
        ("2026-11-24 09:00", "P1D", [("10:00", "11:00")], "2026-11-25 10:00"),
        # a pause outside working hours holds nothing
        ("2026-11-24 09:00", "P1D", [("12:00", "13:00")], "2026-11-25 09:00"),
        ("2026-11-24 14:30", "PT2H", [("15:00", "15:00")], "2026-11-24 16:30"),
        # the second is compared with the due already moved by the first
        ("2026-11-24 09:00", "PT1H", [("09:30", "10:00"), ("10:15", "10:30")], "2026-11-24 10:45"),
        # begun after the due: cures nothing; begun at the due: still in time
        ("2026-11-24 09:00", "PT1H", [("10:00:01", "11:00")], "2026-11-24 10:00"),
        ("2026-11-24 09:00", "PT1H", [("10:00", "11:00")], "2026-11-24 11:00"),
        ("2026-11-24 10:00", "PT2H", [("12:30", "14:00")], "2026-11-24 12:00"),
        # what lies before the start doesn't count
        ("2026-11-24 09:00", "PT1H", [("08:00", "09:30")], "2026-11-24 10:30"),
        # overlapping and touching pauses are one
        ("2026-11-24 09:00", "PT1H", [("09:10", "09:30"), ("09:20", "09:40")], "2026-11-24 10:30"),
        ("2026-11-24 09:00", "PT1H", [("09:30", "11:00"), ("09:10", "09:30")], "2026-11-24 11:50"),
        # turned round: nothing
        ("2026-11-24 09:00", "PT1H", [("09:30", "09:10")], "2026-11-24 10:00"),
    ],
)
def test_a_pause_moves_the_due_by_the_working_time_in_it(
    start: str, standard: str, pauses: list[tuple[str, str]], due: str
) -> None:
    day = start[:10]
    given = [pause(f"{day} {begins}", f"{day} {ends}") for begins, ends in pauses]
    assert due_at(start, standard, *given) == due


def test_a_pause_over_days_counts_their_working_hours_only() -> None:
    # Friday 13.00–17.00 and Monday 08.00–09.00: five hours
    paused = pause("2026-11-27 12:00", "2026-11-30 09:00")
    assert due_at("2026-11-27 09:00", "P1D", paused) == "2026-11-30 15:00"


def test_pauses_that_touch_out_of_hours_are_one() -> None:
    start, evening = "2026-11-24 15:00", "2026-11-24 17:00"
    parts = [pause("2026-11-24 16:00", evening), pause(evening, "2026-11-25 08:30")]
    whole = pause("2026-11-24 16:00", "2026-11-25 08:30")
    assert due_at(start, "PT1H", *parts) == due_at(start, "PT1H", whole) == "2026-11-25 08:30"


def test_a_pause_moves_both_ends_of_a_range() -> None:
    due = rules.due(
        office(),
        at("2026-11-24 09:00"),
        rules.parse_standard("PT3H..P1D"),
        [pause("2026-11-24 10:00", "2026-11-24 11:00")],
    )
    assert due == rules.Due(at("2026-11-24 14:00"), at("2026-11-25 10:00"))


def test_a_pause_after_the_target_moves_the_limit_alone() -> None:
    due = rules.due(
        office(),
        at("2026-11-24 09:00"),
        rules.parse_standard("PT1H..P1D"),
        [pause("2026-11-24 11:00", "2026-11-24 12:00")],
    )
    assert due == rules.Due(at("2026-11-24 10:00"), at("2026-11-25 10:00"))


def test_a_lasting_pause_moves_nothing_yet() -> None:
    assert due_at("2026-11-24 09:00", "PT1H", pause("2026-11-24 09:30", None)) == "2026-11-24 10:00"


@pytest.mark.parametrize("text", ["PT72H", "P3D"])
def test_a_legal_clock_runs_on_the_wall(text: str) -> None:
    paused = [pause("2026-11-28 10:00", "2026-11-29 10:00")]
    due = rules.due(
        office(), at("2026-11-27 16:40:05"), rules.parse_standard(text), paused, wall=True
    )
    assert due == rules.Due(None, at("2026-11-30 16:40:05"))


def test_a_wall_standard_needs_no_flag_and_a_range_may_be_legal() -> None:
    start = at("2026-11-28 03:00")
    assert rules.due(office(), start, rules.WallTime(timedelta(hours=24))).at == start + timedelta(
        hours=24
    )
    due = rules.due(office(), start, rules.parse_standard("PT24H..PT72H"), wall=True)
    assert due == rules.Due(start + timedelta(hours=24), start + timedelta(hours=72))
    with pytest.raises(rules.BadStandard):
        rules.due(office(), start, rules.parse_standard("FREQ=MONTHLY"), wall=True)


def test_a_closure_of_part_of_a_day_takes_only_its_hours() -> None:
    closed = rules.Closure(date(2026, 11, 24), "Upacara", clock(10), clock(14))
    calendar = altered(office(), closures=(closed,))
    start = at("2026-11-24 09:00")
    assert rules.due(calendar, start, rules.parse_standard("PT2H")).at == at("2026-11-24 15:00")
    assert rules.next_opening(calendar, at("2026-11-24 10:00")) == at("2026-11-24 14:00")
    assert rules.is_working_day(calendar, date(2026, 11, 24))
    # a due that falls into it moves to its end
    yesterday = at("2026-11-23 11:00")
    assert rules.due(calendar, yesterday, rules.parse_standard("P1D")).at == at("2026-11-24 14:00")


@pytest.mark.parametrize(
    ("starts", "ends", "left"),
    [
        (None, clock(10), ["10:00–12:00", "13:00–16:30"]),
        (clock(14), None, ["08:00–12:00", "13:00–14:00"]),
        (clock(9), clock(10), ["08:00–09:00", "10:00–12:00", "13:00–16:30"]),
        (clock(12), clock(13), ["08:00–12:00", "13:00–16:30"]),
        (None, None, []),
        (clock(7), clock(17), []),
    ],
)
def test_what_a_closure_leaves(starts: clock | None, ends: clock | None, left: list[str]) -> None:
    tuesday = date(2026, 11, 24)
    calendar = altered(office(), closures=(rules.Closure(tuesday, "", starts, ends),))
    assert [f"{a:%H:%M}–{b:%H:%M}" for a, b in rules.windows(calendar, tuesday)] == left


def test_a_holiday_declared_later_moves_an_open_clock() -> None:
    start, standard = at("2026-11-24 09:00"), rules.parse_standard("P1D")
    before = rules.due(office(), start, standard)
    declared = altered(office(), days_off={**DAYS_OFF, date(2026, 11, 25): "Pilkada"})
    after = rules.due(declared, start, standard)
    assert (before.at, after.at) == (at("2026-11-25 09:00"), at("2026-11-26 09:00"))


def test_hours_are_those_of_the_date_walked_through() -> None:
    usual = office().hours[0]
    early = rules.Hours(date(2026, 11, 25), {day: ((clock(7, 30), clock(15)),) for day in range(5)})
    calendar = altered(office(), hours=(usual, early))
    due = rules.due(calendar, at("2026-11-24 16:00"), rules.parse_standard("PT1H"))
    assert due.at == at("2026-11-25 08:00")
    due = rules.due(calendar, at("2026-11-24 16:00"), rules.parse_standard("P1D"))
    assert due.at == at("2026-11-26 07:30")


def test_a_season_holds_on_its_first_and_last_day() -> None:
    short = {day: ((clock(8), clock(14)),) for day in range(5)}
    season = rules.Season(date(2026, 11, 24), date(2026, 11, 25), short, "Latihan")
    calendar = altered(office(), seasons=(season,))
    closing = [rules.windows(calendar, date(2026, 11, day))[-1][1] for day in range(23, 27)]
    assert [f"{at:%H:%M}" for at in closing] == ["16:30", "14:00", "14:00", "16:30"]


def test_the_zone_is_the_one_in_force_on_each_local_date() -> None:
    zones = (*office().zones, rules.Zone(date(2026, 11, 25), "Asia/Makassar"))
    calendar = altered(office(), zones=zones)
    due = rules.due(calendar, at("2026-11-24 09:00"), rules.parse_standard("P1D"))
    assert due.at.isoformat() == "2026-11-25T09:00:00+08:00"
    due = rules.due(calendar, at("2026-11-24 16:00"), rules.parse_standard("PT1H"))
    assert due.at.isoformat() == "2026-11-25T08:30:00+08:00"
    legal = rules.due(calendar, at("2026-11-24 09:00"), rules.parse_standard("PT24H"), wall=True)
    assert legal.at.isoformat() == "2026-11-25T10:00:00+08:00"


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Jakarta", 7), ("Asia/Makassar", 8), ("Asia/Jayapura", 9)]
)
def test_indonesian_zones_know_no_summer_time(zone: str, offset: int) -> None:
    calendar = rules.default_calendar({}, zone)
    assert zone in rules.ZONES
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2028, 1, 1).toordinal()):
        for span in rules.windows(calendar, date.fromordinal(ordinal)):
            assert {moment.utcoffset() for moment in span} == {timedelta(hours=offset)}


def test_a_start_may_be_given_in_any_zone() -> None:
    start = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    due = rules.due(office(), start, rules.parse_standard("PT2H"))
    assert due.at.isoformat() == "2026-11-24T11:00:00+07:00"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        rules.due(office(), datetime(2026, 11, 24, 9), rules.parse_standard("P1D"))  # noqa: DTZ001


def test_an_office_that_never_works_is_told_so() -> None:
    idle = altered(office(), hours=(rules.Hours(date.min, {}),), seasons=())
    for text in ("P1D", "PT1H", "FREQ=MONTHLY"):
        with pytest.raises(rules.NoWorkingTime):
            rules.due(idle, at("2026-11-24 09:00"), rules.parse_standard(text))


def test_working_time_between_two_moments() -> None:
    calendar = office()
    between = rules.working_between
    assert between(calendar, at("2026-11-24 09:00"), at("2026-11-24 14:00")) == timedelta(hours=4)
    week = between(calendar, at("2026-11-23 00:00"), at("2026-11-30 00:00"))
    assert week == timedelta(hours=37.5)  # Perpres 21/2023
    assert between(calendar, at("2026-11-24 09:00"), at("2026-11-24 08:00")) == timedelta(0)
    assert between(calendar, at("2026-11-28 00:00"), at("2026-11-29 23:00")) == timedelta(0)


def test_a_reminder_counts_working_minutes() -> None:
    calendar, start = office(), at("2026-11-24 15:00")
    due = rules.due(calendar, start, rules.parse_standard("PT5H"))
    assert due.at == at("2026-11-25 11:30")
    assert rules.remind_at(calendar, start, due.at) == at("2026-11-25 10:30")
    assert rules.remind_at(calendar, start, due.at, percent=100) == due.at


def test_a_reminder_stands_still_in_a_pause() -> None:
    calendar, start = office(), at("2026-11-24 08:00")
    pauses = [pause("2026-11-24 09:00", "2026-11-24 10:00")]
    due = rules.due(calendar, start, rules.parse_standard("PT2H30M"), pauses)
    assert due.at == at("2026-11-24 11:30")
    assert rules.remind_at(calendar, start, due.at, 80, pauses) == at("2026-11-24 11:00")
    late = [pause("2026-11-24 10:15", "2026-11-24 11:00")]
    due = rules.due(calendar, start, rules.parse_standard("PT2H30M"), late)
    assert rules.remind_at(calendar, start, due.at, 80, late) == at("2026-11-24 10:00")


def test_a_reminder_of_a_legal_clock_and_of_no_time() -> None:
    calendar, start = office(), at("2026-11-28 00:00")
    legal = rules.due(calendar, start, rules.parse_standard("PT10H"), wall=True)
    assert rules.remind_at(calendar, start, legal.at, wall=True) == at("2026-11-28 08:00")
    past = at("2026-11-27 17:00")
    assert rules.remind_at(calendar, start, past) == past


def test_many_years_are_walked_quickly() -> None:
    calendar = office()
    began = time.process_time()
    far = rules.due(calendar, at("2026-11-24 09:00"), rules.parse_standard("P3000D"))
    assert far.at.year == 2038
    rules.due(calendar, at("2026-11-24 09:00"), rules.parse_standard("PT20000H"))
    rules.working_between(calendar, at("2026-11-24 09:00"), far.at)
    assert time.process_time() - began < 1
