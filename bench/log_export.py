"""What it costs to write the log of a million marks, and how much memory it takes.

python -m bench log_export

The rows are copies of real runs in a database of its own; each format is written by the command
itself, in a process of its own, whose peak of memory is what the system says of it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.ground import installation, table

if TYPE_CHECKING:
    from pathlib import Path

MARKS = 1_000_000
SECONDS, MEMORY = "≤ 60 s", "≤ 150 MB"


def grow() -> tuple[str, int]:
    """Fill an office; return its id and how many marks its log has."""
    from bench.grown import multiply, new_office  # noqa: PLC0415 - after the environment is set
    from kelola.office.scope import office_scope  # noqa: PLC0415
    from kelola.sop.exchange import log  # noqa: PLC0415

    desk = new_office()
    office = desk.people.office
    with office_scope(office.pk):
        run = desk.walk(desk.open("B", "Printer PTSP macet"))
        today = desk.now.date()
        asked = log.period(office.pk, today - timedelta(days=2), today + timedelta(days=1))
        each = sum(len(trace.marks) for trace in log.traces(asked))
        copies = -(-MARKS // each)
        multiply(run, copies - 1, minutes_apart=1, oldest_first=True)
    return str(office.pk), each * copies


def written(kind: str, office: str, folder: Path) -> tuple[float, float, int]:
    """Write the log by the command; return its seconds, its peak in MB and the file's bytes."""
    target = folder / f"log.{kind}"
    command = [sys.executable, "-m", "kelola", "log", "export", "--format", kind,
               "--from", "2020-01-01", "--to", "2035-12-31", "--office", office,
               "--out", str(target)]  # fmt: skip
    start = time.perf_counter()
    subprocess.run(command, check=True, env=os.environ, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, peak, target.stat().st_size


def main() -> None:
    """Measure and print."""
    with installation() as folder:
        office, marks = grow()
        rows = []
        # The system keeps the peak of all children so far: the second can only seem dearer.
        for kind in ("csv", "xes"):
            seconds, peak, size = written(kind, office, folder)
            rows.append((f"{kind}, {marks:,} marks, {size >> 20} MB", f"{seconds:.1f} s", SECONDS))
            rows.append((f"{kind}, peak of memory", f"{peak:.0f} MB", MEMORY))
    table("The log of an office's runs", rows)


if __name__ == "__main__":
    main()
