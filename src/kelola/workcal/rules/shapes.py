"""The values working time is computed from: an office's calendar, pauses, slots and dues.

All of them are immutable. Dates and times of day are local to the office; moments are aware.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol

Window = tuple[time, time]
Weekdays = Mapping[int, tuple[Window, ...]]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a week from a date on; Monday is 0, a weekday left out isn't worked.

    The windows of one weekday stand in order and don't overlap; the gaps are its breaks.
    """

    effective_from: date
    weekdays: Weekdays


@dataclass(frozen=True, slots=True)
class Season:
    """Hours that replace the usual ones from ``starts_on`` to ``ends_on``, both included."""

    starts_on: date
    ends_on: date
    weekdays: Weekdays
    label: str


@dataclass(frozen=True, slots=True)
class Closure:
    """The office is closed on a day, wholly or between two times of day.

    Without ``starts`` it is closed from the morning on, without ``ends`` for the rest of the day.
    """

    on: date
    label: str
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """The time zone (IANA name) from a local date on."""

    effective_from: date
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Everything that decides whether an office works at a moment.

    Hours and zones stand in order of ``effective_from``; the first also holds for the time before
    it. Where seasons overlap the later in the tuple wins. ``revision`` names the state of the
    office's calendar this was built from. Calendars compare by identity, which keeps them cheap
    as cache keys: two of them are the same only if they share the windows computed so far.
    """

    hours: tuple[Hours, ...]
    zones: tuple[Zone, ...]
    seasons: tuple[Season, ...] = ()
    days_off: Mapping[date, str] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    revision: str = ""
    spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False)


class Paused(Protocol):
    """What a clock needs to know of a pause; ``end`` is None while it lasts."""

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a clock stood still; ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Slot:
    """One turn of a recurrence: may be worked from ``opens_on``, is due at closing of ``due_on``.

    ``key`` names the turn (``2026-11``, ``2026-W48``, ``2026``) and stays the same whatever
    happens to the calendar.
    """

    opens_on: date
    due_on: date
    key: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a step is due; ``target`` is the earlier end of a range, else None."""

    target: datetime | None
    at: datetime
