"""How far the demo office's year is told."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from kelola.demo.models import Growth
from kelola.office.scope import unscoped

if TYPE_CHECKING:
    from pathlib import Path

MARK = "demo-year.json"


class Progress(NamedTuple):
    """The month that is being told, its number, and how many there are."""

    month: date
    number: int
    months: int


def years() -> list[Growth]:
    """Return the years of all demo offices; needs no scope."""
    with unscoped("the start asks whether some demo office still lives its year"):
        return list(Growth.objects.select_related("office").order_by("id"))


def mark() -> Path:
    """Return the file that is there while a year grows: pages ask it, and no row."""
    folder: Path = settings.DATA_DIR
    return folder / MARK


def progress() -> Progress | None:
    """Return what is being told now; None when nothing grows."""
    try:
        told = json.loads(mark().read_text(encoding="utf-8"))
        month = date.fromisoformat(told["month"])
        return Progress(month, int(told["number"]), int(told["months"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
