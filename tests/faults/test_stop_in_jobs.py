"""Each job there is, stopped in its middle: told to end it finishes, killed it runs again."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from kelola.jobs.schedule import jobs
from tests.faults.installation import Installation, alive, until

if TYPE_CHECKING:
    from pathlib import Path

GRACE = 30.0  # seconds from SIGTERM to the end
LONG_AGO = "2000-01-01 00:00:00+00:00"


class Bench:
    """A running installation whose jobs are held one by one."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation, self.folder = installation, folder
        folder.mkdir()
        installation.up("--no-demo", program=("-m", "tests.faults.quick", str(folder)))
        until(lambda: not self.unfinished(), "every job's first turn")

    def unfinished(self, job: str = "%") -> int:
        """Count the turns that are not done, and the jobs that had none."""
        like = f"FROM jobs_jobslot WHERE job LIKE '{job}'"
        waiting = self.installation.rows(f"SELECT count(*) {like} AND state <> 'done'")[0][0]
        had = self.installation.rows(f"SELECT count(DISTINCT job) {like}")[0][0]
        return int(waiting) + (len(jobs) if job == "%" else 1) - int(had)

    def hold(self, job: str) -> int:
        """Let a job have one more turn, held in its middle; return its worker."""
        for name in ("on", f"{job}.held", f"{job}.ended"):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / "wanted").write_text(job)
        self.again(job)
        note = self.folder / f"{job}.held"
        return int(until(lambda: note.exists() and note.read_text(), f"the middle of {job}"))

    def again(self, job: str) -> None:
        self.installation.rows(
            f"UPDATE jobs_jobslot SET state = 'due', attempts = 0, next_at = '{LONG_AGO}' WHERE id"
            f" = (SELECT max(id) FROM jobs_jobslot WHERE job = '{job}')"
        )

    def go_on(self) -> None:
        (self.folder / "on").touch()

    def ended(self, job: str) -> bool:
        return (self.folder / f"{job}.ended").exists()

    def expire(self, job: str) -> None:
        """Let the time pass after which an attempt is believed dead."""
        self.installation.rows(
            f"UPDATE jobs_jobslot SET next_at = '{LONG_AGO}' "
            f"WHERE job = '{job}' AND state = 'running'"
        )


def test_every_job_stopped_in_its_middle(demo: Installation, tmp_path: Path) -> None:
    """A new job is asked too: the list is that of the schedule."""
    bench = Bench(demo, tmp_path / "bench")
    slow = {}
    for job in sorted(jobs):
        worker = bench.hold(job)
        start = time.monotonic()
        os.kill(worker, signal.SIGTERM)
        bench.go_on()
        until(lambda now=worker: not alive([now]), f"the end of the worker of {job}")
        slow[job] = time.monotonic() - start
        assert bench.ended(job), f"{job} was cut off"
        until(lambda now=job: not bench.unfinished(now), f"{job} noted as done")

        worker = bench.hold(job)
        os.kill(worker, signal.SIGKILL)
        until(lambda now=worker: not alive([now]), f"the death of the worker of {job}")
        assert not bench.ended(job), job
        bench.expire(job)
        until(lambda now=job: bench.ended(now) and not bench.unfinished(now), f"{job} once more")
    assert max(slow.values()) < GRACE, slow
    failed = "SELECT job, error FROM jobs_jobslot WHERE error <> ''"
    assert demo.rows(failed) == []
    assert demo.stop() < GRACE
    demo.sound()


@pytest.mark.parametrize("job", ["jobs.follow"])
def test_a_job_that_does_not_end_is_ended(demo: Installation, tmp_path: Path, job: str) -> None:
    """The whole installation is told to stop while a job hangs: it waits its time and no longer."""
    bench = Bench(demo, tmp_path / "bench")
    bench.hold(job)
    assert demo.stop() < GRACE
    assert not bench.ended(job)
    assert demo.rows(f"SELECT count(*) FROM jobs_jobslot WHERE job = '{job}' AND attempts = 1")
    demo.sound()
