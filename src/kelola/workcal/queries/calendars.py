"""The calendar of an office, built from what it has set and the national days off.

A built calendar is kept in the process as long as the office's token stays the same, so a clock
costs one small query.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kelola.office.models import Office
from kelola.office.prepared import Prepared
from kelola.office.scope import current_office, office_scope
from kelola.workcal import models, rules
from kelola.workcal.queries.national import national_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

_MOST_KEPT = 256
_kept: dict[UUID, tuple[str, rules.Calendar]] = {}


def _state() -> QuerySet[Office, Any]:
    return Office.objects.filter(pk=current_office()).values_list("zone", "calendar_states__token")


_STATE = Prepared(_state)


def calendar_of(office_id: UUID) -> rules.Calendar:
    """Return the calendar in force of an office; raises ``Office.DoesNotExist``.

    Two calls return the same object until the calendar is changed. Needs no open scope.
    """
    with office_scope(office_id):
        state = _STATE.tuples()
        if not state:
            raise Office.DoesNotExist(f"no office {office_id}")
        zone, token = state[0]
        revision = f"{zone}:{token}"
        found = _kept.get(office_id)
        if found is None or found[0] != revision:
            found = (revision, _built(zone, revision))
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[office_id] = found
        return found[1]


def default_calendar() -> rules.Calendar:
    """Return the calendar of an office that has set nothing, in WIB."""
    return rules.default_calendar(national_days_off())


@lru_cache(maxsize=1)
def national_days_off() -> Mapping[date, str]:
    """Return Indonesia's national holidays and joint leave (cuti bersama) with their names."""
    return MappingProxyType({on: day.name for on, day in national_days().items()})


def _built(zone: str, revision: str) -> rules.Calendar:
    """Build the calendar of the open office."""
    default = rules.default_calendar(_national(), zone)
    hours = [
        rules.Hours(row.effective_from, rules.week_from_data(row.weekdays))
        for row in models.HoursVersion.objects.all()
    ]
    zones = [rules.Zone(row.effective_from, row.zone) for row in models.ZoneVersion.objects.all()]
    closures = [
        rules.Closure(row.on, row.label, row.starts, row.ends)
        for row in models.Closure.objects.all()
    ]
    return rules.Calendar(
        hours=(*default.hours, *hours),
        zones=(*default.zones, *zones),
        seasons=_seasons(default.seasons),
        days_off=_days_off(default.days_off),
        closures=tuple(closures),
        revision=revision,
    )


def _seasons(defaults: tuple[rules.Season, ...]) -> tuple[rules.Season, ...]:
    """Return the office's seasons; one of its own replaces a default one it overlaps."""
    own = [
        rules.Season(row.starts_on, row.ends_on, rules.week_from_data(row.weekdays), row.label)
        for row in models.Season.objects.all()
    ]
    kept = [
        season
        for season in defaults
        if not any(s.starts_on <= season.ends_on and season.starts_on <= s.ends_on for s in own)
    ]
    return (*kept, *own)


def _national() -> Mapping[date, str]:
    """Return the national days off; a confirmed year keeps those that were confirmed."""
    confirmed = {row.year: row.names() for row in models.YearConfirmation.objects.all()}
    if not confirmed:
        return national_days_off()
    days = {on: name for on, name in national_days_off().items() if on.year not in confirmed}
    for names in confirmed.values():
        days |= names
    return days


def _days_off(national: Mapping[date, str]) -> Mapping[date, str]:
    days = dict(national)
    for row in models.DeclaredDay.objects.all():
        if row.kind == models.DayKind.OFF:
            days[row.on] = row.label
        else:
            days.pop(row.on, None)
    return MappingProxyType(days)
