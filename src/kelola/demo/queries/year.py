"""What ``year.yaml`` tells, and when it happens in a year that ends at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kelola.demo import queries
from kelola.demo.queries import PersonFacts, PostFacts, Strict
from kelola.demo.rules import worded, working_day
from kelola.demo.rules.cast import Cast, january_in, month_before, month_end, working_days_of
from kelola.registry import Away, Leaving, Naming

if TYPE_CHECKING:
    from datetime import date

    from kelola.workcal import rules as workcal

THREE_WEEKS = 15  # working days
FOURTH = 4


class Colleague(PersonFacts):
    """Somebody who is there only with a year; ``key`` names them in the story."""

    key: str


class AwayFacts(Strict):
    """From the first of a month to the end of another, or working days within one."""

    who: str
    months: tuple[int, int]
    working_days: tuple[int, int] | None = None
    post: str = ""
    stand_in: str = ""
    order: str = ""


class ChiefFacts(Strict):
    """How the head of the office changes."""

    leaves: str
    comes: str
    stand_in: str
    post: str
    also: list[str]
    order: str
    decree: str


class NamingFacts(Strict):
    """Who is appointed in which month."""

    who: str
    post: str
    months: int
    decree: str


class LeavingFacts(Strict):
    """Who leaves in the middle of which month, the account closed so many working days late."""

    who: str
    months: int
    late: int = 0


class HolidayFacts(Strict):
    """The day off that was declared the day before."""

    months: int
    working_day: int
    label: str


class YearFile(Strict):
    """``year.yaml``."""

    posts: list[PostFacts]
    begins_with: dict[str, dict[str, str]]
    people: list[Colleague]
    away: list[AwayFacts]
    accounts: dict[str, str]
    chief: ChiefFacts
    naming: list[NamingFacts]
    leaving: list[LeavingFacts]
    late_holiday: HolidayFacts
    blackout: int


@cache
def year_file() -> YearFile:
    """Return what ``year.yaml`` says; raises ``pydantic.ValidationError``."""
    return queries.read("year.yaml", YearFile)


@dataclass(frozen=True, slots=True)
class Plan:
    """A year that ends on a day, as its people live it. ``chief`` says whether the Ketua moves."""

    cast: Cast
    chief: bool
    late_holiday: tuple[date, str] | None
    blackout: date | None

    @property
    def posts(self) -> list[PostFacts]:
        """Every post of the office."""
        return [*queries.office_file().posts, *year_file().posts]

    @property
    def people(self) -> list[PersonFacts]:
        """Everybody who is there on the first day, with the posts of that day."""
        return [*(self._begin(p) for p in queries.office_file().people), *self._colleagues()]

    def _begin(self, person: PersonFacts) -> PersonFacts:
        facts = year_file()
        if person.login == facts.chief.comes and not self.chief:
            return person
        if person.login not in {facts.chief.comes, *(n.who for n in self.cast.naming)}:
            return person
        return person.model_copy(update={"posts": facts.begins_with[person.login]})

    def _colleagues(self) -> list[PersonFacts]:
        chief = year_file().chief.leaves
        gone = [] if self.chief else [chief]
        return [
            p.model_copy(update={"posts": {}, "login": ""}) if p.key in gone else p
            for p in year_file().people
        ]


def plan_of(calendar: workcal.Calendar, first: date, until: date) -> Plan:
    """Return what happens in the months from ``first`` up to a day, episode by episode.

    An episode whose month lies before the first is left out: the demo tells fewer months.
    """
    facts = year_file()

    def month(count: int) -> date | None:
        found = month_before(until, count)
        return found if found >= first else None

    away = [_away(calendar, each, until) for each in facts.away if month(each.months[0])]
    leaving = [
        Leaving(each.who, working_days_of(calendar, start)[9], each.late)
        for each in facts.leaving
        if (start := month(each.months))
    ]
    naming = [
        Naming(each.who, each.post, start, worded(each.decree, calendar, start))
        for each in facts.naming
        if (start := month(each.months))
    ]
    start = january_in(first, until) or month(9)
    if start:
        gone, coming, named = _chief(calendar, start)
        away, leaving, naming = [*away, gone], [*leaving, coming], [*naming, *named]
    holiday, blackout = month(facts.late_holiday.months), month(facts.blackout)
    usual = _usual(naming, chief=start is not None)
    fixed = facts.late_holiday
    closed = (
        (working_days_of(calendar, holiday)[fixed.working_day], fixed.label) if holiday else None
    )
    return Plan(
        Cast(usual, tuple(away), tuple(naming), tuple(leaving)),
        start is not None,
        closed,
        blackout,
    )  # fmt: skip


def _usual(naming: list[Naming], *, chief: bool) -> dict[str, list[str]]:
    """Return who holds each post on the first day, by post."""
    facts, usual = year_file(), dict[str, list[str]]()
    later = {n.who for n in naming}
    for person in queries.office_file().people:
        known = facts.begins_with[person.login] if person.login in later else person.posts
        for post in known:
            usual.setdefault(post, []).append(person.login)
    for colleague in facts.people:
        if colleague.key != facts.chief.leaves or chief:
            for post in colleague.posts:
                usual.setdefault(post, []).append(colleague.key)
    return usual


def _away(calendar: workcal.Calendar, facts: AwayFacts, until: date) -> Away:
    first, last = (month_before(until, count) for count in facts.months)
    last = month_end(last)
    if facts.working_days:
        days = working_days_of(calendar, first)
        first, last = days[facts.working_days[0]], days[facts.working_days[1]]
    order = worded(facts.order, calendar, first)
    return Away(facts.who, first, last, facts.post, facts.stand_in, order)


def _chief(calendar: workcal.Calendar, month: date) -> tuple[Away, Leaving, list[Naming]]:
    facts = year_file().chief
    first = working_days_of(calendar, month)[FOURTH]
    last = working_day(calendar, first, THREE_WEEKS - 1)
    came = working_day(calendar, last, 1)
    order, decree = (worded(text, calendar, first) for text in (facts.order, facts.decree))
    named = [Naming(facts.comes, post, came, decree) for post in (facts.post, *facts.also)]
    return (
        Away(facts.leaves, first, last, facts.post, facts.stand_in, order),
        Leaving(facts.leaves, last),
        named,
    )
