"""Triggers that refuse to change or delete an entry, whoever asks the database.

They are made after every migration: rebuilding a table (SQLite's way to alter it) drops them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "ledger_entry"

# REPLACE INTO deletes the old row without asking a DELETE trigger, by number or by id.
SQLITE = {
    "ledger_entry_no_update": (
        "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry "
        "BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed or deleted'); END"
    ),
    "ledger_entry_no_delete": (
        "CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry "
        "BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed or deleted'); END"
    ),
    "ledger_entry_no_replace": (
        "CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry "
        "WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE chain = NEW.chain AND seq = NEW.seq) "
        "OR EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed or deleted'); END"
    ),
}

FUNCTION = "ledger_entry_refuse"
BODY = (
    " BEGIN RAISE EXCEPTION 'ledger entries are never changed or deleted' "
    "USING ERRCODE = 'restrict_violation'; END "
)
POSTGRESQL = {
    "ledger_entry_no_change": "BEFORE UPDATE OR DELETE",
    "ledger_entry_no_truncate": "BEFORE TRUNCATE",
}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that are absent, altered or switched off."""
    look = _missing_sqlite if connection.vendor == "sqlite" else _missing_postgresql
    return look(connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that are missing. Nothing to do where the table is not."""
    if TABLE not in connection.introspection.table_names():
        return
    absent = missing(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in absent:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(SQLITE[name])
        elif absent:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger "
                f"LANGUAGE plpgsql AS $${BODY}$$"
            )
            for name in absent:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
                cursor.execute(
                    f"CREATE TRIGGER {name} {POSTGRESQL[name]} ON {TABLE} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
                )
                # ALWAYS: a session that plays replica would pass an ordinary trigger.
                cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}")


def _missing_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
        )
        present = dict(cursor.fetchall())
    return [name for name, sql in SQLITE.items() if present.get(name) != sql]


def _missing_postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled = 'A' AND p.prosrc = %s",
            [TABLE, BODY],
        )
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in POSTGRESQL if name not in present]
