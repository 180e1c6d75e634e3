"""Appointments: a person holds a post by a decree."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Appointment, Person, Post
from kelola.office.rules import AppointmentKind, overlaps
from kelola.office.services.checks import Invalid, text
from kelola.office.services.orders import fitting_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

_MADE = {
    AppointmentKind.DEFINITIVE: "office.appointment.made",
    AppointmentKind.PLH: "office.plh.ordered",
    AppointmentKind.PLT: "office.plt.ordered",
}


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
    kind: AppointmentKind = AppointmentKind.DEFINITIVE,
) -> Appointment:
    """Appoint a person by a decree (SK), valid from and until a day, both included.

    A post may have several holders at a time (operators); one person holds it once at a time. A
    Plh. or Plt. is ordered to act under the rules of ``rules.acting_flaw``; a Plt. ends where a
    holder's decree begins.

    Raises:
        Invalid: no decree number, an end before the start, the person holds the post on one of
            these days already, or an order that does not fit the post.

    """
    if valid_until is not None and valid_until < valid_from:
        raise Invalid("valid_until", _("The end lies before the start."))
    # Locked, so that two appointments to one post or of one person take their turn.
    Post.objects.select_for_update().get(pk=post.pk)
    Person.objects.select_for_update().get(pk=person.pk)
    period, others = (valid_from, valid_until), list(Appointment.objects.filter(post=post))
    stood = fitting_order(kind, person, period, others)
    for other in others:
        theirs = (other.valid_from, other.valid_until)
        if other.person_id == person.pk and not other.recalled and overlaps(period, theirs):
            raise Invalid("valid_from", _("This person holds this post on these days already."))
    row = Appointment(
        kind=kind,
        stands_in_for=stood,
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
    _tell(row, _MADE[kind], by=by, at=at)
    if kind is AppointmentKind.DEFINITIVE:
        _end_orders(row, others, by=by, at=at)
        _stay(person, valid_until)
    return row


def _end_orders(row: Appointment, others: list[Appointment], *, by: str, at: datetime) -> None:
    """End the Plt. of a post that has a holder now."""
    before = row.valid_from - timedelta(days=1)
    for other in others:
        if other.kind == AppointmentKind.PLT and overlaps(
            (row.valid_from, row.valid_until), (other.valid_from, other.valid_until)
        ):
            _cut(other, before, by=by, at=at)


def _cut(row: Appointment, until: date, *, by: str, at: datetime) -> None:
    row.valid_until = until
    row.save(update_fields=["valid_until"])
    _tell(row, "office.appointment.recalled", by=by, at=at)


def _stay(person: Person, until: date | None) -> None:
    """Forget that somebody was to leave, who is appointed beyond that day."""
    if person.leaves_on and (until is None or until > person.leaves_on):
        person.leaves_on = None
        person.save(update_fields=["leaves_on"])


@transaction.atomic
def recall_order(*, appointment: Appointment, today: date, by: str, at: datetime) -> Appointment:
    """End a Plh. or Plt. before today, so that the holder acts again at once.

    An order that has not begun never does. Raises Invalid for what is no such order, or is over.
    """
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if row.kind == AppointmentKind.DEFINITIVE:
        raise Invalid("appointment", _("Only the order of a Plh. or Plt. is ended like this."))
    if row.recalled or (row.valid_until is not None and row.valid_until < today):
        raise Invalid("appointment", _("This order has ended already."))
    _cut(row, min(today, row.valid_from) - timedelta(days=1), by=by, at=at)
    return row


@transaction.atomic
def end_appointment(
    *, appointment: Appointment, valid_until: date, by: str, at: datetime
) -> Appointment:
    """Set the last day of an appointment, and of who stands in for its holder on later days.

    Raises:
        Invalid: it lies before the first, or on days on which the person holds the post anew.

    """
    if valid_until < appointment.valid_from:
        raise Invalid("valid_until", _("The end lies before the start."))
    others = Appointment.objects.filter(
        post_id=appointment.post_id, person_id=appointment.person_id
    ).exclude(Q(pk=appointment.pk) | Q(valid_until__lt=F("valid_from")))
    Person.objects.select_for_update().get(pk=appointment.person_id)
    for other in others:
        period = (other.valid_from, other.valid_until)
        if overlaps((appointment.valid_from, valid_until), period):
            raise Invalid("valid_until", _("This person holds this post on these days already."))
    appointment.valid_until = valid_until
    appointment.save(update_fields=["valid_until"])
    _tell(appointment, "office.appointment.ended", by=by, at=at)
    for order in appointment.stand_ins.filter(valid_until__gt=valid_until):
        _cut(order, max(valid_until, order.valid_from - timedelta(days=1)), by=by, at=at)
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
            **({"kind": row.kind} if row.kind != AppointmentKind.DEFINITIVE else {}),
            **({"stands_in_for": str(row.stands_in_for.person_id)} if row.stands_in_for else {}),
            "valid_from": row.valid_from.isoformat(),
            "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        },
    )
