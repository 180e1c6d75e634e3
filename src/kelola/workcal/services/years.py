"""The yearly confirmation of the national days off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.office.services import Invalid
from kelola.office.services.checks import text
from kelola.workcal.models import YearConfirmation
from kelola.workcal.queries import national_days_of
from kelola.workcal.rules import KNOWN_YEARS
from kelola.workcal.services.state import changed, lock

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from kelola.ledger.rules import JSON

_DECREE = 120


@transaction.atomic
def confirm_year(
    *, office: UUID, year: int, decree: str, decree_on: date, by: str, at: datetime
) -> YearConfirmation:
    """Confirm the national days off of a year, as they are known today, by a decree.

    Again replaces the confirmation and takes the days known then. What the office declared about
    single days holds beside it. Raises Invalid for a year out of bounds.
    """
    if year not in KNOWN_YEARS:
        raise Invalid(
            "year",
            _("The year must lie between %(first)d and %(last)d.")
            % {"first": KNOWN_YEARS[0], "last": KNOWN_YEARS[-1]},
        )
    lock(office)
    known = national_days_of(year)
    days = [[on.isoformat(), "joint" if d.joint else "holiday", d.name] for on, d in known.items()]
    row, _created = YearConfirmation.objects.update_or_create(
        office_id=office,
        year=year,
        defaults={
            "decree": text("decree", decree, _DECREE),
            "decree_on": decree_on,
            "days": days,
            "confirmed_by": by,
            "confirmed_at": at,
        },
    )
    data: dict[str, JSON] = {
        "year": year,
        "days": len(days),
        "decree": digest(row.salt, row.decree),
    }
    changed(office, row, "year.confirmed", data, by=by, at=at)
    return row
