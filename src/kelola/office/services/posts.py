"""Appointments: a person holds a post by a decree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Appointment, Person, Post
from kelola.office.rules import overlaps
from kelola.office.services.checks import Invalid, text

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID


@transaction.atomic
def appoint(
    *,
    post: Post,
    person: Person,
    decree_number: str,
    decree_on: date,
    valid_from: date,
    by: str,
    at: datetime,
    valid_until: date | None = None,
    decree_file_id: UUID | None = None,
) -> Appointment:
    """Appoint a person by a decree (SK), valid from and until a day, both included.

    A post may have several holders at a time (operators); one person holds it once at a time.

    Raises:
        Invalid: no decree number, an end before the start, or the person holds the post on one
            of these days already.

    """
    if valid_until is not None and valid_until < valid_from:
        raise Invalid("valid_until", _("The end lies before the start."))
    # Locked, so that two appointments of one person take their turn.
    Person.objects.select_for_update().get(pk=person.pk)
    for other in Appointment.objects.filter(post=post, person=person):
        period = (other.valid_from, other.valid_until)
        if overlaps((valid_from, valid_until), period):
            raise Invalid("valid_from", _("This person holds this post on these days already."))
    row = Appointment(
        office_id=post.office_id,
        post=post,
        person=person,
        decree_number=text("decree_number", decree_number, 120),
        decree_on=decree_on,
        valid_from=valid_from,
        valid_until=valid_until,
        decree_file_id=decree_file_id,
    )
    row.save(force_insert=True)
    _tell(row, "office.appointment.made", by=by, at=at)
    return row


@transaction.atomic
def end_appointment(
    *, appointment: Appointment, valid_until: date, by: str, at: datetime
) -> Appointment:
    """Set the last day of an appointment; raise Invalid when it lies before the first."""
    if valid_until < appointment.valid_from:
        raise Invalid("valid_until", _("The end lies before the start."))
    others = Appointment.objects.filter(
        post_id=appointment.post_id, person_id=appointment.person_id
    ).exclude(pk=appointment.pk)
    Person.objects.select_for_update().get(pk=appointment.person_id)
    for other in others:
        period = (other.valid_from, other.valid_until)
        if overlaps((appointment.valid_from, valid_until), period):
            raise Invalid("valid_until", _("This person holds this post on these days already."))
    appointment.valid_until = valid_until
    appointment.save(update_fields=["valid_until"])
    _tell(appointment, "office.appointment.ended", by=by, at=at)
    return appointment


def _tell(row: Appointment, verb: str, *, by: str, at: datetime) -> None:
    append(
        office=row.office_id,
        at=at,
        by=by,
        verb=verb,
        object=f"office.appointment:{row.pk}",
        data={
            "post": str(row.post_id),
            "person": str(row.person_id),
            "decree": digest(row.person.salt, row.decree_number),
            "valid_from": row.valid_from.isoformat(),
            "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        },
    )
