"""How news looks on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.notify import queries
from kelola.notify.services.letters import sentence

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.notify.models import News
    from kelola.office.models import Person

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of news in words."""

    id: UUID
    text: str
    detail: str
    at: datetime
    is_new: bool


def line(row: News) -> Line:
    """Return a piece of news in the reader's language."""
    return Line(row.pk, sentence(row), row.detail, row.at, row.read_at is None)


@dataclass(frozen=True, slots=True)
class Newest:
    """The first of somebody's unread news, and how many there are."""

    lines: list[Line]
    unread: int


def newest(person: Person) -> Newest:
    """Return somebody's newest unread news."""
    lines = [line(row) for row in queries.news_of(person).filter(read_at=None)[:SHOWN]]
    return Newest(lines, queries.unread(person) if len(lines) == SHOWN else len(lines))
