"""When the episodes of the demo office's year happen: who is away, comes, goes, and who acts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelola.registry import Away, Leaving, Naming

JANUARY = 1
# The last weeks are told by the stories of the runs, which know their people.
STORY_MONTHS = 3
SOON = 25  # minutes in which somebody who is back begins


def month_before(day: date, count: int) -> date:
    """Return the first day of the month that lies so many months before a day's own."""
    number = day.year * 12 + day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def month_end(first: date) -> date:
    """Return the last day of the month that begins on a day."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def working_days_of(calendar: workcal.Calendar, first: date) -> list[date]:
    """Return the working days of the month that begins on a day."""
    days = (first + timedelta(days=n) for n in range(month_end(first).day))
    return [day for day in days if workcal.is_working_day(calendar, day)]


def january_in(first: date, until: date) -> date | None:
    """Return the January of a year told from ``first``, when its episodes are over in time."""
    year = until.year if until.month > STORY_MONTHS else until.year - 1
    january = date(year, JANUARY, 1)
    return january if january >= first else None


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts for which post on which day; ``usual`` are the holders by post."""

    usual: Mapping[str, Sequence[str]]
    away: tuple[Away, ...] = ()
    naming: tuple[Naming, ...] = ()
    leaving: tuple[Leaving, ...] = ()

    def holders(self, post: str, day: date) -> list[str]:
        """Return who acts for a post on a day: a stand-in before the holder."""
        for away in self.away:
            if away.post == post and away.stand_in and away.first <= day <= away.last:
                return [away.stand_in]
        left = {gone.who for gone in self.leaving if gone.last < day}
        named = [n.who for n in self.naming if n.post == post and n.first <= day]
        return [who for who in (*self.usual.get(post, ()), *named) if who not in left]

    def instead(self, who: str, posts: Sequence[str], day: date) -> str:
        """Return who does somebody's part on a day: themselves where they hold one of the posts."""
        for post in posts:
            holders = self.holders(post, day)
            if holders:
                return who if who in holders else holders[0]
        return who

    def back_on(self, who: str, day: date) -> date:
        """Return the first day from a day on on which somebody is not away."""
        for away in sorted(self.away, key=lambda a: a.first):
            if away.who == who and away.first <= day <= away.last:
                day = away.last + timedelta(days=1)
        return day


def there(cast: Cast, calendar: workcal.Calendar, who: str, at: datetime) -> datetime:
    """Return the moment, or a little after the opening at which somebody is back."""
    day = workcal.local(calendar, at).date()
    back = cast.back_on(who, day)
    if back == day:
        return at
    midnight = datetime.combine(back, datetime.min.time(), workcal.zone_on(calendar, back))
    chance = random.Random(f"{who}:{at.isoformat()}")  # noqa: S311 - minutes, no secret
    delay = timedelta(seconds=chance.randrange(60, SOON * 60 * 8))
    return workcal.add_working(calendar, midnight, delay).astimezone(UTC)
