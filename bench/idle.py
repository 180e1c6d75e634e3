"""The memory of every process of `kelola up`, idle, with the demo office.

    python -m bench.idle

PSS (proportional set size, /proc/PID/smaps_rollup) counts a page shared by n processes as 1/n.
"""

from __future__ import annotations

import time
from pathlib import Path

from bench.ground import table
from bench.serving import serving

SETTLED = 20.0  # seconds


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def pss(pid: int) -> float:
    """Return the PSS of a process in MiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no PSS")


def name(pid: int) -> str:
    """Return what a process calls itself."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


def main() -> None:
    """Measure and print."""
    with serving() as (process, address):
        import urllib.request  # noqa: PLC0415 - one request, so that the web worker is warm

        with urllib.request.urlopen(address + "masuk/", timeout=30) as answer:
            answer.read()
        time.sleep(SETTLED)
        rows = [(f"{name(pid)}", f"{pss(pid):.0f} MiB", "") for pid in family(process.pid)]
        total = sum(pss(pid) for pid in family(process.pid))
    table("Memory, idle", [*rows, ("all processes", f"{total:.0f} MiB", "≤ 300 MiB")])


if __name__ == "__main__":
    main()
