"""When a step is due, and when to remind: pure functions of standard, pauses and calendar.

A pause moves a due by the working time paused. Pauses that touch or overlap count as one; what
lies before the start of the clock doesn't count; a pause that still lasts moves nothing until it
ends. Each is compared with the due already moved by those before it, and one begun after that due
cures nothing. Of a range each end is such a due.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kelola.workcal.rules.hours import (
    NO_TIME,
    add_working,
    local,
    next_due_instant,
    next_opening,
    nth_working_day,
    working_between,
    zone_on,
)
from kelola.workcal.rules.shapes import Calendar, Due, Pause, Paused, Slot
from kelola.workcal.rules.slots import next_to_close, slot_by_key, slot_close
from kelola.workcal.rules.standards import (
    Duration,
    Range,
    Recurrence,
    Standard,
    WallTime,
    WorkingDays,
    WorkingTime,
    on_the_wall,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE = 100


def due(
    calendar: Calendar,
    start: datetime,
    standard: Standard,
    pauses: Iterable[Paused] = (),
    slot: Slot | None = None,
    *,
    wall: bool = False,
) -> Due:
    """Return when work started at ``start`` is due, in the office's zone.

    ``wall`` makes any duration a legal clock: exact time, no moving, pauses ignored.
    A recurrence is due when ``slot`` closes (looked up again by its key, so that a calendar change
    moves it), without one when the first slot closes that isn't closed at ``start``.
    Raises ``ValueError`` for a moment without a zone, ``NoWorkingTime`` if the office never works.
    """
    if wall:
        standard = on_the_wall(standard)
    counted = merged(pauses, start)
    match standard:
        case Range(target, limit):
            at = _moved(calendar, limit, _first_due(calendar, start, limit), counted)
            aim = _moved(calendar, target, _first_due(calendar, start, target), counted)
            return Due(min(aim, at), at)
        case Recurrence(rule):
            return due_with_slot(calendar, start, _slot_now(calendar, rule, start, slot), counted)
        case _:
            first = _first_due(calendar, start, standard)
            return Due(None, _moved(calendar, standard, first, counted))


def due_with_slot(
    calendar: Calendar, start: datetime, slot: Slot, pauses: Iterable[Paused] = ()
) -> Due:
    """Return when work that is due with its slot is due, moved by its pauses."""
    return Due(None, _after_pauses(calendar, slot_close(calendar, slot), merged(pauses, start)))


def remind_at(
    calendar: Calendar,
    start: datetime,
    due_at: datetime,
    percent: int = 80,
    pauses: Iterable[Paused] = (),
    *,
    wall: bool = False,
) -> datetime:
    """Return when ``percent`` of the working time up to a due has passed.

    ``due_at`` is the due (of a range its limit) as moved by the pauses; paused time doesn't count
    as passed. With ``wall`` the time is that of the wall clock. If there is no time to share, it is
    the due itself.
    """
    if wall:
        here = start.astimezone(UTC)
        part = max(due_at.astimezone(UTC) - here, NO_TIME) * percent / _WHOLE
        return local(calendar, here + part)
    counted = [p for p in merged(pauses, start) if p.start < due_at]
    paused = sum((_worked(calendar, p, until=due_at) for p in counted), NO_TIME)
    whole = working_between(calendar, start, due_at) - paused
    if whole <= NO_TIME:
        return local(calendar, due_at)
    at = add_working(calendar, start, whole * percent / _WHOLE)
    for pause in counted:
        if pause.start < at:
            at = add_working(calendar, at, _worked(calendar, pause, until=due_at))
    return at


def merged(pauses: Iterable[Paused], start: datetime) -> tuple[Pause, ...]:
    """Return the ended pauses from ``start`` on, in order, those that touch joined."""
    found: list[Pause] = []
    ended = [(max(p.start, start), p.end) for p in pauses if p.end is not None]
    for begins, ends in sorted((begins, ends) for begins, ends in ended if begins < ends):
        last = found[-1].end if found else None
        if last is not None and begins <= last:
            found[-1] = Pause(found[-1].start, max(last, ends))
        else:
            found.append(Pause(begins, ends))
    return tuple(found)


def _first_due(calendar: Calendar, start: datetime, duration: Duration) -> datetime:
    """Return the due before any pause."""
    match duration:
        case WallTime(delta):
            return local(calendar, start.astimezone(UTC) + delta)
        case WorkingTime(delta):
            return add_working(calendar, start, delta)
        case WorkingDays(n):
            begins = next_opening(calendar, start)
            day = nth_working_day(calendar, begins.date(), n)
            same_time = datetime.combine(day, begins.time(), zone_on(calendar, day))
            return next_due_instant(calendar, same_time)


def _moved(
    calendar: Calendar, duration: Duration, first: datetime, pauses: tuple[Pause, ...]
) -> datetime:
    return first if isinstance(duration, WallTime) else _after_pauses(calendar, first, pauses)


def _after_pauses(calendar: Calendar, at: datetime, pauses: tuple[Pause, ...]) -> datetime:
    for pause in pauses:
        if pause.start > at:
            break
        at = add_working(calendar, at, _worked(calendar, pause))
    return at


def _worked(calendar: Calendar, pause: Pause, until: datetime | None = None) -> timedelta:
    """Return the working time a merged pause holds (up to a moment)."""
    if pause.end is None:
        return NO_TIME
    end = pause.end if until is None else min(pause.end, until)
    return working_between(calendar, pause.start, end)


def _slot_now(calendar: Calendar, rule: str, start: datetime, slot: Slot | None) -> Slot:
    if slot is None:
        return next_to_close(calendar, rule, start)
    return slot_by_key(calendar, rule, slot.key) or slot
