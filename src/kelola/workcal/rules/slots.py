"""The turns of a recurrence on an office's calendar.

A slot is the part of the year a turn belongs to: the week, month, quarter or year around the date
its rule names. It opens on the first day of that part and is due at the closing of the named date
or, if that isn't a working day, of the working day before. Two edges are decided here:

- Where the slot has no working day up to that date, the first one after it within the slot is
  taken: a slot can't be due before it opens.
- A slot without any working day (the week of Idulfitri) doesn't exist. Moving it out of its week
  would ask for a record of days nobody worked.

A slot belongs to the year its due date falls in. If a rule names several dates in one part of the
year, each slot opens the day after the date before and carries its number (``2026-11.2``).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from kelola.workcal.rules.hours import (
    LONGEST_REST,
    ONE_DAY,
    NoWorkingTime,
    is_working_day,
    local,
    windows,
)
from kelola.workcal.rules.recurrence import Rule, dates, period_of, read_rule
from kelola.workcal.rules.shapes import Calendar, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_YEAR, LAST_YEAR = 1970, 2500
# 29 February comes every eight years at worst; only an office that never works needs longer.
_MOST_YEARS_AHEAD = 10


class _Turn(NamedTuple):
    """A slot before the calendar is asked: the days that are its own and the one named."""

    first: date
    named: date
    last: date
    key: str


def slots(calendar: Calendar, rule: str, year: int) -> tuple[Slot, ...]:
    """Return the slots of a rule that are due in a year, in order.

    Raises ``BadStandard`` for a rule that can't be read, ``ValueError`` for a year out of bounds.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        msg = f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(msg)
    return tuple(slot for slot in _around(calendar, rule, year) if slot.due_on.year == year)


def slot_on(calendar: Calendar, rule: str, day: date) -> Slot | None:
    """Return the slot whose part of the year a day lies in, also after its due date.

    None if the rule names no date there, or the office doesn't work in it at all.
    """
    for turn in _turns(read_rule(rule), day.year):
        if turn.first <= day <= turn.last:
            return _slot(calendar, turn)
    return None


def slot_by_key(calendar: Calendar, rule: str, key: str) -> Slot | None:
    """Return the slot with this key as the calendar in force has it; None if there is none."""
    head = key[:4]
    if not head.isdigit() or not FIRST_YEAR <= int(head) <= LAST_YEAR:
        return None
    return next((slot for slot in _around(calendar, rule, int(head)) if slot.key == key), None)


def slot_close(calendar: Calendar, slot: Slot) -> datetime:
    """Return the closing of the slot's due date.

    If the calendar has changed since the slot was made and the office no longer works that day,
    the slot's working day before (else the first one after) takes its place.
    Raises ``NoWorkingTime`` if there is none.
    """
    last = slot.due_on + timedelta(days=LONGEST_REST)
    day = _working_day(calendar, slot.opens_on, slot.due_on, last)
    if day is None:
        raise NoWorkingTime
    return windows(calendar, day)[-1][1]


def next_to_close(calendar: Calendar, rule: str, moment: datetime) -> Slot:
    """Return the first slot that closes at the moment or later.

    Raises ``NoWorkingTime`` if none does.
    """
    here = local(calendar, moment)
    last = min(here.year + _MOST_YEARS_AHEAD, LAST_YEAR)
    for year in range(max(here.year, FIRST_YEAR), last + 1):
        for slot in slots(calendar, rule, year):
            if slot.due_on >= here.date() and slot_close(calendar, slot) >= moment:
                return slot
    raise NoWorkingTime


def _around(calendar: Calendar, rule: str, year: int) -> Iterator[Slot]:
    """Yield every slot whose part of the year touches the year, in order."""
    for turn in _turns(read_rule(rule), year):
        slot = _slot(calendar, turn)
        if slot is not None:
            yield slot


def _slot(calendar: Calendar, turn: _Turn) -> Slot | None:
    due_on = _working_day(calendar, turn.first, turn.named, turn.last)
    return None if due_on is None else Slot(turn.first, due_on, turn.key)


@lru_cache(maxsize=1024)
def _turns(rule: Rule, year: int) -> tuple[_Turn, ...]:
    """Return the turns of a rule in a year, with those of the weeks it shares."""
    named = dates(rule, year - 1)[-7:] + dates(rule, year) + dates(rule, year + 1)[:7]
    found: list[_Turn] = []
    for _, group in groupby(named, key=lambda on: period_of(rule, on)):
        found += _turns_of(rule, tuple(group))
    return tuple(turn for turn in found if turn.first.year <= year <= turn.last.year)


def _turns_of(rule: Rule, named: tuple[date, ...]) -> Iterator[_Turn]:
    """Part one period among the dates named in it."""
    period = period_of(rule, named[0])
    first = period.first
    for number, on in enumerate(named, start=1):
        last = period.last if on == named[-1] else on
        yield _Turn(first, on, last, period.key if number == 1 else f"{period.key}.{number}")
        first = on + ONE_DAY


def _working_day(calendar: Calendar, first: date, named: date, last: date) -> date | None:
    """Return the last working day from ``first`` to ``named``, else the first to ``last``."""
    before = (named - ONE_DAY * n for n in range((named - first).days + 1))
    after = (named + ONE_DAY * n for n in range(1, (last - named).days + 1))
    return next((day for day in chain(before, after) if is_working_day(calendar, day)), None)
