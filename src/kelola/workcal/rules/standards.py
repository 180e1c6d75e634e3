"""Time standards of an SOP: how long an activity may take, read from their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from kelola.workcal.rules.faults import BadStandard, Fault
from kelola.workcal.rules.recurrence import read_rule

_DAYS = re.compile(r"P([0-9]{1,6})D", re.ASCII)
_TIME = re.compile(r"PT(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?", re.ASCII)
_MIXED = re.compile(r"P[0-9]+DT.*", re.ASCII)
_CALENDAR_UNIT = re.compile(r"P[0-9]+[WMY].*", re.ASCII)
_LONGEST = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The same local time ``n`` working days later."""

    n: int


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """So much time within working hours."""

    delta: timedelta


@dataclass(frozen=True, slots=True)
class WallTime:
    """So much time on the wall clock: legal clocks know no holiday and no pause."""

    delta: timedelta


@dataclass(frozen=True, slots=True)
class Range:
    """A time to aim at and one not to exceed."""

    target: Duration
    limit: Duration


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Due with the slot of a recurrence rule."""

    rule: str


Duration = WorkingDays | WorkingTime | WallTime
Standard = WorkingDays | WorkingTime | WallTime | Range | Recurrence


@lru_cache(maxsize=1024)
def parse_standard(text: str) -> Standard:
    """Read ``P3D``, ``PT1H30M``, ``PT3H..P1D`` or ``FREQ=…``.

    Raises ``BadStandard`` (a ``ValueError``) that says what is wrong.
    """
    if not text:
        raise BadStandard(Fault.EMPTY, text)
    if "=" in text:
        read_rule(text)
        return Recurrence(text)
    first, dots, second = text.partition("..")
    if not dots:
        return _duration(text)
    if not first or not second or ".." in second:
        raise BadStandard(Fault.RANGE, text)
    return _range(text, _duration(first), _duration(second))


def on_the_wall(standard: Standard) -> Standard:
    """Return the standard for a legal clock: a day is 24 hours, whatever the calendar says.

    Raises ``BadStandard`` for a recurrence, which has no duration.
    """
    match standard:
        case WorkingDays(n):
            return WallTime(timedelta(days=n))
        case WorkingTime(delta):
            return WallTime(delta)
        case Range(target, limit):
            return Range(_wall_duration(target), _wall_duration(limit))
        case Recurrence(rule):
            raise BadStandard(Fault.UNREADABLE, rule)
        case _:
            return standard


def _wall_duration(duration: Duration) -> Duration:
    match duration:
        case WorkingDays(n):
            return WallTime(timedelta(days=n))
        case WorkingTime(delta) | WallTime(delta):
            return WallTime(delta)


def _range(text: str, target: Duration, limit: Duration) -> Range:
    match target, limit:
        case WorkingDays(few), WorkingDays(many) if few >= many:
            raise BadStandard(Fault.RANGE, text)
        case WorkingTime(short), WorkingTime(long) if short >= long:
            raise BadStandard(Fault.RANGE, text)
        case WorkingDays(), WorkingTime():
            raise BadStandard(Fault.RANGE, text)
        case _:
            return Range(target, limit)


def _duration(text: str) -> Duration:
    if days := _DAYS.fullmatch(text):
        return WorkingDays(_bounded(text, timedelta(days=int(days[1]))).days)
    if found := _TIME.fullmatch(text):
        hours, minutes, seconds = (int(number or 0) for number in found.groups())
        delta = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return WorkingTime(_bounded(text, delta))
    if _MIXED.fullmatch(text):
        raise BadStandard(Fault.MIXED, text)
    if _CALENDAR_UNIT.fullmatch(text):
        raise BadStandard(Fault.UNIT, text)
    raise BadStandard(Fault.UNREADABLE, text)


def _bounded(text: str, delta: timedelta) -> timedelta:
    if not delta:
        raise BadStandard(Fault.ZERO, text)
    if delta > _LONGEST:
        raise BadStandard(Fault.TOO_LONG, text)
    return delta
