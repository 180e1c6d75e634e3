"""Recurrence rules: the part of RFC 5545's RRULE that says when work of an office returns.

A rule has no start date here, so nothing may depend on one: ``INTERVAL`` is only known for months
(every third month is the last month of each quarter), ``COUNT`` and ``UNTIL`` not at all. What a
rule leaves out is the end of its period: ``FREQ=MONTHLY`` means the last day of each month.

Written out rather than taken from dateutil, whose search for a date that never comes
(30 February) goes on until the year 9999; a test compares the two.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from kelola.workcal.rules.faults import BadStandard, Fault

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
_LETTERS = {2: "B", 3: "Q", 4: "T", 6: "H"}
_YEAR = 12
_SUNDAY = 6
# Two leap years and the six between and after: whatever comes at all comes here.
_SAMPLE = range(2000, 2008)


class Freq(StrEnum):
    """How often a rule turns."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Period(NamedTuple):
    """The stretch of days a turn belongs to: day, week, month, quarter, … or year."""

    first: date
    last: date
    key: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that has been read; ``days`` are (ordinal or 0, weekday), Monday is 0.

    ``months_long`` is the length of a turn's period in months, 0 for daily and weekly rules.
    """

    freq: Freq
    months: frozenset[int]
    month_days: frozenset[int]
    days: tuple[tuple[int, int], ...]
    positions: tuple[int, ...]
    months_long: int = 0


@lru_cache(maxsize=256)
def read_rule(text: str) -> Rule:
    """Read a rule such as ``FREQ=WEEKLY;BYDAY=FR``; raises ``BadStandard``."""
    parts = _parts(text)
    freq = _freq(text, parts)
    days = tuple(_weekday(text, word) for word in _words(parts, "BYDAY"))
    rule = Rule(
        freq,
        frozenset(_numbers(text, parts, "BYMONTH", 1, _YEAR)) or _interval(text, parts, freq),
        frozenset(_numbers(text, parts, "BYMONTHDAY", -31, 31)),
        days,
        tuple(_numbers(text, parts, "BYSETPOS", -366, 366)),
    )
    _check(text, rule)
    rule = _end_of_period(rule)
    months = {on.month for year in _SAMPLE for on in dates(rule, year)}
    if not months:
        raise BadStandard(Fault.RULE_NEVER, text)
    return replace(rule, months_long=_months_long(rule, months))


@lru_cache(maxsize=1024)
def dates(rule: Rule, year: int) -> tuple[date, ...]:
    """Return the dates of a calendar year the rule names, in order."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if rule.freq is Freq.WEEKLY:
        first -= timedelta(days=first.weekday())
        last += timedelta(days=_SUNDAY - last.weekday())
    sets: dict[object, list[date]] = {}
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        on = date.fromordinal(ordinal)
        if _matches(rule, on):
            sets.setdefault(_set_of(rule.freq, on), []).append(on)
    chosen = (on for found in sets.values() for on in _chosen(rule, found))
    return tuple(sorted(on for on in chosen if on.year == year))


def period_of(rule: Rule, on: date) -> Period:
    """Return the period of the rule a date lies in."""
    if rule.freq is Freq.DAILY:
        return Period(on, on, on.isoformat())
    if rule.freq is Freq.WEEKLY:
        monday = on - timedelta(days=on.weekday())
        week = monday.isocalendar()
        return Period(monday, monday + timedelta(days=6), f"{week.year}-W{week.week:02}")
    length = rule.months_long
    number = (on.month - 1) // length
    first, last = number * length + 1, (number + 1) * length
    end = date(on.year, last, monthrange(on.year, last)[1])
    return Period(date(on.year, first, 1), end, _key(on.year, length, number + 1))


def _key(year: int, length: int, number: int) -> str:
    if length == _YEAR:
        return f"{year}"
    return f"{year}-{number:02}" if length == 1 else f"{year}-{_LETTERS[length]}{number}"


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.split(";"):
        name, sign, value = piece.partition("=")
        if not sign or not value or name in parts:
            raise BadStandard(Fault.RULE_UNREADABLE, text, piece)
        if name not in _PARTS or (name == "WKST" and value != "MO"):
            raise BadStandard(Fault.RULE_PART_UNKNOWN, text, piece)
        parts[name] = value
    return parts


