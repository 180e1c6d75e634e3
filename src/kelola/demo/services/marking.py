"""The file that tells the pages that a year is growing, and how far it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kelola.demo.queries.growth import mark

if TYPE_CHECKING:
    from datetime import date

    from kelola.demo.models import Growth


def show(month: date, growth: Growth) -> None:
    """Say which month is being told; a page reads it whole or not at all."""
    first = growth.founded_at.astimezone(ZoneInfo(growth.office.zone)).date()
    number = (month.year - first.year) * 12 + month.month - first.month + 1
    told = {"month": month.isoformat(), "number": number, "months": growth.months}
    fresh = mark().with_suffix(".new")
    fresh.write_text(json.dumps(told), encoding="utf-8")
    fresh.replace(mark())


def hide() -> None:
    """Say that nothing grows any more."""
    mark().unlink(missing_ok=True)
