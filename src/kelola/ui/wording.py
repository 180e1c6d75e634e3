"""How moments and figures read on screen, in the active language and the active time zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kelola.ui import rules

if TYPE_CHECKING:
    from datetime import time
    from decimal import Decimal

DAY = "l, j F Y"
SHORT_DAY = "j M"


def _indonesian() -> bool:
    return (get_language() or "id").startswith("id")


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _clock_time(moment: datetime | time) -> str:
    return moment.strftime("%H.%M" if _indonesian() else "%H:%M")


def _zone(moment: datetime) -> str:
    key = getattr(moment.tzinfo, "key", "")
    return rules.zone_letters(key, moment.tzname() or "")


def long_date(value: date | None) -> str:
    """Write "Senin, 30 November 2026 pukul 09.30 WIB"; a date without its time."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return date_format(value, DAY)
    local = _local(value)
    return _("%(day)s at %(time)s %(zone)s") % {
        "day": date_format(local, DAY),
        "time": _clock_time(local),
        "zone": _zone(local),
    }


def long_day(value: date | None) -> str:
    """Write "Senin, 30 November 2026"."""
    if value is None:
        return ""
    return date_format(_local(value) if isinstance(value, datetime) else value, DAY)


def short_time(value: date | None) -> str:
    """Write "30 Nov 09.30", with the year when it is not this one's."""
    if value is None:
        return ""
    local = _local(value) if isinstance(value, datetime) else value
    this_year = local.year == timezone.localdate().year
    day = date_format(local, SHORT_DAY if this_year else "j M Y")
    return f"{day} {_clock_time(local)}" if isinstance(local, datetime) else day


def clock_time(value: datetime | time | None) -> str:
    """Write "09.30"."""
    if value is None:
        return ""
    return _clock_time(_local(value) if isinstance(value, datetime) else value)


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """Write "1.250.000" or "98,7"."""
    return "" if value is None else rules.number(value, comma=_indonesian(), decimals=decimals)


def percent(value: float | None, decimals: int | None = None) -> str:
    """Write "98,7%"."""
    return "" if value is None else f"{number(value, decimals)}%"


def rupiah(value: float | Decimal | None) -> str:
    """Write "Rp1.250.000"."""
    return "" if value is None else f"Rp{number(value)}"


def initials(name: str) -> str:
    """Write "AP" for "Andi Pratama, S.Kom."."""
    return rules.initials(name)
