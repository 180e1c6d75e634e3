"""What every measurement stands on: an empty data folder, a clock, a table.

``KELOLA_BENCH_ENGINE=postgresql`` measures on a PostgreSQL server of its own that keeps fsync on.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
ENGINE = "KELOLA_BENCH_ENGINE"
POSTGRESQL = os.environ.get(ENGINE) == "postgresql"


@contextmanager
def installation() -> Iterator[Path]:
    """Point Kelola at an empty folder, migrate it, and clear it away afterwards.

    The settings are those of the tests (a quick password hash, jobs at once): nothing here measures
    a sign-in or a job.
    """
    with tempfile.TemporaryDirectory(prefix="kelola-bench-") as folder:
        sys.path[:0] = [str(ROOT), str(ROOT / "src")]
        os.environ.pop(ENGINE, None)  # no setting of Kelola's
        if POSTGRESQL:
            from tests.engine import start_postgresql  # noqa: PLC0415 - it sets the environment

            os.environ["KELOLA_DATABASE_URL"], _server = start_postgresql(durable=True)
        os.environ["KELOLA_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django  # noqa: PLC0415 - after the environment is set
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield Path(folder)
        from django.db import connections  # noqa: PLC0415

        connections.close_all()


def timed(act: Callable[[], object]) -> float:
    """Return the milliseconds an act takes."""
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def repeated(act: Callable[[], object], times: int = 40) -> list[float]:
    """Return the milliseconds of each of so many acts, after one that warms up."""
    act()
    return [timed(act) for _ in range(times)]


def measured(name: str, act: Callable[[], object], target: str = "") -> list[tuple[str, str, str]]:
    """Repeat an act; return its median, its 95th percentile and what this process computed.

    On a machine with other work the last stays true when the first two do not.
    """
    act()
    before = time.process_time()
    times = [timed(act) for _ in range(40)]
    own = 1000 * (time.process_time() - before) / len(times)
    return [
        (f"{name}, median", ms(statistics.median(times)), target),
        (f"{name}, 95th percentile", ms(p95(times)), ""),
        (f"{name}, processor time of this process", ms(own), ""),
    ]


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def table(title: str, rows: Iterable[tuple[str, str, str]]) -> None:
    """Print a table in Markdown: what, value, target ("" when none is set)."""
    print(f"\n### {title}\n\n| what | measured | target |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def ms(value: float) -> str:
    """Return milliseconds in words."""
    return f"{value:.1f} ms" if value < 100 else f"{value:.0f} ms"  # noqa: PLR2004 - rounding
