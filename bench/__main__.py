"""Every measurement, one after the other, as Markdown.

    python -m bench            all of them
    python -m bench inbox wire some of them
    KELOLA_BENCH_ENGINE=postgresql python -m bench inbox

Each runs in a process of its own on an installation of its own: none warms another's cache. What
it prints is kept under bench/results/.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.ground import POSTGRESQL, ROOT
from bench.results import keep

ALL = (
    "finish_step", "inbox", "dues", "reminders", "rounds", "pages", "api", "papers", "form",
    "exchange", "log_export", "year", "idle", "wire", "runs",
)  # fmt: skip
LIBRARIES = ("django", "gunicorn", "huey", "typst", "django-ninja", "psycopg")


def heading() -> str:
    """Return the machine, the versions and the load the figures belong to."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**3
    kernel = ".".join(platform.release().split(".")[:2])
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"## Measurements of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n"
        f"{platform.machine()}, {os.cpu_count()} processors, {memory} GiB memory, "
        f"{platform.system()} {kernel}, load {os.getloadavg()[0]:.1f} at the start.\n"
        f"Python {platform.python_version()}, {_database()}, "
        f"{versions}."
    )


def _database() -> str:
    if POSTGRESQL:
        newest = max(Path("/usr/lib/postgresql").glob("*"), key=lambda p: int(p.name))
        return f"PostgreSQL {newest.name} with fsync on"
    return f"SQLite {sqlite3.sqlite_version} at synchronous=FULL"


def measure(name: str) -> bool:
    """Run one measurement, print and keep what it prints; tell whether it ended well."""
    about = heading()
    print(about, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    print(done.stdout, flush=True)
    if done.returncode == 0:
        keep(f"{name}-postgresql" if POSTGRESQL else name, about, done.stdout)
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Run the measurements of these names; return 1 when one of them fails."""
    unknown = set(names) - set(ALL)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(ALL)}")
        return 2
    failed = [name for name in names or ALL if not measure(name)]
    for name in failed:
        print(f"\n{name} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