def _freq(text: str, parts: dict[str, str]) -> Freq:
    try:
        return Freq(parts.get("FREQ", ""))
    except ValueError:
        raise BadStandard(Fault.RULE_FREQ, text, parts.get("FREQ", "")) from None


def _words(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _numbers(text: str, parts: dict[str, str], name: str, low: int, high: int) -> list[int]:
    found = []
    for word in _words(parts, name):
        digits = word[1:] if word[:1] in "+-" else word
        if not (digits.isascii() and digits.isdigit()) or not low <= int(word) <= high:
            raise BadStandard(Fault.RULE_VALUE, text, f"{name}={word}")
        if int(word) == 0:
            raise BadStandard(Fault.RULE_VALUE, text, f"{name}={word}")
        found.append(int(word))
    return found


def _interval(text: str, parts: dict[str, str], freq: Freq) -> frozenset[int]:
    """Every k-th month is the last month of each k-month part of the year."""
    step = next(iter(_numbers(text, parts, "INTERVAL", 1, 10_000)), 1)
    if step == 1:
        return frozenset()
    if freq is not Freq.MONTHLY or _YEAR % step:
        raise BadStandard(Fault.RULE_INTERVAL, text, f"INTERVAL={step}")
    return frozenset(range(step, _YEAR + 1, step))


def _weekday(text: str, word: str) -> tuple[int, int]:
    if word[-2:] not in _WEEKDAYS:
        raise BadStandard(Fault.RULE_VALUE, text, f"BYDAY={word}")
    weekday = _WEEKDAYS.index(word[-2:])
    if len(word) == 2:  # noqa: PLR2004 - the two letters of a weekday
        return 0, weekday
    return _numbers(text, {"BYDAY": word[:-2]}, "BYDAY", -53, 53)[0], weekday


def _check(text: str, rule: Rule) -> None:
    weekly = rule.freq in {Freq.DAILY, Freq.WEEKLY}
    if weekly and any(ordinal for ordinal, _ in rule.days):
        raise BadStandard(Fault.RULE_PART_UNKNOWN, text, "BYDAY")
    if rule.freq is Freq.WEEKLY and rule.month_days:
        raise BadStandard(Fault.RULE_PART_UNKNOWN, text, "BYMONTHDAY")


def _end_of_period(rule: Rule) -> Rule:
    if rule.month_days or rule.days or rule.freq is Freq.DAILY:
        return rule
    if rule.freq is Freq.WEEKLY:
        return replace(rule, days=((0, _SUNDAY),))
    yearly = rule.freq is Freq.YEARLY and not rule.months
    return replace(
        rule,
        month_days=frozenset({-1}),
        months=frozenset({_YEAR}) if yearly else rule.months,
    )


def _months_long(rule: Rule, months: set[int]) -> int:
    """Return the longest even part of the year of which each has one of the months."""
    if rule.freq in {Freq.DAILY, Freq.WEEKLY}:
        return 0
    for length in (12, 6, 4, 3, 2):
        if sorted((month - 1) // length for month in months) == list(range(_YEAR // length)):
            return length
    return 1


def _set_of(freq: Freq, on: date) -> object:
    week = on.isocalendar()
    return {
        Freq.DAILY: on,
        Freq.WEEKLY: (week.year, week.week),
        Freq.MONTHLY: on.month,
        Freq.YEARLY: 0,
    }[freq]


def _matches(rule: Rule, on: date) -> bool:
    if rule.months and on.month not in rule.months:
        return False
    length = monthrange(on.year, on.month)[1]
    if rule.month_days and not {on.day, on.day - length - 1} & rule.month_days:
        return False
    return not rule.days or any(_is_day(rule, on, *day) for day in rule.days)


def _is_day(rule: Rule, on: date, ordinal: int, weekday: int) -> bool:
    if on.weekday() != weekday:
        return False
    if not ordinal:
        return True
    if rule.freq is Freq.YEARLY and not rule.months:
        place, length = on.timetuple().tm_yday, 366 if isleap(on.year) else 365
    else:
        place, length = on.day, monthrange(on.year, on.month)[1]
    return ordinal in {(place + 6) // 7, -((length - place) // 7 + 1)}


def _chosen(rule: Rule, found: list[date]) -> list[date]:
    if not rule.positions:
        return found
    places = {at - 1 if at > 0 else len(found) + at for at in rule.positions}
    return [on for place, on in enumerate(found) if place in places]
