"""All tests, on both databases, three sets at a time.

    python tools/tests.py [set …]

One process serves one database, so the sets that ask the database run twice. Prints each set's own
output as it ends, then the slowest twenty tests and files and one line per set, with the seconds it
took and the processor's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
SLOWEST = 20
AT_ONCE = 3  # faults and stories wait half of their time; measured on two processors
ON_BOTH = ("services", "web", "api", "migrations")


@dataclass
class Set:
    """Folders of tests that one pytest process runs on one engine."""

    name: str
    folders: tuple[str, ...]
    engine: str
    options: tuple[str, ...] = ()
    seconds: float = 0.0
    busy: float = 0.0
    code: int = 0
    last: str = ""
    slow: list[tuple[float, str]] = field(default_factory=list)


SETS = (  # the longest first
    Set("browser", ("browser",), "sqlite"),
    Set("faults-postgresql", ("faults",), "postgresql"),
    Set("faults-sqlite", ("faults",), "sqlite"),
    Set("postgresql", ON_BOTH, "postgresql"),
    Set("sqlite", ON_BOTH, "sqlite"),
    Set("browser-postgresql", ("browser",), "postgresql", ("-m", "both_engines")),
    Set("rules", ("rules", "house"), "sqlite"),
)


def perform(one: Set) -> tuple[Set, str]:
    """Run one set; return it with its output."""
    folders = [f"tests/{name}" for name in one.folders if (ROOT / "tests" / name).is_dir()]
    environment = {**os.environ, "KELOLA_TEST_ENGINE": one.engine}
    # Hundreds of processes would each compile the modules anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kelola-junit-") as folder:
        notes, output = Path(folder) / "notes.xml", Path(folder) / "output"
        with output.open("w") as file:
            pytest = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-q", "--durations=0", "--durations-min=999",
                 f"--junitxml={notes}", "-o", f"cache_dir=.pytest_cache/{one.name}", *one.options,
                 *folders],
                cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
            _pid, status, used = os.wait4(pytest.pid, 0)
        one.code = pytest.returncode = os.waitstatus_to_exitcode(status)
        said = output.read_text(encoding="utf-8", errors="replace")
        if notes.exists():
            one.slow = [
                (float(t.get("time", "0")), f"{one.name}: {t.get('classname')}::{t.get('name')}")
                for t in ET.parse(notes).iter("testcase")  # noqa: S314 - pytest wrote it just now
            ]
    one.seconds, one.busy = time.monotonic() - start, used.ru_utime + used.ru_stime
    one.last = said.rstrip().rsplit("\n", 1)[-1]
    return one, said


def main(names: list[str]) -> int:
    """Run the named sets, or all; return 0 when every test passed."""
    unknown = set(names) - {s.name for s in SETS}
    if unknown:
        print(f"{__doc__}\nSets: {', '.join(s.name for s in SETS)}")
        return 2
    chosen = [s for s in SETS if not names or s.name in names]
    start = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(perform, s) for s in chosen]):
            one, output = done.result()
            print(f"\n──── {one.name} ────\n{output.rstrip()}", flush=True)
    timed = [t for s in chosen for t in s.slow]
    files: defaultdict[str, float] = defaultdict(float)
    for seconds, test in timed:
        files[test.partition("::")[0]] += seconds
    for slowest in (
        sorted(timed, reverse=True),
        sorted(((s, f) for f, s in files.items()), reverse=True),
    ):
        print("\nThe slowest:")
        for seconds, what in slowest[:SLOWEST]:
            print(f"{seconds:7.2f} s  {what}")
    print()
    for one in chosen:
        print(f"{one.name:20} {one.seconds:6.1f} s {one.busy:6.1f} s  {one.last}")
    busy = sum(s.busy for s in chosen)
    print(f"{'together':20} {time.monotonic() - start:6.1f} s {busy:6.1f} s")
    return 1 if any(s.code for s in chosen) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
