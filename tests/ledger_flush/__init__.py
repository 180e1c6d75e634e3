"""An app of the test settings alone: its ``flush`` lifts the ledger's triggers and restores them.

Django empties all tables after a test that commits; the ledger refuses that to everybody else.
"""

from __future__ import annotations

from contextlib import contextmanager

from kelola.ledger import triggers


@contextmanager
def lifted(connection):
    """Drop the triggers for a while, as somebody with the database in hand could."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in triggers.SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for name in triggers.POSTGRESQL:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {triggers.TABLE}")
    try:
        yield
    finally:
        triggers.install(connection)
