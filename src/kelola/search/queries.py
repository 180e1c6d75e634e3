"""Finding: the only place that asks the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from kelola.search.rules import Question, for_postgresql, for_sqlite, question, tiers

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEWEST = 2**63 - 1
_SQLITE = (
    "SELECT i.id, i.kind, i.object_id, i.title, i.words FROM search_marks m "
    "JOIN search_item i ON i.id = m.rowid "
    "WHERE search_marks MATCH %s AND m.rowid < %s AND i.office = %s "
    "ORDER BY m.rowid DESC LIMIT %s"
)
_POSTGRESQL = (
    "SELECT id, kind, object_id, title, words FROM search_item "
    "WHERE marks @@ %s::tsquery AND id < %s AND office = %s ORDER BY id DESC LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of the index that fits. ``place`` is handed back as ``after`` to go on behind it."""

    kind: str
    object_id: UUID
    title: str
    words: str
    place: str


def find(
    *, office: UUID, text: str, kinds: Sequence[str] = (), limit: int = 20, after: str = ""
) -> list[Hit]:
    """Return what fits every word: titles, then words, relatives, beginnings; newest first.

    Args:
        office: in whose rows to look; others take no part in the answer or its order.
        text: what somebody typed, in any characters.
        kinds: only these kinds; none for all.
        limit: how many at most.
        after: the place of the last hit that was shown.

    Raises:
        TooLong: more than 200 characters were typed.
        ValueError: ``after`` is no place.

    """
    return hits(question(text), office=office, kinds=kinds, limit=limit, after=after)


def hits(
    asked: Question, *, office: UUID, kinds: Sequence[str] = (), limit: int = 20, after: str = ""
) -> list[Hit]:
    """Return what ``find`` returns, of a question that was read already."""
    first, below = _place(after)
    found: list[Hit] = []
    if not asked.words:
        return found
    for number, asked_for in enumerate(tiers(asked, office, kinds)):
        if number < first or len(found) >= limit:
            continue
        edge = below if number == first else _NEWEST
        found += _ask(asked_for, number, edge, office, limit - len(found))
    return found


def _place(after: str) -> tuple[int, int]:
    if not after:
        return 0, _NEWEST
    tier, _dash, key = after.partition("-")
    if not (tier in {"0", "1", "2", "3"} and key.isascii() and key.isdigit() and len(key) < 20):  # noqa: PLR2004 - a bigint
        raise ValueError(f"{after!r} is no place in the results")
    return int(tier), min(int(key), _NEWEST)


def _ask(asked_for: Any, tier: int, below: int, office: UUID, limit: int) -> list[Hit]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [for_postgresql(asked_for), below, office, limit])
        else:
            cursor.execute(_SQLITE, [for_sqlite(asked_for), below, office.hex, limit])
        return [
            Hit(kind, key if isinstance(key, UUID) else UUID(key), title, words, f"{tier}-{row}")
            for row, kind, key, title, words in cursor.fetchall()
        ]


def missing_marks() -> int:
    """Return how many rows the index can't find, or finds without there being one."""
    if connection.vendor == "postgresql":
        asked = "SELECT count(*) FROM search_item WHERE marks IS NULL"
    else:
        asked = (
            "SELECT (SELECT count(*) FROM search_item WHERE id NOT IN "
            "(SELECT rowid FROM search_marks)) + (SELECT count(*) FROM search_marks "
            "WHERE rowid NOT IN (SELECT id FROM search_item))"
        )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return int(cursor.fetchone()[0])
