"""Found the demo office: units, posts, people with their decrees, calendar, SOP in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kelola.demo import queries
from kelola.demo.queries.year import year_file
from kelola.demo.rules import begun_in, working_day
from kelola.office import services as office_services
from kelola.office.scope import office_scope
from kelola.sop import services as sop_services
from kelola.sop.definition import loader
from kelola.sop.services import VersionState
from kelola.workcal import rules as workcal
from kelola.workcal import services as workcal_services
from kelola.workcal.queries import calendar_of, default_calendar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelola.demo.queries.year import Plan
    from kelola.office.models import Office, Person, Post, Unit
    from kelola.sop.models import SopVersion

SOP = "SOP/AS/29"
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Founded:
    """The office with what its story needs; ``people`` go by their login, or key of the year."""

    office: Office
    version: SopVersion
    people: dict[str, Person]
    posts: dict[str, Post]


def founding(until: datetime) -> datetime:
    """Return the first opening of the year in which the demo office begins."""
    zone = ZoneInfo(queries.office_file().office.zone)
    year = begun_in(until.astimezone(zone).date())
    return workcal.next_opening(default_calendar(), datetime(year, 1, 2, tzinfo=zone))


def found(*, by: str, at: datetime, until: datetime, year: Plan | None = None) -> Founded:
    """Make the office with everything that holds before the first run.

    Args:
        by: who makes it, an id or ``system``.
        at: when the office begins, aware.
        until: the moment up to which the demo tells; closures and decrees lie around it.
        year: who else is there, and who holds what, when the office lives a year.

    """
    facts = queries.office_file()
    told: dict[str, Any] = {"by": by, "at": at}
    definition = loader.load(loader.library_path(SOP))
    row, _new = sop_services.load_definition(definition=definition, **told)
    office = office_services.create_office(**facts.office.model_dump(), **told)
    with office_scope(office.pk):
        _set_calendar(office, until, told)
        units = _units(office, told)
        everybody = year.people if year else facts.people
        posts = _posts(office, units, year.posts if year else facts.posts, told)
        people = _people(office, units, posts, everybody, until=until, told=told)
        confirm_year(office, people, at.year, at=at)
        version = sop_services.adopt_sop(
            definition=row,
            office=office,
            state=VersionState.IN_FORCE,
            effective_on=at.astimezone(ZoneInfo(office.zone)).date(),
            **told,
        )
        roles = {r.key for p in definition.procedures for r in p.roles}
        for role in sorted(roles):
            sop_services.assign_role(sop=version.sop, role=role, post=posts[role], **told)
    return Founded(office, version, people, posts)


def _posts(
    office: Office,
    units: dict[str, Unit],
    wanted: Iterable[queries.PostFacts],
    told: dict[str, Any],
) -> dict[str, Post]:
    return {
        p.key: office_services.add_post(
            office=office.pk,
            key=p.key,
            title=p.title,
            title_en=p.title_en,
            unit=units.get(p.unit),
            **told,
        )
        for p in wanted
    }


def _units(office: Office, told: dict[str, Any]) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for facts in queries.office_file().units:
        units[facts.key] = office_services.add_unit(
            office=office.pk, name=facts.name, parent=units.get(facts.parent), **told
        )
    return units


def _people(
    office: Office,
    units: dict[str, Unit],
    posts: dict[str, Post],
    everybody: Iterable[queries.PersonFacts],
    *,
    until: datetime,
    told: dict[str, Any],
) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for facts in everybody:
        person = office_services.add_person(
            office=office.pk,
            name=facts.name,
            nip=facts.nip,
            unit=units[facts.unit],
            **told,
        )
        for key, decree in facts.posts.items():
            _appoint(posts[key], person, decree, until, told)
        if facts.login:
            _give_account(office, facts, person, told)
        found[key_of(facts)] = person
    return found


def key_of(facts: queries.PersonFacts) -> str:
    """Return what somebody goes by in the stories: the login, or a key of the year."""
    keys = {nip: key for key, nip in year_file().accounts.items()}
    keys |= {p.nip or p.name: p.key for p in year_file().people}
    return facts.login or keys.get(facts.nip or facts.name, facts.nip or facts.name)


def _give_account(
    office: Office, facts: queries.PersonFacts, person: Person, told: dict[str, Any]
) -> None:
    password = queries.office_file().password
    user = office_services.create_user(login=facts.login, password=password, **told)
    office_services.add_membership(
        office=office.pk, user=user, person=person, is_admin=facts.admin, **told
    )


def _appoint(
    post: Post, person: Person, decree: str, until: datetime, told: dict[str, Any]
) -> None:
    facts = queries.office_file().decrees[decree]
    begins = date(told["at"].year, 1, 2)
    ends = date(until.year + facts.years - 1, 12, 31) if facts.years else None
    office_services.appoint(
        post=post,
        person=person,
        decree_number=facts.number.replace("$year", str(begins.year)),
        decree_on=begins,
        valid_from=begins,
        valid_until=ends,
        **told,
    )


def _set_calendar(office: Office, until: datetime, told: dict[str, Any]) -> None:
    facts = queries.office_file().calendar
    workcal_services.set_hours(
        office=office.pk,
        weekdays=_week(facts.hours),
        effective_from=facts.hours.effective_from,
        basis=facts.hours.basis,
        **told,
    )
    for season in facts.seasons:
        workcal_services.declare_season(
            office=office.pk,
            label=season.label,
            starts_on=season.starts_on,
            ends_on=season.ends_on,
            weekdays=_week(season),
            basis=season.basis,
            **told,
        )
    calendar = calendar_of(office.pk)
    today = workcal.local(calendar, until).date()
    for closure in facts.closures:
        workcal_services.declare_closure(
            office=office.pk,
            on=working_day(calendar, today, closure.days_ahead - closure.days_ago),
            label=closure.label,
            starts=closure.starts,
            ends=closure.ends,
            **told,
        )


def confirm_year(office: Office, people: dict[str, Person], year: int, *, at: datetime) -> None:
    """Let the administrator confirm the days off of a year by the decree of the October before."""
    admin = next(person.login for person in queries.office_file().people if person.admin)
    workcal_services.confirm_year(
        office=office.pk,
        year=year,
        decree=queries.office_file().calendar.days_off.replace("$year", str(year)),
        decree_on=date(year - 1, 10, 20),
        by=str(people[admin].pk),
        at=at,
    )


def _week(facts: queries.HoursFacts) -> dict[int, tuple[workcal.Window, ...]]:
    return {**dict.fromkeys(range(FRIDAY), tuple(facts.usual)), FRIDAY: tuple(facts.friday)}
