"""Rows that many tests begin with, made once by the real services and laid out again after.

Making the people of two offices and putting their SOP into force takes 200 ms; laying the rows out
again takes a few. A test that commits gets its own: what follows a commit would not follow here.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import connection

from kelola.ledger.models import Entry
from kelola.office.models import Office
from kelola.office.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")
# The rows of each table as SQL literals, in the order in which they were written.
Rows = dict[str, list[str]]
_kept: dict[tuple[str, str], tuple[bytes, list[str]]] = {}

# Every table with the column of its rows' order, then the columns of one that take values.
_TABLES = {
    "sqlite": "SELECT name, 'rowid' FROM pragma_table_list WHERE schema = 'main'"
    " AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename, 'ctid' FROM pg_tables WHERE schemaname = current_schema()",
}
_COLUMNS = {
    # The index of the search is found by its number alone.
    "sqlite": "SELECT 'rowid' WHERE '{table}' = 'search_marks' UNION ALL"
    " SELECT name FROM pragma_table_xinfo('{table}') WHERE hidden = 0",
    "postgresql": "SELECT column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND table_name = '{table}'"
    " AND is_generated = 'NEVER' ORDER BY ordinal_position",
}
_LITERAL = {"sqlite": 'quote("{column}")', "postgresql": 'quote_nullable("{column}"::text)'}
_NUMBERED = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND is_identity = 'YES'"
)


def remembered(name: str, make: Callable[[], Made]) -> Made:
    """Return what ``make`` returns, with its rows in the database; it runs once for each name.

    Args:
        name: of what is made; passwords of another hasher are another thing.
        make: begins where nothing was ever done, only adds rows, and returns something that can
            be pickled; on any other database it runs each time.

    """
    with unscoped("tests begin on an empty database"):
        empty = not (Office.objects.exists() or Entry.objects.exists())
    if not (empty and connection.in_atomic_block):
        return make()
    key = (name, settings.PASSWORD_HASHERS[0])
    if key not in _kept:
        before = _rows()
        made = make()
        _kept[key] = pickle.dumps(made), _statements(before, _rows())
        return made
    content, statements = _kept[key]
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
    made_again: Made = pickle.loads(content)
    return made_again


def _asked(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _columns(table: str) -> list[str]:
    return [name for (name,) in _asked(_COLUMNS[connection.vendor].format(table=table))]


def _rows() -> Rows:
    literal = _LITERAL[connection.vendor]
    found: Rows = {}
    for table, order in _asked(_TABLES[connection.vendor]):
        values = " || ',' || ".join(literal.format(column=c) for c in _columns(table))
        found[table] = [
            row for (row,) in _asked(f'SELECT {values} FROM "{table}" ORDER BY {order}')
        ]
    return found


def _statements(before: Rows, after: Rows) -> list[str]:
    """Return what adds the rows that came; PostgreSQL's own counters go on behind them."""
    statements = []
    for table, rows in after.items():
        known = set(before[table])
        assert known <= set(rows), f"rows of {table} were changed, not only added"
        columns = ",".join(f'"{name}"' for name in _columns(table))
        new = ",".join(f"({row})" for row in rows if row not in known)
        if new:
            statements.append(f'INSERT INTO "{table}" ({columns}) VALUES {new}')
    numbered = _asked(_NUMBERED) if connection.vendor == "postgresql" else []
    return statements + [
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
        for table, column in numbered
        if len(after[table]) > len(before[table])
    ]
