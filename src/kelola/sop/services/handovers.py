"""The hand-over of posts: holders change by a decree, open work goes with the post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office import services as office
from kelola.office.models import Appointment
from kelola.office.queries import valid
from kelola.office.rules import AppointmentKind
from kelola.office.services import Invalid, next_number
from kelola.registry import holdings
from kelola.sop.models import HandOver, RoleHolder
from kelola.sop.services.releasing import release_roles
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kelola.office.models import Person, Post

NOTE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Handing:
    """Who hands which posts to whom, from which day, by which decree (SK)."""

    giver: Person
    receiver: Person
    posts: Sequence[Post]
    on: date
    decree_number: str
    decree_on: date
    note: str = ""


@transaction.atomic
def hand_over(*, wanted: Handing, by: Person, at: datetime) -> HandOver:
    """Hand posts over: the giver's decree ends the day before, the receiver's begins that day.

    What the giver had taken up in these posts is free for who holds them; nothing that was done
    changes, and what was typed stays on its form. All of it or nothing.

    Args:
        wanted: what is handed over; the giver holds each post on the day before.
        by: who records it.
        at: aware moment.

    Raises:
        Invalid: what is wrong, by field.

    """
    today = workcal.local(calendar_of(by.office_id), at).date()
    _require_sound(wanted)
    held = _held(wanted.giver, today)
    for post in wanted.posts:
        _change_holder(wanted, post, by, at)
    if wanted.on <= today:
        mapped = RoleHolder.objects.filter(post__in=list(wanted.posts))
        roles = set(mapped.values_list("sop_id", "role"))
        release_roles(person=wanted.giver.pk, roles=roles, by=str(by.pk), at=at)
    number = next_number(office=by.office_id, register="handover", year=today.year)
    row = HandOver.objects.create(
        office_id=by.office_id,
        number=f"BA-ST/{number}/{today.year}",
        giver=wanted.giver,
        receiver=wanted.receiver,
        on=wanted.on,
        decree_number=wanted.decree_number.strip(),
        decree_on=wanted.decree_on,
        note=wanted.note.strip(),
        posts=[post.title for post in wanted.posts],
        held=held,
        made_at=at,
        made_by=by,
    )
    append(
        office=row.office_id,
        at=at,
        by=str(by.pk),
        verb="sop.handover.made",
        object=f"sop.handover:{row.pk}",
        data={
            "giver": str(row.giver_id),
            "receiver": str(row.receiver_id),
            "posts": [str(post.pk) for post in wanted.posts],
            "on": row.on.isoformat(),
            "note": digest(row.salt, row.note) if row.note else "",
        },
    )
    return row


def _held(giver: Person, today: date) -> list[list[Any]]:
    """Return what the minutes list: as it stands before anything changes, in Indonesian."""
    with translation.override("id"):
        return [
            [str(holding.label), [[row.code, row.text] for row in holding.find(giver, today)]]
            for holding in holdings.values()
        ]


def _require_sound(wanted: Handing) -> None:
    if wanted.giver.pk == wanted.receiver.pk:
        raise Invalid("receiver", _("Choose somebody else than who hands over."))
    if not wanted.posts:
        raise Invalid("posts", _("Choose at least one post."))
    if len(wanted.note) > NOTE_LENGTH:
        raise Invalid("note", _("Shorten it to at most %(n)s characters.") % {"n": NOTE_LENGTH})


def _change_holder(wanted: Handing, post: Post, by: Person, at: datetime) -> None:
    before = wanted.on - timedelta(days=1)
    rows = Appointment.objects.filter(
        valid(before), post=post, person=wanted.giver, kind=AppointmentKind.DEFINITIVE
    )
    old = rows.order_by("-valid_from").first()
    if old is None:
        words = {"name": wanted.giver.name, "post": post.title}
        said = _("%(name)s does not hold the post %(post)s on the day before.")
        raise Invalid("on", said % words)
    office.end_appointment(appointment=old, valid_until=before, by=str(by.pk), at=at)
    office.appoint(
        post=post,
        person=wanted.receiver,
        decree_number=wanted.decree_number,
        decree_on=wanted.decree_on,
        valid_from=wanted.on,
        by=str(by.pk),
        at=at,
    )
