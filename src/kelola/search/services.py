"""Keeping the index: a service calls ``index`` inside its own transaction.

These rows repeat what other tables hold, so that it is found; the change itself is told to the
ledger by the service that makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from kelola.search.kinds import Findable, kinds
from kelola.search.models import Item
from kelola.search.rules import bounded, marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

CHUNK = 200
_POSTGRESQL = (
    "INSERT INTO search_item (office, kind, object_id, title, words, at, marks) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s::tsvector) "
    "ON CONFLICT (office, kind, object_id) DO UPDATE SET title = excluded.title, "
    "words = excluded.words, at = excluded.at, marks = excluded.marks"
)
_SQLITE = (
    "INSERT INTO search_item (office, kind, object_id, title, words, at) "
    "VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (office, kind, object_id) DO UPDATE SET title = excluded.title, "
    "words = excluded.words, at = excluded.at RETURNING id"
)


def index(*, office: UUID, kind: str, object: UUID, title: str, text: str, at: datetime) -> None:
    """Let a thing be found by these words, instead of those it was found by before.

    Args:
        office: whose thing.
        kind: a key of ``search.kinds``.
        object: its id.
        title: words that count first.
        text: all other words; at most 200,000 bytes of it count.
        at: when it came, aware.

    Raises:
        TransactionManagementError: no transaction is open.

    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("search: index belongs into the change's transaction")
    title, words = bounded(title)[:300], bounded(text)
    marks = marks_of(office, kind, title, words)
    row = [_uuid(office), kind, _uuid(object), title, words, _moment(at)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [*row, " ".join(f"'{mark}'" for mark in marks)])
            return
        cursor.execute(_SQLITE, row)
        key = cursor.fetchone()[0]
        cursor.execute(
            "INSERT OR REPLACE INTO search_marks (rowid, marks) VALUES (%s, %s)",
            [key, " ".join(marks)],
        )


def forget(*, office: UUID, kind: str, objects: Sequence[UUID]) -> int:
    """Take things out of the index; return how many were there."""
    return Item.objects.filter(office=office, kind=kind, object_id__in=objects).delete()[0]


def rebuild(*, office: UUID, kind: str) -> tuple[int, int]:
    """Index everything of a kind anew and forget what is gone. Needs the office's scope.

    Small transactions, so that nobody waits for long; a kill half-way leaves a sound index and a
    second call does the rest.

    Returns:
        how many things were indexed and how many forgotten.

    """
    indexed, last = 0, None
    while True:
        with transaction.atomic():
            _hold(office, kind, last)
            things = kinds[kind].things(last, CHUNK)
            _index_all(office, kind, things)
        if not things:
            break
        indexed, last = indexed + len(things), things[-1].object_id
    return indexed, _forget_gone(office, kind)


def _hold(office: UUID, kind: str, last: UUID | None) -> None:
    """Let services that change these things wait, so that older words don't overwrite theirs."""
    rows = Item.objects.filter(office=office, kind=kind).order_by("object_id")
    page = rows.filter(object_id__gt=last) if last else rows
    list(page.select_for_update().values_list("id", flat=True)[:CHUNK])


def _index_all(office: UUID, kind: str, things: Iterable[Findable]) -> None:
    for thing in things:
        index(
            office=office,
            kind=kind,
            object=thing.object_id,
            title=thing.title,
            text=thing.text,
            at=thing.at,
        )


def _forget_gone(office: UUID, kind: str) -> int:
    """Walk through the index and the things side by side, both in the order of ids."""
    gone, last = 0, None
    while True:
        rows = Item.objects.filter(office=office, kind=kind).order_by("object_id")
        page = rows.filter(object_id__gt=last) if last else rows
        known = list(page.values_list("object_id", flat=True)[:CHUNK])
        if not known:
            return gone
        things = kinds[kind].things(last, CHUNK)
        there = {thing.object_id for thing in things}
        # Beyond the last thing of this page nothing is known yet, unless it is the last of all.
        end = things[-1].object_id if len(things) == CHUNK else known[-1]
        absent = [key for key in known if key <= end and key not in there]
        gone += forget(office=office, kind=kind, objects=absent)
        last = min(end, known[-1])


def _uuid(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
