"""When somebody is away, and when somebody leaves the office."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.services import append
from kelola.office.models import Absence, Appointment, Membership, Person
from kelola.office.rules import AbsenceKind, overlaps
from kelola.office.services.access import close_access
from kelola.office.services.checks import Invalid, optional
from kelola.office.services.posts import end_appointment, recall_order

if TYPE_CHECKING:
    from datetime import date, datetime

NOTE_LENGTH = 200


@transaction.atomic
def record_absence(
    *,
    person: Person,
    kind: str,
    starts_on: date,
    ends_on: date,
    by: str,
    at: datetime,
    note: str = "",
) -> Absence:
    """Record that somebody is away. The ledger is not told why: an illness is nobody's business.

    Raises:
        Invalid: an end before the start, an unknown kind, or days that are recorded already.

    """
    if kind not in {known.value for known in AbsenceKind}:
        raise Invalid("kind", _("Choose why from the list."))
    if ends_on < starts_on:
        raise Invalid("ends_on", _("The end lies before the start."))
    Person.objects.select_for_update().get(pk=person.pk)
    for other in Absence.objects.filter(person=person, ends_on__gte=starts_on):
        ended_early = other.ends_on < other.starts_on
        if not ended_early and overlaps((starts_on, ends_on), (other.starts_on, other.ends_on)):
            raise Invalid("starts_on", _("An absence on one of these days is recorded already."))
    row = Absence(
        office_id=person.office_id,
        person=person,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        note=optional("note", note, NOTE_LENGTH),
    )
    row.save(force_insert=True)
    _tell(row, "office.absence.recorded", by=by, at=at)
    return row


@transaction.atomic
def end_absence(*, absence: Absence, today: date, by: str, at: datetime) -> Absence:
    """Let somebody be back today; raise Invalid when the absence is over."""
    row = Absence.objects.select_for_update().get(pk=absence.pk)
    if row.ends_on < today or row.ends_on < row.starts_on:
        raise Invalid("absence", _("This absence is over already."))
    row.ends_on = min(today, row.starts_on) - timedelta(days=1)
    row.save(update_fields=["ends_on"])
    _tell(row, "office.absence.ended", by=by, at=at)
    return row


@transaction.atomic
def leave_office(*, person: Person, last_day: date, today: date, by: str, at: datetime) -> Person:
    """Let somebody leave the office (transfer, retirement): posts, orders and access end.

    The access closes at once when the last day is today or before, else when that day is over.

    Raises:
        Invalid: the person is the last administrator.

    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    for held in Appointment.objects.filter(person=row).order_by("pk"):
        if held.valid_until is not None and held.valid_until <= last_day:
            continue
        if held.kind == "definitive":
            if held.valid_from > last_day:
                raise Invalid("last_day", _("This person is appointed from a later day on."))
            end_appointment(appointment=held, valid_until=last_day, by=by, at=at)
        else:
            recall_order(appointment=held, today=last_day + timedelta(days=1), by=by, at=at)
    row.leaves_on = last_day
    row.save(update_fields=["leaves_on"])
    append(
        office=row.office_id,
        at=at,
        by=by,
        verb="office.person.left",
        object=f"office.person:{row.pk}",
        data={"person": str(row.pk), "day": last_day.isoformat()},
    )
    member = Membership.objects.filter(person=row, is_active=True).select_related("user").first()
    if member is not None and last_day <= today:
        close_access(membership=member, by=by, at=at)
    return row


def close_access_of_leavers(*, today: date, by: str, at: datetime) -> int:
    """Close the access of those whose last day is over; return how many.

    The last administrator keeps the door until there is another.
    """
    closed = 0
    rows = Membership.objects.filter(is_active=True, person__leaves_on__lt=today)
    for member in rows.select_related("user", "person"):
        try:
            close_access(membership=member, by=by, at=at)
        except Invalid:
            continue
        closed += 1
    return closed


def _tell(row: Absence, verb: str, *, by: str, at: datetime) -> None:
    append(
        office=row.office_id,
        at=at,
        by=by,
        verb=verb,
        object=f"office.absence:{row.pk}",
        data={
            "person": str(row.person_id),
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
        },
    )
