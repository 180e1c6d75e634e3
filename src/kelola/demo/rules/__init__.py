"""Pure decisions of the demo: when an act of the story happened, and what a form then says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What people mean by a working day when they say "three days ago": 08.00–16.30 without the break.
WORKING_DAY = timedelta(hours=7, minutes=30)
LONGEST_REST = 400
SETTLED = "settled"

_UNITS = {"d": WORKING_DAY, "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_SPAN = re.compile(r"(\d+)([dhm])")
_WHEN = re.compile(r"(now|opens|due)(?: ([+-]) (\d+[dhm](?: \d+[dhm])*))?")
_TOKEN = re.compile(r"\$(day|date|month|last_month|year|roman)(?:([+-])(\d+))?")
_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
           "Oktober", "November", "Desember")  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True, slots=True)
class When:
    """A moment of the story: so much working time from an anchor.

    ``anchor`` is ``now`` (up to which the demo tells), or the ``opens`` or ``due`` of the slot.
    """

    anchor: str
    offset: timedelta


@dataclass(frozen=True, slots=True)
class Scene:
    """What a form's words may refer to: the day of the act and the days of its slot."""

    calendar: workcal.Calendar
    day: date
    days: tuple[date, ...] = ()
    period: date | None = None

    @property
    def month(self) -> date:
        """A day in the month that the form is about."""
        return self.period or self.day


def read_when(text: str) -> When:
    """Read ``now - 5d 2h``, ``opens + 30m`` or ``due``; a day is a working day of 7.5 hours.

    Raises:
        ValueError: another shape.

    """
    found = _WHEN.fullmatch(text)
    if found is None:
        message = f"no moment of a story: {text!r}"
        raise ValueError(message)
    anchor, sign, span = found.groups()
    offset = sum((_UNITS[u] * int(n) for n, u in _SPAN.findall(span or "")), timedelta())
    return When(anchor, -offset if sign == "-" else offset)


def moved(calendar: workcal.Calendar, moment: datetime, offset: timedelta) -> datetime:
    """Return the moment, in UTC, that lies so much working time after, or before if negative.

    Raises:
        workcal.NoWorkingTime: the calendar has none there.

    """
    if offset >= timedelta():
        return workcal.add_working(calendar, moment, offset).astimezone(UTC)
    left, day = -offset, workcal.local(calendar, moment).date()
    for _ in range(LONGEST_REST):
        for opens, closes in reversed(workcal.windows(calendar, day)):
            end = min(closes, moment)
            if end <= opens:
                continue
            if end - opens >= left:
                return (end - left).astimezone(UTC)
            left -= end - opens
        day -= timedelta(days=1)
    raise workcal.NoWorkingTime


def working_day(calendar: workcal.Calendar, day: date, count: int) -> date:
    """Return the working day ``count`` working days after a date, or before it if negative."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not workcal.is_working_day(calendar, day):
            day += step
    return day


def begun_in(day: date) -> int:
    """Return the year in whose January the office began, for a story told up to a day.

    The story reaches back twelve weeks, and to the January in which the yearly work was done.
    """
    return day.year - 1 if day.month <= 3 else day.year  # noqa: PLR2004 - March


def slot_of(calendar: workcal.Calendar, rule: str, today: date, which: int | str) -> workcal.Slot:
    """Return a slot of a schedule: 0 the newest that has begun, -1 the one before it.

    ``settled`` is the newest whose due day has passed.
    """
    known = [
        slot
        for year in (today.year - 1, today.year)
        for slot in workcal.slots(calendar, rule, year)
    ]
    if which == SETTLED:
        return [s for s in known if s.due_on < today][-1]
    distinct = {s.key: s for s in known if s.opens_on <= today}
    return list(distinct.values())[int(which) - 1]


def slot_days(calendar: workcal.Calendar, slot: workcal.Slot, until: date) -> tuple[date, ...]:
    """Return the working days of a slot up to its due day and not after ``until``."""
    count = (min(slot.due_on, until) - slot.opens_on).days + 1
    days = (slot.opens_on + timedelta(days=n) for n in range(count))
    return tuple(d for d in days if workcal.is_working_day(calendar, d))


def written(value: Any, scene: Scene, add_file: Callable[[str], str]) -> Any:
    """Return an answer as a form stores it.

    Figures become text and truths ``yes`` or ``no``; ``$day+3`` the third working day after the
    act, ``$date`` the same in words; ``{files: […]}`` the documents; ``{quiet_but: {2: {…}}}`` a
    row for each day of the slot, of which the third has something to tell.
    """
    match value:
        case int() | float() | date():
            return _plain(value)
        case str():
            return _TOKEN.sub(lambda found: _worded(found, scene), value)
        case {"files": list(names)}:
            return [add_file(str(name)) for name in names]
        case {"quiet_but": dict(notes)}:
            return _daily(notes, scene, add_file)
        case dict():
            return {key: written(part, scene, add_file) for key, part in value.items()}
        case list():
            return [written(part, scene, add_file) for part in value]
        case _:
            message = f"no answer of a form: {value!r}"
            raise ValueError(message)


def worded(text: str, calendar: workcal.Calendar, day: date) -> str:
    """Return a text with what it says of a day filled in, as in a form."""
    scene = Scene(calendar, day)
    return _TOKEN.sub(lambda found: _worded(found, scene), text)


def _plain(value: float | date) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _worded(found: re.Match[str], scene: Scene) -> str:
    name, sign, count = found.groups()
    day = working_day(scene.calendar, scene.day, int(f"{sign}{count}")) if sign else scene.day
    month = scene.month
    last = month.replace(day=1) - timedelta(days=1)
    return {
        "day": day.isoformat(),
        "date": f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        "month": f"{_MONTHS[month.month - 1]} {month.year}",
        "last_month": f"{_MONTHS[last.month - 1]} {last.year}",
        "year": str(day.year),
        "roman": _ROMAN[day.month - 1],
    }[name]


def _daily(
    notes: dict[int, Any], scene: Scene, add_file: Callable[[str], str]
) -> Sequence[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, day in enumerate(scene.days):
        row = {"day": day.isoformat(), "state": "some" if number in notes else "none"}
        rows.append(row | written(notes.get(number, {}), scene, add_file))
    return rows
