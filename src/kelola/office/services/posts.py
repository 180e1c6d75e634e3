"""Appointments: a person holds a post by a decree."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Appointment, Person, Post
from kelola.office.rules import overlaps
from kelola.office.services.checks import Invalid, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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


@transaction.atomic
def file_decree(
    *, appointments: Iterable[Appointment], decree_file_id: UUID, by: str, at: datetime
) -> None:
    """Say which document is the scan of the decree of these appointments."""
    for row in appointments:
        row.decree_file_id = decree_file_id
        row.save(update_fields=["decree_file_id"])
        _tell(row, "office.appointment.decree_filed", by=by, at=at)


@transaction.atomic
def renew_appointments(
    *,
    appointments: Sequence[Appointment],
    decree_number: str,
    decree_on: date,
    valid_from: date,
    by: str,
    at: datetime,
    valid_until: date | None = None,
) -> list[Appointment]:
    """Appoint the same people to the same posts by one new decree: all of them or none.

    An appointment that still ran on the new one's first day ends the day before.

    Raises:
        Invalid: nothing chosen, or what ``appoint`` refuses, naming the person and the post.

    """
    if not appointments:
        raise Invalid("chosen", _("Choose at least one row."))
    made = []
    for old in appointments:
        try:
            if old.valid_from < valid_from and (
                old.valid_until is None or old.valid_until >= valid_from
            ):
                before = valid_from - timedelta(days=1)
                end_appointment(appointment=old, valid_until=before, by=by, at=at)
            new = appoint(
                post=old.post,
                person=old.person,
                decree_number=decree_number,
                decree_on=decree_on,
                valid_from=valid_from,
                valid_until=valid_until,
                by=by,
                at=at,
            )
        except Invalid as refusal:
            if refusal.field == "decree_number":
                raise
            who = {"person": old.person.name, "post": old.post.label, "told": refusal.message}
            raise Invalid(refusal.field, _("%(person)s, %(post)s: %(told)s") % who) from refusal
        made.append(new)
    return made


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
