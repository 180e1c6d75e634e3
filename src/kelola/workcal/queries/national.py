"""Indonesia's days off as the holidays library has them."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import holidays

from kelola.workcal.rules import KNOWN_YEARS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class NationalDay(NamedTuple):
    """A national day off; ``joint`` tells joint leave (cuti bersama) from a holiday."""

    name: str
    joint: bool


@lru_cache(maxsize=1)
def national_days() -> Mapping[date, NationalDay]:
    """Return every national holiday and day of joint leave that the library knows."""
    leave = holidays.country_holidays(
        "ID", categories=("government",), language="id", years=KNOWN_YEARS
    )
    days = {on: NationalDay(name, joint=True) for on, name in leave.items()}
    public = holidays.country_holidays(
        "ID", categories=("public",), language="id", years=KNOWN_YEARS
    )
    days |= {on: NationalDay(name, joint=False) for on, name in public.items()}
    return MappingProxyType(dict(sorted(days.items())))


def national_days_of(year: int) -> dict[date, NationalDay]:
    """Return those of one year, in order."""
    return {on: day for on, day in national_days().items() if on.year == year}
