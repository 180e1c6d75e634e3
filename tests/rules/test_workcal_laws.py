"""The laws of clocks, for any calendar an office might have."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kelola.workcal import rules
from tests.rules.workcal_samples import MONTHLY_30TH, WEEKLY, altered

FIRST = datetime(2026, 1, 12, tzinfo=UTC)
DAYS = st.integers(0, 120).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
QUARTERS = st.integers(20, 88)  # quarters of an hour from 5.00 to 22.00
MOMENTS = st.one_of(
    st.integers(0, 80 * 96).map(lambda n: FIRST + timedelta(minutes=15 * n)),
    st.integers(0, 80 * 86400).map(lambda n: FIRST + timedelta(seconds=n)),
)
NO_TIME = timedelta(0)
law = settings(deadline=None)  # a busy machine is no reason to fail


def _clock(quarter: int) -> time:
    return time(quarter // 4, quarter % 4 * 15)


@st.composite
def windows(draw: st.DrawFn) -> tuple[rules.Window, ...]:
    """Draw one to three windows of a day, with breaks of any length between."""
    count = draw(st.integers(1, 3))
    edges = sorted(draw(st.sets(QUARTERS, min_size=2 * count, max_size=2 * count)))
    return tuple((_clock(a), _clock(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def weeks() -> st.SearchStrategy[rules.Weekdays]:
    return st.dictionaries(st.integers(0, 6), windows(), min_size=2, max_size=7)


@st.composite
def closures(draw: st.DrawFn) -> rules.Closure:
    starts, ends = sorted(draw(st.sets(QUARTERS, min_size=2, max_size=2)))
    whole, morning = draw(st.booleans()), draw(st.booleans())
    if whole:
        return rules.Closure(draw(DAYS), "Tutup")
    return rules.Closure(draw(DAYS), "Tutup", None if morning else _clock(starts), _clock(ends))


@st.composite
def calendars(draw: st.DrawFn) -> rules.Calendar:
    zones = [rules.Zone(date.min, draw(st.sampled_from(rules.ZONES)))]
    if draw(st.booleans()):
        zones.append(rules.Zone(draw(DAYS), draw(st.sampled_from(rules.ZONES))))
    hours = [rules.Hours(date.min, draw(weeks()))]
    if draw(st.booleans()):
        hours.append(rules.Hours(draw(DAYS), draw(weeks())))
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return rules.Calendar(
        tuple(hours),
        tuple(zones),
        (rules.Season(first, last, draw(weeks()), "Ramadan"),) if draw(st.booleans()) else (),
        dict.fromkeys(draw(st.sets(DAYS, max_size=12)), "Libur"),
        tuple(draw(st.lists(closures(), max_size=3))),
    )


DURATIONS = st.one_of(
    st.integers(1, 8).map(rules.WorkingDays),
    st.integers(1, 200).map(lambda n: rules.WorkingTime(timedelta(minutes=15 * n))),
    st.integers(1, 90000).map(lambda n: rules.WorkingTime(timedelta(seconds=n))),
)
STANDARDS = st.one_of(
    DURATIONS,
    st.builds(rules.Range, DURATIONS, DURATIONS),
    st.sampled_from([rules.Recurrence(WEEKLY), rules.Recurrence(MONTHLY_30TH)]),
)
GAPS = st.integers(0, 6 * 96).map(lambda n: timedelta(minutes=15 * n))


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime) -> list[rules.Pause]:
    found, here = [], start
    for _ in range(draw(st.integers(0, 4))):
        begins = here + draw(GAPS)
        here = begins + draw(GAPS)
        found.append(rules.Pause(begins, here))
    return found


def again(calendar: rules.Calendar) -> rules.Calendar:
    """Return the same calendar with nothing computed yet."""
    return altered(calendar)


@law
@given(calendars(), MOMENTS, MOMENTS, STANDARDS, st.data())
def test_a_later_start_is_never_due_earlier(
    calendar: rules.Calendar,
    a: datetime,
    b: datetime,
    standard: rules.Standard,
    data: st.DataObject,
) -> None:
    early, late = sorted((a, b))
    pauses = data.draw(pauses_after(late))
    first = rules.due(calendar, early, standard, pauses)
    second = rules.due(calendar, late, standard, pauses)
    assert first.at <= second.at
    if first.target and second.target:
        assert first.target <= second.target <= second.at


@law
@given(calendars(), MOMENTS, DURATIONS, DAYS)
def test_a_day_off_never_shortens_a_clock(
    calendar: rules.Calendar, start: datetime, standard: rules.Standard, day: date
) -> None:
    fewer = altered(calendar, days_off={**calendar.days_off, day: "Libur"})
    assert rules.due(calendar, start, standard).at <= rules.due(fewer, start, standard).at


@law
@given(calendars(), MOMENTS, DURATIONS, closures())
def test_a_closure_never_shortens_a_clock(
    calendar: rules.Calendar, start: datetime, standard: rules.Standard, closure: rules.Closure
) -> None:
    fewer = altered(calendar, closures=(*calendar.closures, closure))
    assert rules.due(calendar, start, standard).at <= rules.due(fewer, start, standard).at


@law
@given(calendars(), MOMENTS, STANDARDS, st.data())
def test_computing_again_gives_the_same(
    calendar: rules.Calendar, start: datetime, standard: rules.Standard, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(start))
    once = rules.due(calendar, start, standard, pauses)
    assert rules.due(calendar, start, standard, pauses) == once
    assert rules.due(again(calendar), start, standard, reversed(pauses)) == once


@law
@given(calendars(), MOMENTS, STANDARDS, GAPS, GAPS)
def test_a_pause_without_working_time_changes_nothing(
    calendar: rules.Calendar,
    start: datetime,
    standard: rules.Standard,
    wait: timedelta,
    length: timedelta,
) -> None:
    paused = rules.Pause(start + wait, start + wait + length)
    idle = rules.working_between(calendar, paused.start, paused.start + length) == NO_TIME
    without = rules.due(calendar, start, standard)
    instant = rules.Pause(paused.start, paused.start)
    assert rules.due(calendar, start, standard, [instant]) == without
    if idle:
        assert rules.due(calendar, start, standard, [paused]) == without


@law
@given(calendars(), MOMENTS, STANDARDS, st.tuples(GAPS, GAPS, GAPS))
def test_splitting_a_pause_before_the_due_changes_nothing(
    calendar: rules.Calendar,
    start: datetime,
    standard: rules.Standard,
    gaps: tuple[timedelta, timedelta, timedelta],
) -> None:
    begins = start + gaps[0]
    middle = begins + gaps[1]
    ends = middle + gaps[2]
    whole = rules.due(calendar, start, standard, [rules.Pause(begins, ends)])
    parts = [rules.Pause(begins, middle), rules.Pause(middle, ends)]
    assert rules.due(calendar, start, standard, parts) == whole


@law
@given(calendars(), MOMENTS, DURATIONS, st.data())
def test_a_pause_moves_the_due_by_exactly_its_working_time(
    calendar: rules.Calendar, start: datetime, standard: rules.Standard, data: st.DataObject
) -> None:
    without = rules.due(calendar, start, standard).at
    span = (without - start) // timedelta(seconds=1)
    begins = start + timedelta(seconds=data.draw(st.integers(0, span)))
    paused = rules.Pause(begins, begins + data.draw(GAPS))
    moved = rules.due(calendar, start, standard, [paused]).at
    assert paused.end is not None
    assert rules.working_between(calendar, without, moved) == rules.working_between(
        calendar, begins, paused.end
    )


@law
@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(
    calendar: rules.Calendar, a: datetime, b: datetime, c: datetime
) -> None:
    first, second, third = sorted((a, b, c))
    between = rules.working_between
    whole = between(calendar, first, third)
    assert whole == between(calendar, first, second) + between(calendar, second, third)
    assert NO_TIME <= whole <= third - first


@law
@given(calendars(), MOMENTS, st.integers(1, 90000))
def test_adding_and_measuring_are_inverse(
    calendar: rules.Calendar, start: datetime, seconds: int
) -> None:
    delta = timedelta(seconds=seconds)
    end = rules.add_working(calendar, start, delta)
    assert rules.working_between(calendar, start, end) == delta
    assert rules.add_working(calendar, start, NO_TIME) == start


@law
@given(calendars(), MOMENTS)
def test_the_next_opening_is_the_first_working_instant(
    calendar: rules.Calendar, moment: datetime
) -> None:
    opening = rules.next_opening(calendar, moment)
    assert opening >= moment
    assert rules.working_between(calendar, moment, opening) == NO_TIME
    assert rules.working_between(calendar, opening, opening + timedelta(microseconds=1)) > NO_TIME
    assert rules.next_opening(calendar, opening) == opening


@law
@given(calendars(), MOMENTS, DURATIONS)
def test_a_due_lies_in_working_hours_or_at_their_end(
    calendar: rules.Calendar, start: datetime, standard: rules.Standard
) -> None:
    due = rules.due(calendar, start, standard).at
    assert any(a <= due <= b for a, b in rules.windows(calendar, due.date()))


@law
@given(calendars(), MOMENTS, DURATIONS, st.integers(1, 99), st.data())
def test_a_reminder_comes_between_start_and_due(
    calendar: rules.Calendar,
    start: datetime,
    standard: rules.Standard,
    percent: int,
    data: st.DataObject,
) -> None:
    pauses = data.draw(pauses_after(start))
    due = rules.due(calendar, start, standard, pauses)
    reminder = rules.remind_at(calendar, start, due.at, percent, pauses)
    assert start < reminder <= due.at
    assert rules.remind_at(calendar, start, due.at, 100, pauses) <= due.at


@settings(max_examples=40, deadline=None)
@given(calendars(), st.sampled_from([WEEKLY, MONTHLY_30TH, "FREQ=YEARLY", "FREQ=DAILY"]), DAYS)
def test_slots_stand_in_order_and_hold_their_days(
    calendar: rules.Calendar, rule: str, day: date
) -> None:
    slots = rules.slots(calendar, rule, 2026)
    assume(slots)
    for before, after in pairwise(slots):
        assert before.due_on < after.opens_on
    assert len({slot.key for slot in slots}) == len(slots)
    for slot in slots:
        assert slot.opens_on <= slot.due_on
        assert slot.due_on.year == 2026
        assert rules.is_working_day(calendar, slot.due_on)
        assert rules.slot_by_key(calendar, rule, slot.key) == slot
        assert rules.slot_close(calendar, slot).date() == slot.due_on
    here = rules.slot_on(calendar, rule, day)
    if here:
        assert here.opens_on <= day
        assert rules.slot_by_key(calendar, rule, here.key) == here
