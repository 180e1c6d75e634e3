"""The demo office lives its year: day by day, oldest first, by the services that people use.

Each day is one transaction together with the row that says how far the year is told. What was cut
off in the middle of a day never was; the next start tells that day again, with the same ids.
"""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from kelola.demo import queries
from kelola.demo.models import Growth
from kelola.demo.queries.year import plan_of
from kelola.demo.rules.cast import month_before
from kelola.demo.services import marking
from kelola.demo.services.founding import Founded, confirm_year, found
from kelola.demo.services.world import keys_by_person, year_of
from kelola.jobs.schedule import jobs
from kelola.ledger.followers import catch_up
from kelola.notify.services import mark_read
from kelola.office.models import Person, Post
from kelola.office.scope import office_scope
from kelola.registry import Deed, Missed, lives, told_ids
from kelola.sop.queries import current_versions
from kelola.workcal import rules as workcal
from kelola.workcal.queries import default_calendar, year_to_confirm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kelola.demo.services.telling import Planned, Teller
    from kelola.demo.services.world import Year

log = logging.getLogger(__name__)

# What the scheduler does in an office: through the day, and in the night.
BY_DAY = ("sop.rounds", "sop.dues")
BY_NIGHT = ("sop.dues", "sop.silence", "office.close_access_of_leavers", "notify.clear")
LOOKS = (time(0, 5), time(10), time(12), time(14), time(17, 5))
NIGHT = time(23, 30)
FRIDAY = 4
UNREAD = timedelta(days=7)  # before that, people have read their news each Friday


