"""Closing the office for some days, and opening it again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kelola.office.services import Invalid
from kelola.workcal.models import Closure
from kelola.workcal.services.changes import declare_closure, withdraw
from kelola.workcal.services.state import lock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, time
    from uuid import UUID

MOST_DAYS = 60


@transaction.atomic
def close_office(
    *,
    office: UUID,
    first_on: date,
    last_on: date,
    label: str,
    by: str,
    at: datetime,
    starts: time | None = None,
    ends: time | None = None,
) -> list[Closure]:
    """Close the office from one day to another, both included: all of these days, or none.

    Times of day are for a single day. Raises Invalid also where one of the days is closed already.
    """
    if last_on < first_on:
        raise Invalid("last_on", _("The last day must not lie before the first."))
    if first_on != last_on and (starts is not None or ends is not None):
        raise Invalid("starts", _("Times are for the closure of a single day. Leave them empty."))
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    if len(days) > MOST_DAYS:
        raise Invalid(
            "last_on",
            _("At most %(limit)d days at once. Longer than that, change the working hours.")
            % {"limit": MOST_DAYS},
        )
    lock(office)
    _refuse_twice(days, starts, ends)
    return [
        declare_closure(office=office, on=on, label=label, starts=starts, ends=ends, by=by, at=at)
        for on in days
    ]


def _refuse_twice(days: list[date], starts: time | None, ends: time | None) -> None:
    same = Closure.objects.filter(on__in=days, starts=starts, ends=ends).first()
    if same is not None:
        raise Invalid(
            "first_on",
            _("The office is closed on %(day)s already.") % {"day": date_format(same.on, "j F Y")},
        )


@transaction.atomic
def reopen_office(*, rows: Iterable[Closure], by: str, at: datetime) -> None:
    """Withdraw closures; withdrawing them twice changes nothing the second time."""
    for row in rows:
        withdraw(row=row, by=by, at=at)
