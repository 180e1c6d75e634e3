"""Offices, their units, people and posts."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Office, Person, Post, Unit
from kelola.office.rules import nip_fits, post_key_fits
from kelola.office.services.checks import Invalid, once, optional, text
from kelola.office.services.findable import index_person

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@transaction.atomic
def create_office(
    *,
    name: str,
    short_name: str,
    zone: str,
    by: str,
    at: datetime,
    name_en: str = "",
    letter_code: str = "",
    address: str = "",
    site: str = "",
) -> Office:
    """Create an office. Needs no scope: it is the scope.

    Raises:
        Invalid: an empty name, one that exists, or a zone that the IANA database lacks.

    """
    if zone not in zoneinfo.available_timezones():
        raise Invalid(
            "zone", _('There is no time zone "%(zone)s". Try Asia/Jakarta.') % {"zone": zone}
        )
    office = Office(
        name=text("name", name, 200),
        name_en=optional("name_en", name_en, 200),
        short_name=text("short_name", short_name, 60),
        zone=zone,
        letter_code=optional("letter_code", letter_code, 40),
        address=address.strip(),
        site=optional("site", site, 200),
        created_at=at,
    )
    with once("name", _("There is already an office of this name.")):
        office.save(force_insert=True)
    data = {"name": digest(office.salt, office.name), "zone": office.zone}
    append(
        office=office.pk,
        at=at,
        by=by,
        verb="office.office.created",
        object=f"office.office:{office.pk}",
        data=data,
    )
    return office


@transaction.atomic
def add_unit(*, office: UUID, name: str, by: str, at: datetime, parent: Unit | None = None) -> Unit:
    """Add a unit; raise Invalid when the office has one of this name."""
    unit = Unit(office_id=office, name=text("name", name, 200), parent=parent)
    with once("name", _("There is already a unit of this name.")):
        unit.save(force_insert=True)
    append(office=office, at=at, by=by, verb="office.unit.added", object=f"office.unit:{unit.pk}")
    return unit


@transaction.atomic
def add_person(
    *, office: UUID, name: str, by: str, at: datetime, nip: str = "", unit: Unit | None = None
) -> Person:
    """Add a person to the office.

    Raises:
        Invalid: an empty name, a NIP that is not 18 digits or that a colleague has.

    """
    number = "".join(nip.split())
    if not nip_fits(number):
        raise Invalid("nip", _("A NIP has 18 digits."))
    person = Person(office_id=office, name=text("name", name, 200), nip=number, unit=unit)
    with once("nip", _("Somebody else has this NIP.")):
        person.save(force_insert=True)
    index_person(person)
    append(
        office=office,
        at=at,
        by=by,
        verb="office.person.added",
        object=f"office.person:{person.pk}",
        data={"name": digest(person.salt, person.name), "nip": digest(person.salt, person.nip)},
    )
    return person


@transaction.atomic
def add_post(
    *,
    office: UUID,
    key: str,
    title: str,
    by: str,
    at: datetime,
    title_en: str = "",
    unit: Unit | None = None,
) -> Post:
    """Add a post; raise Invalid for a key that is taken or not small letters, digits and ``_``."""
    if not post_key_fits(key):
        raise Invalid("key", _("Small letters, digits and _ only, a letter first."))
    post = Post(
        office_id=office,
        key=key,
        title=text("title", title, 200),
        title_en=optional("title_en", title_en, 200),
        unit=unit,
    )
    with once("key", _("There is already a post with this key.")):
        post.save(force_insert=True)
    append(
        office=office,
        at=at,
        by=by,
        verb="office.post.added",
        object=f"office.post:{post.pk}",  # not its key: that is made of the title's words
    )
    return post
