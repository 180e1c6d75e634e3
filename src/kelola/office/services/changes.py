"""Changes to the office, its people and posts that are already there.

The ledger is told which fields changed, and digests of the new values.
"""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Office, Person, Post, Unit
from kelola.office.rules import nip_fits, post_key
from kelola.office.services.checks import Invalid, lines, once, optional, text
from kelola.office.services.findable import index_person
from kelola.office.services.places import (
    ADDRESS_LINES,
    LETTERHEAD_LINES,
    PLACE_LENGTH,
    add_person,
    add_post,
    add_unit,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def unit_named(*, office: UUID, name: str, by: str, at: datetime) -> Unit | None:
    """Return the unit of this name, added when it is new; None for no name."""
    if not name.strip():
        return None
    wanted = text("unit", name, 200)
    known = [unit for unit in Unit.objects.all() if unit.name.casefold() == wanted.casefold()]
    return known[0] if known else add_unit(office=office, name=wanted, by=by, at=at)


@transaction.atomic
def add_person_of_unit(
    *, office: UUID, name: str, nip: str, unit: str, by: str, at: datetime
) -> Person:
    """Add a person to a unit by its name; a new one is added with them."""
    place = unit_named(office=office, name=unit, by=by, at=at)
    return add_person(office=office, name=name, nip=nip, unit=place, by=by, at=at)


@transaction.atomic
def add_post_titled(
    *, office: UUID, title: str, by: str, at: datetime, title_en: str = "", unit: str = ""
) -> Post:
    """Add a post whose key is made from its title; raise Invalid when the title is taken."""
    wanted = text("title", title, 200)
    known = list(Post.objects.values_list("key", "title"))
    if any(other.casefold() == wanted.casefold() for _key, other in known):
        raise Invalid("title", _("There is already a post of this title."))
    return add_post(
        office=office,
        key=post_key(wanted, {key for key, _title in known}),
        title=wanted,
        title_en=title_en,
        unit=unit_named(office=office, name=unit, by=by, at=at),
        by=by,
        at=at,
    )


@transaction.atomic
def edit_person(*, person: Person, name: str, nip: str, unit: str, by: str, at: datetime) -> Person:
    """Change somebody's name, NIP or unit (by its name; a new one is added).

    Raises:
        Invalid: an empty name, a NIP that is not 18 digits or that a colleague has.

    """
    number = "".join(nip.split())
    if not nip_fits(number):
        raise Invalid("nip", _("A NIP has 18 digits."))
    row = Person.objects.select_for_update().get(pk=person.pk)
    values = {
        "name": text("name", name, 200),
        "nip": number,
        "unit": unit_named(office=row.office_id, name=unit, by=by, at=at),
    }
    changed = _apply(row, values)
    if not changed:
        return row
    with once("nip", _("Somebody else has this NIP.")):
        row.save(update_fields=changed)
    data = {
        "changed": changed,
        "name": digest(row.salt, row.name),
        "nip": digest(row.salt, row.nip),
    }
    _tell(row, "office.person.changed", data, by=by, at=at)
    index_person(row)
    return row


@transaction.atomic
def edit_post(*, post: Post, title: str, title_en: str, unit: str, by: str, at: datetime) -> Post:
    """Change a post's titles or unit. Its key stays: SOP roles refer to it."""
    row = Post.objects.select_for_update().get(pk=post.pk)
    values = {
        "title": text("title", title, 200),
        "title_en": optional("title_en", title_en, 200),
        "unit": unit_named(office=row.office_id, name=unit, by=by, at=at),
    }
    changed = _apply(row, values)
    if changed:
        row.save(update_fields=changed)
        _tell(row, "office.post.changed", {"key": row.key, "changed": changed}, by=by, at=at)
    return row


@transaction.atomic
def edit_office(
    *,
    office: Office,
    name: str,
    name_en: str,
    short_name: str,
    zone: str,
    letter_code: str,
    letterhead: str,
    address: str,
    place: str,
    contact: str,
    site: str,
    by: str,
    at: datetime,
) -> Office:
    """Change what the office is called and what stands on its papers.

    Raises:
        Invalid: an empty name, one that another office has, a zone that the IANA database lacks.

    """
    if zone not in zoneinfo.available_timezones():
        raise Invalid(
            "zone", _('There is no time zone "%(zone)s". Try Asia/Jakarta.') % {"zone": zone}
        )
    row = Office.objects.select_for_update().get(pk=office.pk)
    values = {
        "name": text("name", name, 200),
        "name_en": optional("name_en", name_en, 200),
        "short_name": text("short_name", short_name, 60),
        "zone": zone,
        "letter_code": optional("letter_code", letter_code, 40),
        "letterhead": lines("letterhead", letterhead, LETTERHEAD_LINES, 200),
        "address": lines("address", address, ADDRESS_LINES, 200),
        "place": optional("place", place, PLACE_LENGTH),
        "contact": optional("contact", contact, 200),
        "site": optional("site", site, 200),
    }
    changed = _apply(row, values)
    if not changed:
        return row
    with once("name", _("There is already an office of this name.")):
        row.save(update_fields=changed)
    data = {name: digest(row.salt, values[name]) for name in changed if name != "zone"}
    if "zone" in changed:
        data["zone"] = zone
    _tell(row, "office.office.changed", {"changed": changed, **data}, by=by, at=at, office=row.pk)
    return row


@transaction.atomic
def set_logo(*, office: Office, logo_id: UUID | None, sha256: str, by: str, at: datetime) -> Office:
    """Say which document is the picture of the letterhead; None takes it off."""
    row = Office.objects.select_for_update().get(pk=office.pk)
    if row.logo_id == logo_id:
        return row
    row.logo_id = logo_id
    row.save(update_fields=["logo_id"])
    data = {"changed": ["logo"], "logo": sha256}
    _tell(row, "office.office.changed", data, by=by, at=at, office=row.pk)
    return row


def _apply(row: Any, values: dict[str, Any]) -> list[str]:
    """Set what differs; return the names of the fields that did."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _tell(
    row: Any,
    verb: str,
    data: dict[str, Any],
    *,
    by: str,
    at: datetime,
    office: UUID | None = None,
) -> None:
    noun = verb.rpartition(".")[0]
    append(
        office=office or row.office_id,
        at=at,
        by=by,
        verb=verb,
        object=f"{noun}:{row.pk}",
        data=data,
    )
