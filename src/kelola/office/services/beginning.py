"""The first start: an office with its first administrator, made at once or not at all."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import SYSTEM
from kelola.ledger.services import append
from kelola.office.models import Office, SetupLink
from kelola.office.scope import office_scope
from kelola.office.services.accounts import add_membership, create_user
from kelola.office.services.checks import Invalid
from kelola.office.services.places import add_person, create_office

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.office.models import User
    from kelola.office.services.places import OfficeFacts

LINK_VALID_FOR = timedelta(hours=24)
# The first two steps make the office; these follow with its administrator signed in.
PEOPLE, CALENDAR, SOP, LAST = 3, 4, 5, 6


class LinkSpent(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """The set-up address was never given, is too old, or an office exists."""


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """The first administrator as they describe themselves."""

    name: str
    nip: str
    login: str
    password: str = field(repr=False)


@transaction.atomic
def make_setup_link(*, by: str, at: datetime) -> str:
    """Return the secret of a new set-up address; those given before end.

    Raises:
        LinkSpent: an office exists.

    """
    if Office.objects.exists():
        raise LinkSpent
    SetupLink.objects.all().delete()
    secret = secrets.token_urlsafe(32)
    row = SetupLink.objects.create(digest=_digest(secret), expires_at=at + LINK_VALID_FOR)
    append(
        office=None,
        at=at,
        by=by,
        verb="office.setup_link.made",
        object=f"office.setup_link:{row.pk}",
    )
    return secret


def setup_link_holds(*, secret: str, at: datetime) -> bool:
    """Tell whether somebody may set up the first office with this secret."""
    return SetupLink.objects.filter(digest=_digest(secret), expires_at__gt=at).exists()


@transaction.atomic
def begin_office(*, secret: str, facts: OfficeFacts, admin: FirstAdmin, at: datetime) -> User:
    """Set up the first office by its address, which ends with it; return the administrator.

    Raises:
        LinkSpent: the address does not hold, or somebody else was faster.
        Invalid: something does not fit; nothing is written.

    """
    link = SetupLink.objects.select_for_update().filter(digest=_digest(secret)).first()
    if link is None or link.expires_at <= at or Office.objects.exists():
        raise LinkSpent
    _office, user = start_office(facts=facts, admin=admin, at=at, setup_step=PEOPLE)
    return user


@transaction.atomic
def start_office(
    *, facts: OfficeFacts, admin: FirstAdmin, at: datetime, by: str = SYSTEM, setup_step: int = 0
) -> tuple[Office, User]:
    """Create an office with its first administrator, all or nothing.

    Raises:
        Invalid: something does not fit. ``person`` is the field of the administrator's name.

    """
    office = create_office(**facts, setup_step=setup_step, by=by, at=at)
    user = create_user(login=admin.login, password=admin.password, by=by, at=at)
    with office_scope(office.pk):
        try:
            person = add_person(office=office.pk, name=admin.name, nip=admin.nip, by=by, at=at)
        except Invalid as error:
            field = "person" if error.field == "name" else error.field
            raise Invalid(field, error.message) from error
        add_membership(office=office.pk, user=user, person=person, is_admin=True, by=by, at=at)
    return office, user


@transaction.atomic
def continue_setup(*, office: Office, step: int, by: str, at: datetime) -> Office:
    """Note that the setting-up came to a step. It never goes back, and never begins again."""
    row = Office.objects.select_for_update().get(pk=office.pk)
    if not 0 < row.setup_step < step <= LAST:
        return row
    row.setup_step = step
    row.save(update_fields=["setup_step"])
    _tell(row, "office.setup.continued", by=by, at=at, step=step)
    return row


@transaction.atomic
def finish_setup(*, office: Office, by: str, at: datetime) -> Office:
    """Close the setting-up for good.

    Raises:
        Invalid: a step is left.

    """
    row = Office.objects.select_for_update().get(pk=office.pk)
    if row.setup_step != LAST:
        raise Invalid("setup_step", _("A step is left. Do it or skip it first."))
    row.setup_step = 0
    row.save(update_fields=["setup_step"])
    _tell(row, "office.setup.finished", by=by, at=at)
    return row


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _tell(row: Office, verb: str, *, by: str, at: datetime, **data: int) -> None:
    append(office=row.pk, at=at, by=by, verb=verb, object=f"office.office:{row.pk}", data={**data})
