"""What it costs to finish a step: role, clock, form, next step and ledger entry, in one commit.

    python -m bench.finish_step

A new SQLite file with synchronous=FULL. Printed are the time per step, its statements, and the
ratio to the same number of writes and one commit through the bare driver.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 40
ROOT = Path(__file__).resolve().parent.parent


def prepare(folder: str) -> None:
    """Point Kelola at an empty folder and migrate it."""
    os.environ["KELOLA_DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    import django  # noqa: PLC0415 - after the environment is set

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def timed(act: Callable[[], object]) -> float:
    """Return the milliseconds an act takes."""
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def steps() -> tuple[list[float], list[int]]:
    """Carry runs of procedure B from first step to last; return times and statement counts."""
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
                    times.append(timed(finish))
    return times, counts


def bare(folder: str, writes: int) -> list[float]:
    """Return the times of as many bare writes with one commit each round."""
    database = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
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
    with tempfile.TemporaryDirectory(prefix="kelola-bench-") as folder:
        prepare(folder)
        times, counts = steps()
        raw = bare(folder, 4)
    median, floor = statistics.median(times), statistics.median(raw)
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
          f"SQLite {sqlite3.sqlite_version}, synchronous=FULL\n")  # fmt: skip
    print("| finish a step | value |\n|---|---|")
    print(f"| steps measured | {len(times)} |")
    print(f"| median | {median:.2f} ms |")
    print(f"| 95th percentile | {statistics.quantiles(times, n=20)[-1]:.2f} ms |")
    print(f"| statements | {min(counts)} to {max(counts)} |")
    print(f"| four bare inserts and a commit, median | {floor:.2f} ms |")
    print(f"| ratio | {median / floor:.1f} |")


if __name__ == "__main__":
    main()
