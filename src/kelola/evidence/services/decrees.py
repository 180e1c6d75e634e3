"""Decrees: appointments together with the scan of the paper that made them."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.db import transaction

from kelola.evidence.services.storing import store_file
from kelola.office import services as office
from kelola.office.rules import AppointmentKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.core.files.uploadedfile import UploadedFile

    from kelola.evidence.models import Document
    from kelola.office.models import Appointment, Person, Post


@transaction.atomic
def appoint_by_decree(
    *,
    post: Post,
    person: Person,
    decree_number: str,
    decree_on: date,
    valid_from: date,
    valid_until: date | None,
    scan: UploadedFile[Any] | None,
    by: str,
    at: datetime,
    kind: AppointmentKind = AppointmentKind.DEFINITIVE,
) -> Appointment:
    """Appoint somebody, or order them to act, and keep the scan: both or neither.

    Raises:
        Invalid: what ``office.services.appoint`` refuses.
        RefusedFile: the scan is not accepted.

    """
    row = office.appoint(
        kind=kind,
        post=post,
        person=person,
        decree_number=decree_number,
        decree_on=decree_on,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by,
        at=at,
    )
    if scan is not None:
        keep_scan(appointments=[row], scan=scan, by=by, at=at)
    return row


@transaction.atomic
def renew_decrees(
    *,
    appointments: Sequence[Appointment],
    decree_number: str,
    decree_on: date,
    valid_from: date,
    valid_until: date | None,
    scan: UploadedFile[Any] | None,
    by: str,
    at: datetime,
) -> list[Appointment]:
    """Renew appointments by one decree and keep its scan once: all or nothing.

    Raises:
        Invalid: what ``office.services.renew_appointments`` refuses.
        RefusedFile: the scan is not accepted.

    """
    made = office.renew_appointments(
        appointments=appointments,
        decree_number=decree_number,
        decree_on=decree_on,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by,
        at=at,
    )
    if scan is not None:
        keep_scan(appointments=made, scan=scan, by=by, at=at)
    return made


@transaction.atomic
def keep_scan(
    *, appointments: Sequence[Appointment], scan: UploadedFile[Any], by: str, at: datetime
) -> Document:
    """Keep the scan of the decree that made these appointments; raise RefusedFile for a bad one."""
    first = appointments[0]
    stream: IO[bytes] = scan.file  # type: ignore[assignment] # Django's uploads are binary
    document = store_file(
        office=first.office_id,
        stream=stream,
        name=scan.name or "",
        subject=f"office.appointment:{first.pk}",
        by=by,
        at=at,
    )
    office.file_decree(appointments=appointments, decree_file_id=document.pk, by=by, at=at)
    return document
