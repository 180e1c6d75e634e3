"""An office that has worked for years: rows copied inside the database from real runs.

The models are made by the services; copies differ in their keys, numbers and times. 1,000,000 steps
take seconds this way instead of hours.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from kelola.jobs.services import keep_statistics
from kelola.office.scope import unscoped
from kelola.sop.models import Run, Step
from tests.people import make_people
from tests.runs import Desk, adopt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.utils import CursorWrapper

SQLITE = connection.vendor == "sqlite"
NEW_ID = "lower(hex(randomblob(16)))" if SQLITE else "gen_random_uuid()"


def new_office() -> Desk:
    """Return an office with its people, SOP/AS/29 in force, and a clock at this minute."""
    people = make_people()
    now = timezone.now().replace(second=0, microsecond=0)
    return Desk(people, adopt(people.court), now=now - timedelta(minutes=30))


def multiply(
    run: Run, copies: int, *, minutes_apart: float = 1.0, oldest_first: bool = False
) -> None:
    """Copy a run with all its steps, each copy so many minutes earlier than the one before.

    With ``oldest_first`` the rows lie in the database as years of work leave them: those of a run
    beside each other.
    """
    with unscoped("measurements copy rows inside the database"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copied")
        cursor.execute(
            f"CREATE TEMPORARY TABLE copied AS {_series(copies)} SELECT i, {NEW_ID} AS id FROM n"
        )
        first = Run.objects.count() + 1000
        order = " ORDER BY c.i DESC" if oldest_first else ""
        here = run.id.hex if SQLITE else str(run.id)
        _copy(
            cursor,
            Run,
            {"id": "c.id", "sequence": f"{first} + c.i", "number": f"'{first}-' || c.i"},
            minutes_apart,
            f"r.id = '{here}'{order}",
        )
        steps = {"id": NEW_ID, "run_id": "c.id"}
        _copy(cursor, Step, steps, minutes_apart, f"r.run_id = '{here}'{order}")
        cursor.execute("DROP TABLE copied")
        if not keep_statistics():  # by the job that does it every day; PostgreSQL does it itself
            cursor.execute("ANALYZE")


def _series(copies: int) -> str:
    if SQLITE:
        return f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies})"
    return f"WITH n AS (SELECT generate_series(1, {copies}) AS i)"


def _copy(
    cursor: CursorWrapper,
    model: type[Run | Step],
    changed: Mapping[str, str],
    minutes_apart: float,
    where: str,
) -> None:
    names, values = [], []
    for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's public name
        column = str(field.column)
        names.append(f'"{column}"')
        if column in changed:
            values.append(changed[column])
        elif field.get_internal_type() == "DateTimeField":
            values.append(_earlier(column, minutes_apart))
        else:
            values.append(f'r."{column}"')
    into = model._meta.db_table  # noqa: SLF001 - Django's public name
    cursor.execute(
        f"INSERT INTO {into} ({', '.join(names)}) "
        f"SELECT {', '.join(values)} FROM {into} r CROSS JOIN copied c WHERE {where}"
    )


def _earlier(column: str, minutes_apart: float) -> str:
    if SQLITE:
        shift = f"'-' || (c.i * {minutes_apart}) || ' minutes'"
        return f"strftime('%Y-%m-%d %H:%M:%f000', r.\"{column}\", {shift})"
    return f"r.\"{column}\" - c.i * {minutes_apart} * interval '1 minute'"