class _Clock:
    """The moving clock: the moment of what is being told."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def begin_year(*, seed: int, months: int, by: str, until: datetime) -> Growth:
    """Found the office that lives a year, with the row that says how far it is told.

    Args:
        seed: decides everything that no story names.
        months: how many, the month of ``until`` among them.
        by: who makes it, an id or ``system``.
        until: aware moment up to which the year tells.

    """
    zone = ZoneInfo(queries.office_file().office.zone)
    last = until.astimezone(zone).date()
    first = month_before(last, months - 1)
    calendar = default_calendar()
    midnight = datetime.combine(first, time(), zone)
    at = workcal.next_opening(calendar, midnight).astimezone(UTC)
    key = f"{_key(seed, months, until)}:founding"
    chance = random.Random(key)  # noqa: S311 - a story, no secret
    with transaction.atomic(), told_ids(_Clock(at), chance):
        founded = found(by=by, at=at, until=until, year=plan_of(calendar, first, last))
        with office_scope(founded.office.pk):
            return Growth.objects.create(
                office_id=founded.office.pk,
                seed=seed,
                months=months,
                founded_at=at,
                until=until,
                told_until=at,
            )


def _key(seed: int, months: int, until: datetime) -> str:
    """Return what all chance of a year begins with."""
    return f"{seed}:{months}:{until.astimezone(UTC).isoformat()}"


def grow(growth: Growth, *, say: Callable[[date], None] | None = None) -> int:
    """Tell the rest of a year.

    Args:
        growth: the year; its row is moved on with every day.
        say: told the first day of every month before it is told.

    Returns:
        how many deeds could not be done, because somebody else was quicker.

    """
    with office_scope(growth.office_id):
        told = _Telling(growth)
        month = None
        for day, deeds in told.days():
            if month != day.replace(day=1):
                month = day.replace(day=1)
                marking.show(month, growth)
                if say:
                    say(month)
            told.tell(day, deeds)
    marking.hide()
    return growth.missed


class _Telling:
    """The days that are still to be told, each with its deeds in their order."""

    def __init__(self, growth: Growth) -> None:
        self.growth = growth
        self._key = _key(growth.seed, growth.months, growth.until)
        self.world, teller, acts = year_of(_founded(growth), growth)
        self.deeds: dict[date, list[Deed]] = defaultdict(list)
        for deed in (*_of_apps(self.world), *_of_stories(teller, acts), *self._confirmations()):
            if growth.founded_at < deed.at <= growth.until:
                self.deeds[self._day(deed.at)].append(deed)

    def _day(self, at: datetime) -> date:
        return workcal.local(self.world.calendar, at).date()

    def days(self) -> Iterator[tuple[date, list[Deed]]]:
        """Yield every day after the last one told, in order, with what happens on it."""
        begun = self.growth.told_until > self.growth.founded_at
        day = self._day(self.growth.told_until) + timedelta(days=1 if begun else 0)
        while day <= self._day(self.growth.until):
            looks = [d for d in self._looks(day) if self.growth.founded_at < d.at]
            deeds = [d for d in (*self.deeds.get(day, ()), *looks) if d.at <= self.growth.until]
            yield day, sorted(deeds, key=lambda deed: deed[:2])
            day += timedelta(days=1)

    def tell(self, day: date, deeds: list[Deed]) -> None:
        """Tell one day, all or nothing."""
        chance = random.Random(f"{self._key}:{day}")  # noqa: S311 - a story, no secret
        clock = _Clock(self.growth.told_until)
        missed = 0
        with transaction.atomic(), told_ids(clock, chance):
            for deed in deeds:
                clock.at = deed.at
                try:
                    with transaction.atomic():
                        deed.do()
                except Missed as why:
                    log.info("missed %s at %s: %s", deed.key, deed.at, why)
                    missed += 1
            self.growth.told_until = min(self._moment(day, time.max), self.growth.until)
            self.growth.missed += missed
            self.growth.save(update_fields=["told_until", "missed"])

    def _moment(self, day: date, at: time) -> datetime:
        zone = workcal.zone_on(self.world.calendar, day)
        return datetime.combine(day, at, zone).astimezone(UTC)

    def _looks(self, day: date) -> Iterator[Deed]:
        """Yield what the office's machine does by itself on a day."""
        for look in LOOKS:
            at = self._moment(day, look)
            yield Deed(at, "schedule", partial(_run, BY_DAY, at))
        night = min(self._moment(day, NIGHT), self.growth.until)
        yield Deed(night, "schedule night", partial(self._night, day, night))

    def _night(self, day: date, at: datetime) -> None:
        _run(BY_NIGHT, at)
        catch_up(at=at)
        if day.weekday() == FRIDAY and at < self.growth.until - UNREAD:
            for person in self.world.people.values():
                mark_read(person=person, at=at)

    def _confirmations(self) -> Iterator[Deed]:
        """Yield the confirmations of the coming years' days off, when they are asked for."""
        calendar = self.world.calendar
        for year in {self._day(self.growth.founded_at).year, self._day(self.growth.until).year}:
            midnight = self._moment(date(year, 11, 3), time())
            at = workcal.next_opening(calendar, midnight).astimezone(UTC) + timedelta(minutes=52)
            yield Deed(at, "days off", partial(self._confirm, at))

    def _confirm(self, at: datetime) -> None:
        while year := year_to_confirm(self._day(at)):
            confirm_year(self.world.founded.office, self.world.founded.people, year, at=at)


def _of_apps(world: Year) -> Iterator[Deed]:
    for life in lives.values():
        yield from life(world)


def _of_stories(teller: Teller, acts: list[Planned]) -> Iterator[Deed]:
    for place, act in enumerate(acts):
        yield Deed(act.at, f"story {act.story:04} {place:06}", partial(teller.tell_or_miss, act))


def _run(keys: tuple[str, ...], at: datetime) -> None:
    for key in keys:
        jobs[key].run(at=at)


def _founded(growth: Growth) -> Founded:
    """Return the office of a year as it was founded, read back from its rows."""
    keys = keys_by_person()
    people = {keys.get(p.nip or p.name, p.nip or p.name): p for p in Person.objects.all()}
    posts = {post.key: post for post in Post.objects.all()}
    return Founded(growth.office, current_versions()[0], people, posts)
