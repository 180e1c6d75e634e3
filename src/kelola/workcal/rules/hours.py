"""Walking through working time: windows of a day, openings, adding and measuring.

Sums are made in UTC, so a change of the office's zone in between can't bend them; results are
given in the zone in force on their local date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.workcal.rules.shapes import Calendar, Closure, Span, Weekdays, Window, Zone

NO_TIME = timedelta(0)
ONE_DAY = timedelta(days=1)
# Longer without a working day means the calendar is wrong, and a search would never end.
LONGEST_REST = 400
_END_OF_TIME = date(9990, 1, 1)


class NoWorkingTime(ValueError):  # noqa: N818 - read as a sentence
    """The calendar has no working time where some was looked for."""


def zone_on(calendar: Calendar, on: date) -> ZoneInfo:
    """Return the zone in force on a local date."""
    return ZoneInfo(_latest(calendar.zones, on).name)


def local(calendar: Calendar, moment: datetime) -> datetime:
    """Return the moment in the zone in force on its local date.

    Raises ``ValueError`` for a moment without a zone.
    """
    if moment.utcoffset() is None:
        msg = "a moment needs a zone"
        raise ValueError(msg)
    for zone in reversed(calendar.zones):
        here = moment.astimezone(ZoneInfo(zone.name))
        if here.date() >= zone.effective_from:
            return here
    return moment.astimezone(ZoneInfo(calendar.zones[0].name))


def windows(calendar: Calendar, on: date) -> tuple[Span, ...]:
    """Return the working windows of a local date, in order, in the zone of that date."""
    zone = zone_on(calendar, on)
    return tuple((a.astimezone(zone), b.astimezone(zone)) for a, b in _spans(calendar, on))


def is_working_day(calendar: Calendar, on: date) -> bool:
    """Tell whether the office works on a local date, be it for part of the day."""
    return bool(_spans(calendar, on))


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """Return the moment itself if it lies in working hours, else the next opening.

    The instant of closing, or at which a break begins, is outside.
    Raises ``NoWorkingTime`` if there is none.
    """
    for opens, closes in _spans_from(calendar, moment):
        if moment < closes:
            return local(calendar, max(moment, opens))
    raise NoWorkingTime


def next_due_instant(calendar: Calendar, moment: datetime) -> datetime:
    """Like ``next_opening``, but closing and the beginning of a break count as inside."""
    for opens, closes in _spans_from(calendar, moment):
        if moment <= closes:
            return local(calendar, max(moment, opens))
    raise NoWorkingTime


def add_working(calendar: Calendar, start: datetime, delta: timedelta) -> datetime:
    """Return the instant at which ``delta`` of working time has passed since ``start``.

    What ends exactly at closing or at a break ends there. No time added leaves ``start`` alone.
    Raises ``NoWorkingTime`` if the calendar runs out, ``ValueError`` for a negative ``delta``.
    """
    if delta < NO_TIME:
        msg = "working time is never negative"
        raise ValueError(msg)
    if not delta:
        return local(calendar, start)
    left = delta
    for opens, closes in _spans_from(calendar, start):
        begins = max(start.astimezone(UTC), opens)
        if begins + left <= closes:
            return local(calendar, begins + left)
        left -= max(closes - begins, NO_TIME)
    raise NoWorkingTime


def working_between(calendar: Calendar, a: datetime, b: datetime) -> timedelta:
    """Return the working time between two moments; none if the second is not the later."""
    total = NO_TIME
    if b <= a:
        return total
    start, end = a.astimezone(UTC), b.astimezone(UTC)
    day, last = local(calendar, a).date(), local(calendar, b).date()
    while day <= last:
        for opens, closes in _spans(calendar, day):
            total += max(min(closes, end) - max(opens, start), NO_TIME)
        day += ONE_DAY
    return total


def nth_working_day(calendar: Calendar, after: date, n: int) -> date:
    """Return the n-th working day after a local date (n ≥ 1)."""
    day = after
    for _ in range(n):
        day = _next_working_day(calendar, day)
    return day


def _next_working_day(calendar: Calendar, after: date) -> date:
    for distance in range(1, LONGEST_REST + 1):
        day = after + timedelta(days=distance)
        if is_working_day(calendar, day):
            return day
    raise NoWorkingTime


def _spans_from(calendar: Calendar, moment: datetime) -> Iterator[Span]:
    """Yield every window in UTC from the moment's local date on, until a too long rest."""
    day, rest = local(calendar, moment).date(), 0
    while rest <= LONGEST_REST and day < _END_OF_TIME:
        spans = _spans(calendar, day)
        yield from spans
        rest = 0 if spans else rest + 1
        day += ONE_DAY


def _spans(calendar: Calendar, on: date) -> tuple[Span, ...]:
    """Return the windows of a local date in UTC, computed once per calendar."""
    known = calendar.spans.get(on)
    if known is None:
        zone = zone_on(calendar, on)
        known = tuple(
            (_utc(on, opens, zone), _utc(on, closes, zone))
            for opens, closes in _open_windows(calendar, on)
        )
        calendar.spans[on] = known
    return known


def _utc(on: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, at, zone).astimezone(UTC)


def _open_windows(calendar: Calendar, on: date) -> tuple[Window, ...]:
    if on in calendar.days_off:
        return ()
    found = _weekdays(calendar, on).get(on.weekday(), ())
    for closure in calendar.closures:
        if closure.on == on:
            found = _without(found, closure)
    return found


def _weekdays(calendar: Calendar, on: date) -> Weekdays:
    for season in reversed(calendar.seasons):
        if season.starts_on <= on <= season.ends_on:
            return season.weekdays
    found = calendar.hours[0]
    for hours in calendar.hours:
        if hours.effective_from <= on:
            found = hours
    return found.weekdays


def _without(found: tuple[Window, ...], closure: Closure) -> tuple[Window, ...]:
    if closure.starts is None and closure.ends is None:
        return ()
    starts, ends = closure.starts or time.min, closure.ends or time.max
    kept: list[Window] = []
    for opens, closes in found:
        if opens < starts:
            kept.append((opens, min(closes, starts)))
        if ends < closes:
            kept.append((max(opens, ends), closes))
    return tuple(kept)


def _latest(zones: tuple[Zone, ...], on: date) -> Zone:
    found = zones[0]
    for zone in zones:
        if zone.effective_from <= on:
            found = zone
    return found
