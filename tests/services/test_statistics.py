"""SQLite is told how its rows are spread, so that the desk stays quick after years."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.grown import multiply
from kelola.jobs import tasks
from kelola.jobs.services import keep_statistics
from kelola.sop import queries


def statistics() -> int:
    """Return how many rows of statistics SQLite has of steps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'sop_step'")
        return int(cursor.fetchone()[0])


def indexes_of_the_inbox(desk) -> set[str]:
    """Return which indexes of steps the desk's list goes by."""
    andi, today = desk.people.andi.person, desk.now.date()
    roles = queries.roles_of(andi, today)
    with CaptureQueriesContext(connection) as captured:
        list(queries.inbox(andi, roles, today))
    (asked,) = [q["sql"] for q in captured if 'FROM "sop_step"' in q["sql"]][-1:]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked}")
        lines = " ".join(str(row[3]) for row in cursor.fetchall())
    return set(re.findall(r"step_by_\w+|sqlite_autoindex_sop_step_\d", lines))


def test_the_desk_goes_by_the_run_and_not_by_all_that_somebody_ever_did(desk):
    multiply(desk.walk(desk.open("B")), 300)
    desk.open("B")
    tasks.statistics(at=timezone.now() + timedelta(days=1))
    if connection.vendor == "postgresql":
        assert not keep_statistics()  # the server's own affair
        return
    assert statistics() > 3
    assert "step_by_performer" not in indexes_of_the_inbox(desk)


def test_the_sweep_looks_at_open_dues_alone(desk):
    desk.open("B")
    with CaptureQueriesContext(connection) as captured:
        assert queries.offices_with_dues(desk.now + timedelta(days=365)) == [desk.people.office.pk]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            indexes = ("step_reminds", "step_falls_due", "step_escalates")
            for query, index in zip(captured, indexes, strict=True):
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                assert index in str(cursor.fetchall())
