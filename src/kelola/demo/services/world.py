"""The demo office as the apps' parts in its year see it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kelola.demo import queries
from kelola.demo.queries.year import plan_of, year_file
from kelola.demo.rules import cast as cast_rules
from kelola.demo.services.forms import filled
from kelola.demo.services.telling import Planned, Teller, plan
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of, default_calendar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from random import Random

    from kelola.demo.models import Growth
    from kelola.demo.queries.year import Plan
    from kelola.demo.services.founding import Founded
    from kelola.office.models import Office, Person, Post
    from kelola.registry import Away, Leaving, Naming


@dataclass
class Year:
    """What ``registry.World`` promises, for one growing year."""

    founded: Founded
    plan: Plan
    calendar: workcal.Calendar
    seed: int
    first: date
    begins: datetime
    until: datetime
    taken: frozenset[tuple[str, str]] = frozenset()
    password: str = field(default_factory=lambda: queries.office_file().password)

    @property
    def office(self) -> Office:
        """The office's row."""
        return self.founded.office

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody, by login or by the story's key."""
        return self.founded.people

    @property
    def posts(self) -> Mapping[str, Post]:
        """The posts by their keys."""
        return self.founded.posts

    @property
    def away(self) -> Sequence[Away]:
        """Who is away when."""
        return self.plan.cast.away

    @property
    def leaving(self) -> Sequence[Leaving]:
        """Who leaves the office."""
        return self.plan.cast.leaving

    @property
    def naming(self) -> Sequence[Naming]:
        """Who is appointed on the way."""
        return self.plan.cast.naming

    @property
    def late_holiday(self) -> tuple[date, str] | None:
        """The day off that was declared the day before."""
        return self.plan.late_holiday

    @property
    def blackout(self) -> date | None:
        """The first day of the month in which there was no electricity for the round."""
        return self.plan.blackout

    def chance(self, *about: object) -> Random:
        """Return the chance of one thing: the same for the same seed and words."""
        return random.Random(":".join(str(part) for part in (self.seed, *about)))  # noqa: S311 - a story, no secret

    def holder(self, post: str, day: date) -> str:
        """Return who acts for a post on a day; of several, one by chance."""
        holders = self.plan.cast.holders(post, day)
        return self.chance("holder", post, day).choice(holders) if len(holders) > 1 else holders[0]

    def holds(self, who: str, post: str, day: date) -> bool:
        """Return whether somebody acts for a post on a day."""
        return who in self.plan.cast.holders(post, day)

    def there(self, who: str, at: datetime) -> datetime:
        """Return the moment, or the first after it, at which somebody is not away."""
        return cast_rules.there(self.plan.cast, self.calendar, who, at)

    def form(
        self,
        key: str,
        own: Mapping[str, Any],
        *,
        at: datetime,
        kept_at: datetime,
        subject: str,
        by: str,
        slot: workcal.Slot | None = None,
    ) -> dict[str, Any]:
        """Return the usual answers of a form and its own, files stored for the subject."""
        return filled(
            key,
            own,
            office=self.office.pk,
            calendar=self.calendar,
            at=at,
            kept_at=kept_at,
            subject=subject,
            by=by,
            slot=slot,
        )


def year_of(founded: Founded, growth: Growth) -> tuple[Year, Teller, list[Planned]]:
    """Return the world of a growing year, and the acts of the stories of its last weeks."""
    known = calendar_of(founded.office.pk)
    first = workcal.local(known, growth.founded_at).date().replace(day=1)
    last = workcal.local(known, growth.until).date()
    # Of the nation's days off alone: what is declared on the way must not move the episodes.
    year = plan_of(default_calendar(), first, last)
    calendar = _closed_on(known, year.late_holiday)
    teller = Teller(founded, calendar, year.cast)
    acts = plan(teller.stories, teller.definition, calendar, until=growth.until, seed=growth.seed)
    acts = [act for act in acts if act.opened > growth.founded_at]
    taken = frozenset((teller.stories[a.story].strand, a.slot.key) for a in acts if a.slot)
    begins, until = growth.founded_at, growth.until
    world = Year(founded, year, calendar, growth.seed, first, begins, until, taken)
    return world, teller, acts


def _closed_on(calendar: workcal.Calendar, holiday: tuple[date, str] | None) -> workcal.Calendar:
    """Return the calendar as it will be when the last of its days off is declared."""
    if holiday is None or any(c.on == holiday[0] for c in calendar.closures):
        return calendar
    closure = workcal.Closure(on=holiday[0], label=holiday[1])
    return replace(calendar, closures=(*calendar.closures, closure), revision="")


def keys_by_person() -> dict[str, str]:
    """Return what people of the stories go by, by NIP or, without one, by name."""
    known = {p.nip or p.name: p.login or p.nip for p in queries.office_file().people}
    known |= {nip: key for key, nip in year_file().accounts.items()}
    return known | {p.nip or p.name: p.key for p in year_file().people}
