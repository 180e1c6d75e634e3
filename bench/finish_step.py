"""What it costs to finish a step: role, clock, form, next step, search and ledger, in one commit.

    python -m bench.finish_step

A new SQLite file with synchronous=FULL, or a PostgreSQL server with fsync. Printed are the time per
step, its statements, and the ratio to the same number of writes and one commit through the bare
driver.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING

from bench.ground import POSTGRESQL, installation, ms, p95, table, timed

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 40
WRITES = 6  # two steps, the ledger's entry and head, the search's words and marks


def steps() -> tuple[list[float], list[int], float]:
    """Carry runs of procedure B from first step to last.

    Returns the times, the statement counts, and the processor time of this process per step.
    """
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from kelola.office.scope import office_scope  # noqa: PLC0415
    from kelola.sop import services  # noqa: PLC0415
    from tests.people import make_people  # noqa: PLC0415
    from tests.runs import MINUTE, Desk, adopt  # noqa: PLC0415

    people = make_people()
    desk = Desk(people, adopt(people.court))
    times: list[float] = []
    counts: list[int] = []
    own = 0.0
    with office_scope(people.office.pk):
        for number in range(RUNS):
            run = desk.open("B", f"Permintaan {number}")
            for key in ("B1", "B2", "B3", "B4", "B5", "B6", "B7"):
                desk.now += MINUTE
                step = desk.step(run, key)
                activity = desk.procedure("B").activity(key)
                outcome = next(o.code for o in activity.outcomes if not o.is_return)
                data, by = desk.form(run, key), desk.who(step.role).person

                finish = partial(
                    services.finish_step,
                    step_id=step.id,
                    outcome=outcome,
                    data=data,
                    remarks="",
                    revision=step.revision,
                    by=by,
                    at=desk.now,
                )
                if number == 0:
                    with CaptureQueriesContext(connection) as captured:
                        finish()
                    counts.append(len(captured))
                else:
                    before = time.process_time()
                    times.append(timed(finish))
                    own += time.process_time() - before
    return times, counts, 1000 * own / len(times)


def bare_postgresql(writes: int) -> list[float]:
    """Return the times of as many bare inserts with one commit each round."""
    import psycopg  # noqa: PLC0415

    with psycopg.connect(os.environ["KELOLA_DATABASE_URL"]) as database:
        database.execute("CREATE TABLE t (id bigserial PRIMARY KEY, a text, b text, c text)")
        database.commit()

        def once() -> None:
            for _ in range(writes):
                database.execute("INSERT INTO t (a, b, c) VALUES (%s, %s, %s)", ("x" * 200,) * 3)
            database.commit()

        return [timed(once) for _ in range(300)]


def bare(folder: Path, writes: int) -> list[float]:
    """Return the times of as many bare writes with one commit each round."""
    database = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)")

    def once() -> None:
        database.execute("BEGIN IMMEDIATE")
        for _ in range(writes):
            database.execute("INSERT INTO t (a, b, c) VALUES (?, ?, ?)", ("x" * 200,) * 3)
        database.execute("COMMIT")

    return [timed(once) for _ in range(300)]


def main() -> None:
    """Measure and print."""
    with installation() as folder:
        times, counts, own = steps()
        raw = bare_postgresql(WRITES) if POSTGRESQL else bare(folder, WRITES)
    median, floor = statistics.median(times), statistics.median(raw)
    table(
        f"Finish a step, {'postgresql' if POSTGRESQL else 'sqlite'}",
        [
            ("steps measured", str(len(times)), ""),
            ("median", ms(median), "≤ 5 ms"),
            ("95th percentile", ms(p95(times)), ""),
            ("processor time of this process", ms(own), ""),
            ("statements", f"{min(counts)} to {max(counts)}", ""),
            (f"{WRITES} bare inserts and a commit, median", ms(floor), ""),
            ("ratio", f"{median / floor:.1f}", ""),
        ],
    )


if __name__ == "__main__":
    main()
