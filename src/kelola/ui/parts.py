"""What the components show: small values that views make and templates draw.

Templates take any object or dict with these names; the classes exist so that views are typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import Promise

NodeState = Literal["done", "now", "next", "returned", "skipped"]


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A clock in words and as a bar. ``percent`` is the share used; ``tone`` "" follows it."""

    words: str
    percent: float | None = None
    tone: str = ""
    name: str = ""
    large: bool = False


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One activity in the "Alur SOP" column."""

    code: str
    title: str
    state: NodeState = "next"
    decision: bool = False
    who: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One sentence of the history; ``note`` is what the person wrote."""

    at: datetime
    sentence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A row of a work list: one thing, its clock, the one next button."""

    code: str
    title: str
    url: str
    detail: str = ""
    badge: str = ""
    clock: ClockFace | None = None
    act: str | Promise = ""
    primary: bool = False
    # Why nobody can do it, in a sentence.
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above this one."""

    label: str | Promise
    url: str = ""


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a month's sheet. ``kind`` colours it, ``sign`` is its shape, ``said`` its word."""

    number: int
    kind: str = ""
    sign: str = ""
    said: str | Promise = ""
    today: bool = False
