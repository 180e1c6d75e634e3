"""Who is away, who acts for whom, and which posts nobody can act for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery

from kelola.office.models import Absence, Appointment, Post
from kelola.office.queries.holding import acting, valid
from kelola.office.rules import AppointmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from kelola.office.models import Person


def absent(on: date) -> Q:
    """Return the condition of absences that last on a day."""
    return Q(starts_on__lte=on, ends_on__gte=on)


def absences_of(person: Person) -> list[Absence]:
    """Return what a person was or will be away for, the newest first."""
    return list(Absence.objects.filter(person=person))


def stand_ins(person: Person, on: date) -> list[Appointment]:
    """Return the orders in force on a day by which a person acts, or is stood in for."""
    orders = Appointment.objects.filter(valid(on)).exclude(kind=AppointmentKind.DEFINITIVE)
    mine = orders.filter(Q(person=person) | Q(stands_in_for__person=person))
    return list(mine.select_related("post", "person", "stands_in_for__person"))


def orders_in_force(on: date) -> dict[UUID, Appointment]:
    """Return the orders of acting officials that are in force on a day, by post."""
    rows = Appointment.objects.filter(valid(on)).exclude(kind=AppointmentKind.DEFINITIVE)
    return {row.post_id: row for row in rows.select_related("person")}


@dataclass(frozen=True, slots=True)
class Unattended:
    """A post whose work nobody does on a day.

    ``kind`` is why its holder is away, until ``until``; both are empty for a vacant post.
    """

    post: Post
    kind: str = ""
    since: date | None = None
    until: date | None = None


def posts_without_actor(on: date) -> dict[UUID, Unattended]:
    """Return the posts of the open office that nobody acts for on a day, in one query.

    A post is attended while one of those who act for it is not away. A post that nobody was ever
    appointed to is attended by nobody, too.
    """
    acts = Appointment.objects.filter(acting(on), post=OuterRef("pk"))
    away = Absence.objects.filter(absent(on), person=OuterRef("person"))
    theirs = Appointment.objects.filter(
        acting(on), post=OuterRef(OuterRef("pk")), person=OuterRef("person")
    )
    gone = Absence.objects.filter(absent(on), Exists(theirs)).order_by("ends_on", "pk")
    rows = Post.objects.filter(~Exists(acts.filter(~Exists(away)))).annotate(
        away_kind=Subquery(gone.values("kind")[:1]),
        away_since=Subquery(gone.values("starts_on")[:1]),
        away_until=Subquery(gone.values("ends_on")[:1]),
    )
    return {
        row.pk: Unattended(row, row.away_kind or "", row.away_since, row.away_until) for row in rows
    }


@dataclass(frozen=True, slots=True)
class Order:
    """By which order somebody acted: ``title`` as it stands before the name of a signature."""

    title: str
    kind: str
    holder: str
    number: str


def orders(ids: Iterable[str]) -> Mapping[str, Order]:
    """Return the orders of acting officials by id, in one query; none for no ids."""
    keys = [key for key in ids if key]
    if not keys:
        return {}
    rows = Appointment.objects.filter(pk__in=keys).exclude(kind=AppointmentKind.DEFINITIVE)
    return {
        str(row.pk): _order(row) for row in rows.select_related("post", "stands_in_for__person")
    }


def _order(row: Appointment) -> Order:
    holder = row.stands_in_for.person.name if row.stands_in_for else ""
    return Order(acting_title(row), row.kind, holder, row.decree_number)


def acting_title(row: Appointment) -> str:
    """Return a post as an acting official bears it: ``Plh. Sekretaris``; else its own title."""
    short = {AppointmentKind.PLH: "Plh.", AppointmentKind.PLT: "Plt."}
    before = short.get(AppointmentKind(row.kind))
    return f"{before} {row.post.label}" if before else row.post.label
