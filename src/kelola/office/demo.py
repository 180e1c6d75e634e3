"""The office's part in the demo office's year: who is away, comes, stands in and leaves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kelola.office import services
from kelola.office.models import Membership
from kelola.office.rules import AbsenceKind, AppointmentKind
from kelola.registry import Away, Deed, Leaving, Naming, lives

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kelola.registry import World

EARLY = time(8, 40)
DESK = "budi"  # the administrator
LONG = 10  # days


def life(world: World) -> Iterator[Deed]:
    """Yield what happens to the people of the office."""
    for away in world.away:
        yield from _absence(world, away)
    for naming in world.naming:
        yield _appointment(world, naming)
    for leaving in world.leaving:
        yield _goodbye(world, leaving)


def _moment(world: World, day: date, minutes: int = 0) -> datetime:
    zone = ZoneInfo(world.office.zone)
    moment = datetime.combine(day, EARLY, zone) + timedelta(minutes=minutes)
    return max(moment.astimezone(UTC), world.begins + timedelta(minutes=minutes + 1))


def _by(world: World) -> str:
    return str(world.people[DESK].pk)


def _absence(world: World, away: Away) -> Iterator[Deed]:
    at = _moment(world, away.first - timedelta(days=3))
    long = (away.last - away.first).days >= LONG
    kind = AbsenceKind.TRAVEL if long else AbsenceKind.LEAVE

    def away_from() -> None:
        services.record_absence(
            person=world.people[away.who],
            kind=kind.value,
            starts_on=away.first,
            ends_on=away.last,
            by=_by(world),
            at=at,
        )

    yield Deed(at, f"office away {away.who}", away_from)
    if away.stand_in:
        later = at + timedelta(minutes=15)
        yield Deed(later, f"office order {away.post}", lambda: _order(world, away, later))


def _order(world: World, away: Away, at: datetime) -> None:
    person = world.people[away.stand_in]
    if not Membership.objects.filter(person=person).exists():
        user = services.create_user(
            login=away.stand_in, password=world.password, by=_by(world), at=at
        )
        services.add_membership(
            office=world.office.pk, user=user, person=person, is_admin=False, by=_by(world), at=at
        )
    services.appoint(
        post=world.posts[away.post],
        person=person,
        decree_number=away.order,
        decree_on=at.date(),
        valid_from=away.first,
        valid_until=away.last,
        kind=AppointmentKind.PLH,
        by=_by(world),
        at=at,
    )


def _appointment(world: World, naming: Naming) -> Deed:
    at = _moment(world, naming.first, 10)
    return Deed(
        at,
        f"office naming {naming.post}",
        lambda: services.appoint(
            post=world.posts[naming.post],
            person=world.people[naming.who],
            decree_number=naming.decree,
            decree_on=naming.first,
            valid_from=naming.first,
            by=_by(world),
            at=at,
        ),
    )


def _goodbye(world: World, leaving: Leaving) -> Deed:
    at = _moment(world, leaving.last, 30)
    return Deed(
        at,
        f"office leaving {leaving.who}",
        lambda: services.leave_office(
            person=world.people[leaving.who],
            last_day=leaving.last,
            today=leaving.last - timedelta(days=1),
            by=_by(world),
            at=at,
        ),
    )


lives.register("office.life", life)
