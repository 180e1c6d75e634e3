"""Offices, their units, people and posts."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Required, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Office, Person, Post, SetupLink, Unit
from kelola.office.rules import nip_fits, post_key_fits
from kelola.office.services.checks import Invalid, lines, once, optional, text
from kelola.office.services.findable import index_person

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LETTERHEAD_LINES = 4
ADDRESS_LINES = 4
PLACE_LENGTH = 60


class OfficeFacts(TypedDict, total=False):
    """What an office is called and what stands on its papers; names and zone are required."""

    name: Required[str]
    short_name: Required[str]
    zone: Required[str]
    name_en: str
    letter_code: str
    letterhead: str
    address: str
    place: str
    contact: str
    site: str


def check_office(**facts: Unpack[OfficeFacts]) -> Office:
    """Return the office that these would make, not saved.

    Raises:
        Invalid: an empty name, or a zone that the IANA database lacks.

    """
    if facts["zone"] not in zoneinfo.available_timezones():
        raise Invalid(
            "zone",
            _('There is no time zone "%(zone)s". Try Asia/Jakarta.') % {"zone": facts["zone"]},
        )
    return Office(
        name=text("name", facts["name"], 200),
        name_en=optional("name_en", facts.get("name_en", ""), 200),
        short_name=text("short_name", facts["short_name"], 60),
        zone=facts["zone"],
        letter_code=optional("letter_code", facts.get("letter_code", ""), 40),
        letterhead=lines("letterhead", facts.get("letterhead", ""), LETTERHEAD_LINES, 200),
        address=lines("address", facts.get("address", ""), ADDRESS_LINES, 200),
        place=optional("place", facts.get("place", ""), PLACE_LENGTH),
        contact=optional("contact", facts.get("contact", ""), 200),
        site=optional("site", facts.get("site", ""), 200),
    )


@transaction.atomic
def create_office(
    *, by: str, at: datetime, setup_step: int = 0, **facts: Unpack[OfficeFacts]
) -> Office:
    """Create an office. Needs no scope: it is the scope. An open set-up address ends with it.

    Raises:
        Invalid: an empty name, one that exists, or a zone that the IANA database lacks.

    """
    office = check_office(**facts)
    office.setup_step, office.created_at = setup_step, at
    with once("name", _("There is already an office of this name.")):
        office.save(force_insert=True)
    SetupLink.objects.all().delete()
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
