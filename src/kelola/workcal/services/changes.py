"""Hours, zone, seasons, and days that are declared or withdrawn."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.office.services import Invalid
from kelola.office.services.checks import optional, text
from kelola.workcal import rules
from kelola.workcal.models import (
    Closure,
    DayKind,
    DeclaredDay,
    HoursVersion,
    Season,
    ZoneVersion,
)
from kelola.workcal.services.state import NOUNS, changed, lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, time
    from uuid import UUID


_LABEL, _BASIS = 120, 200
_WEEK_FAULTS = {
    rules.WeekFault.EMPTY: gettext_lazy("Give the hours of at least one weekday."),
    rules.WeekFault.DAY: gettext_lazy("A weekday is a number from 0 (Monday) to 6 (Sunday)."),
    rules.WeekFault.TURNED: gettext_lazy("Working hours must end after they begin."),
    rules.WeekFault.OVERLAP: gettext_lazy("Working hours of one day must not overlap."),
}


@transaction.atomic
def set_hours(
    *,
    office: UUID,
    weekdays: Mapping[int, Sequence[rules.Window]],
    effective_from: date,
    by: str,
    at: datetime,
    basis: str = "",
) -> HoursVersion:
    """Set the hours of a week from a date on; the same date again replaces them."""
    week = _week(weekdays)
    row, _created = HoursVersion.objects.update_or_create(
        office_id=office,
        effective_from=effective_from,
        defaults={"weekdays": week, "basis": optional("basis", basis, _BASIS)},
    )
    changed(office, row, "hours.set", {"effective_from": str(effective_from)}, by=by, at=at)
    return row


@transaction.atomic
def set_zone(
    *, office: UUID, zone: str, effective_from: date, by: str, at: datetime
) -> ZoneVersion:
    """Set the time zone (IANA name) from a date on; the same date again replaces it."""
    if zone not in zoneinfo.available_timezones():
        message = _('There is no time zone "%(zone)s". Try Asia/Jakarta.') % {"zone": zone}
        raise Invalid("zone", message)
    row, _created = ZoneVersion.objects.update_or_create(
        office_id=office, effective_from=effective_from, defaults={"zone": zone}
    )
    data = {"zone": zone, "effective_from": str(effective_from)}
    changed(office, row, "zone.set", data, by=by, at=at)
    return row


@transaction.atomic
def declare_season(
    *,
    office: UUID,
    label: str,
    starts_on: date,
    ends_on: date,
    weekdays: Mapping[int, Sequence[rules.Window]],
    by: str,
    at: datetime,
    basis: str = "",
) -> Season:
    """Replace the usual hours from one day to another, both included.

    It takes the place of a default season it overlaps. Raises Invalid when it overlaps another
    one of the office: withdraw that one first.
    """
    if ends_on < starts_on:
        raise Invalid("ends_on", _("The last day must not lie before the first."))
    lock(office)
    if Season.objects.filter(
        office_id=office, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).exists():
        raise Invalid("starts_on", _("Other working hours are already set for some of these days."))
    row = Season.objects.create(
        office_id=office,
        label=text("label", label, _LABEL),
        starts_on=starts_on,
        ends_on=ends_on,
        weekdays=_week(weekdays),
        basis=optional("basis", basis, _BASIS),
    )
    changed(office, row, "season.declared", _facts(row), by=by, at=at)
    return row


@transaction.atomic
def declare_day(
    *,
    office: UUID,
    on: date,
    kind: DayKind,
    label: str,
    by: str,
    at: datetime,
    basis: str = "",
) -> DeclaredDay:
    """Declare a local day off, or that a national day off is worked; again replaces it."""
    row, _created = DeclaredDay.objects.update_or_create(
        office_id=office,
        on=on,
        defaults={
            "kind": DayKind(kind),
            "label": text("label", label, _LABEL),
            "basis": optional("basis", basis, _BASIS),
        },
    )
    changed(office, row, f"day.declared_{row.kind}", _facts(row), by=by, at=at)
    return row


@transaction.atomic
def declare_closure(
    *,
    office: UUID,
    on: date,
    label: str,
    by: str,
    at: datetime,
    starts: time | None = None,
    ends: time | None = None,
) -> Closure:
    """Close the office on a day: wholly, or from and until a time of day."""
    if starts is not None and ends is not None and ends <= starts:
        raise Invalid("ends", _("A closure must end after it begins."))
    row = Closure.objects.create(
        office_id=office, on=on, label=text("label", label, _LABEL), starts=starts, ends=ends
    )
    changed(office, row, "closure.declared", _facts(row), by=by, at=at)
    return row


@transaction.atomic
def withdraw(*, row: Season | DeclaredDay | Closure, by: str, at: datetime) -> None:
    """Withdraw what was declared; withdrawing it twice changes nothing the second time."""
    office, facts, noun = row.office_id, _facts(row), NOUNS[type(row)]
    lock(office)
    found = type(row).objects.filter(pk=row.pk)
    if found.exists():
        found.delete()
        changed(office, row, f"{noun}.withdrawn", facts, by=by, at=at)


def _facts(row: Season | DeclaredDay | Closure) -> dict[str, str]:
    """Return the dates and times of a row for the ledger; labels are free text and stay out."""
    names = ("starts_on", "ends_on", "on", "starts", "ends")
    found = {name: getattr(row, name, None) for name in names}
    return {name: value.isoformat() for name, value in found.items() if value is not None}


def _week(weekdays: Mapping[int, Sequence[rules.Window]]) -> dict[str, list[list[str]]]:
    try:
        return rules.week_to_data(rules.checked_week(weekdays))
    except rules.BadWeek as error:
        raise Invalid("weekdays", _WEEK_FAULTS[error.fault]) from error
