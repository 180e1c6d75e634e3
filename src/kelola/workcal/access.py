"""One function per object: return it, or there is no such page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from kelola.workcal.models import Closure, DeclaredDay, Season
from kelola.workcal.rules import KNOWN_YEARS, in_a_row

if TYPE_CHECKING:
    from uuid import UUID


def season(row_id: UUID) -> Season:
    """Return a season of the open office."""
    return get_object_or_404(Season, pk=row_id)


def declared_day(row_id: UUID) -> DeclaredDay:
    """Return a declared day of the open office."""
    return get_object_or_404(DeclaredDay, pk=row_id)


def closures(row_id: UUID) -> tuple[Closure, ...]:
    """Return a closure of the open office with the days in a row that share its reason."""
    row = get_object_or_404(Closure, pk=row_id)
    alike = Closure.objects.filter(label=row.label, starts=row.starts, ends=row.ends)
    return next(days for days in in_a_row(alike) if row in days)


def year(text: str, otherwise: int) -> int:
    """Return the year asked for, the other one without a wish."""
    found = {str(known): known for known in KNOWN_YEARS}.get(text) if text else otherwise
    if found is None:
        raise Http404
    return found
