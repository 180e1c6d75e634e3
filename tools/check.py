"""Style, types and the storeys of the house, two at a time; each tool's own words on failure."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TOOLS = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("mypy",),
    ("lint-imports", "--no-logo"),
)


def look(command: tuple[str, ...]) -> tuple[tuple[str, ...], int, str, float]:
    """Run one tool; return it with its exit code, its output and the seconds it took."""
    start = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return command, done.returncode, done.stdout, time.monotonic() - start


def main() -> int:
    """Run every tool; return 0 when all agree."""
    bad = 0
    with ThreadPoolExecutor(2) as pool:
        for command, code, output, seconds in pool.map(look, TOOLS):
            print(f"{'ok ' if code == 0 else 'BAD'} {seconds:5.1f} s  {' '.join(command)}")
            if code != 0:
                bad += 1
                print(output)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
