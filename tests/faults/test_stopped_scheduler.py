"""A scheduler that is stopped while another one takes over, and then wakes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.installation import ROOT, Installation, children, until

# A scheduler alone, as a second machine would run it.
ALONE = """
import sys
from pathlib import Path
from tests.faults.quick import prepare
prepare(Path(sys.argv[1]))
import django
django.setup()
from kelola.jobs.scheduler import run_scheduler
run_scheduler()
"""
SLOTS = "SELECT slot_at, state, attempts FROM jobs_jobslot WHERE job = 'tests.tick'"


def stop_asleep(pid: int, folder: Path) -> None:
    """Stop a scheduler between two looks: in the middle of one it would hold what it writes."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        until(
            lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T",
            "its stop",
        )
        if not (folder / "looking").exists():
            return
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.05)


def test_a_stopped_scheduler_wakes_and_repeats_nothing(demo: Installation, tmp_path: Path) -> None:
    bench = tmp_path / "bench"
    bench.mkdir()
    (bench / "tick").touch()
    demo.up("--no-demo", program=("-m", "tests.faults.quick", str(bench)))
    until(lambda: len(demo.rows(SLOTS)) >= 2, "the first turns")
    assert demo.running is not None
    stopped = children(demo.running.pid)[-1]  # web, worker, scheduler
    stop_asleep(stopped, bench)
    time.sleep(1.2)  # a turn is missed
    before = len(demo.rows(SLOTS))
    with (tmp_path / "other.log").open("w") as log:
        other = subprocess.Popen(
            [sys.executable, "-c", ALONE, str(bench)],
            cwd=ROOT, env=demo.environment | {"DJANGO_SETTINGS_MODULE": "kelola.config.settings"},
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        until(lambda: len(demo.rows(SLOTS)) >= before + 2, "turns opened by the other one")
        os.kill(stopped, signal.SIGCONT)
        both = len(demo.rows(SLOTS))
        until(lambda: len(demo.rows(SLOTS)) >= both + 3, "turns while both look")
    finally:
        os.kill(stopped, signal.SIGCONT)
        other.terminate()
        assert other.wait(timeout=30) == 0, (tmp_path / "other.log").read_text()
    assert demo.stop() < 30
    slots = demo.rows(SLOTS)
    assert len({at for at, _state, _attempts in slots}) == len(slots)
    ran = [attempts for _at, state, attempts in slots if state == "done"]
    assert set(ran) == {1}
    assert (bench / "ticks").read_text().count("\n") == len(ran)
    demo.sound()
