"""Memory and room for new processes run out under a running Kelola, and come back."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from tests.faults.installation import Installation, alive, children, family, until
from tests.faults.invariants import assert_discreet
from tests.faults.test_stop import form, web_worker
from tests.faults.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 4000
SOON = 30.0  # seconds: gunicorn takes a worker for dead after 120
PAGE = "/pengaturan/impor/"
PEOPLE = "SELECT count(*) FROM office_person"
HEAD = "SELECT sum(seq) FROM ledger_head"
WORK = "SELECT job, slot_at FROM jobs_jobslot WHERE state = 'done'"


@contextlib.contextmanager
def no_memory(pid: int) -> Iterator[None]:
    """Let a process have no more memory than it has."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (pages * resource.getpagesize(), before[1]))
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):  # it was replaced
            resource.prlimit(pid, resource.RLIMIT_AS, before)


class Pen:
    """A group of processes that may be given no room for one more. Its limit binds root too."""

    def __init__(self, pids: list[int]) -> None:
        top = Path("/sys/fs/cgroup/pids")  # version 1 has a tree for each kind of limit
        top = top if top.is_dir() else top.parent
        self.place = top / f"kelola-{uuid.uuid4().hex}"
        self.place.mkdir()
        for pid in pids:
            (self.place / "cgroup.procs").write_text(str(pid))
        self.top = top

    def most(self, number: str) -> None:
        (self.place / "pids.max").write_text(number)

    def remove(self) -> None:
        """Remove the group when all in it have ended."""

        def gone() -> bool:
            with contextlib.suppress(OSError):
                self.place.rmdir()
            return not self.place.exists()

        until(gone, "the end of all in the group")


def table() -> bytes:
    lines = ["nama,nip,jabatan"]
    lines += [f"Pegawai Nomor {n} {'x' * 400},,Staf {n}" for n in range(ROWS)]
    return "\r\n".join(lines).encode()


def test_a_web_worker_without_memory_says_so_and_goes_on(demo: Installation) -> None:
    demo.up("--no-demo")
    budi = Visitor(demo)
    budi.sign_in("budi")
    drawn = budi.get(PAGE)
    assert drawn.status == 200
    token = drawn.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    fields = {"csrfmiddlewaretoken": token, "act": "look"}
    body, kind = form(fields, "file", table(), name="pegawai.csv", media="text/csv")
    paper = f"/alur/{UUID(str(demo.rows('SELECT id FROM sop_run')[0][0]))}/lembar/"
    people, entries = demo.rows(PEOPLE), demo.rows(HEAD)
    worker = web_worker(demo)
    with no_memory(worker):
        told = budi.ask(PAGE, body, **{"Content-Type": kind})
        assert (told.status, told.headers.get("Retry-After")) == (503, "10")
        assert "Kelola sedang sibuk" in told.text
        assert_discreet(told.body, str(demo.folder))
        # What makes papers is no Python: it finds no letters, or takes the process along.
        assert budi.get(paper).status in (0, 500, 503)
    start = time.monotonic()
    until(lambda: demo.status("/masuk/") == 200, "the answers of others")
    assert time.monotonic() - start < SOON
    assert (demo.rows(PEOPLE), demo.rows(HEAD)) == (people, entries)
    again = budi.ask(PAGE, body, **{"Content-Type": kind})
    assert again.status in (200, 422)
    assert "Kelola sedang sibuk" not in again.text
    assert budi.get(paper).body.startswith(b"%PDF")
    assert demo.stop() < 30
    demo.sound()


def test_without_room_for_a_process_the_others_go_on(demo: Installation) -> None:
    demo.up("--no-demo")
    assert demo.running is not None
    supervisor = demo.running.pid
    web, worker, scheduler = children(supervisor)
    until(lambda: demo.rows(WORK), "a job")
    pen = Pen([supervisor, *family(supervisor)])
    try:
        pen.most("1")
        os.kill(worker, signal.SIGKILL)
        until(lambda: not alive([worker]), "its death")
        log = demo.folder.parent / "up.log"
        until(lambda: "could not be started" in log.read_text(), "a start that fails")
        assert alive([supervisor, web, scheduler]) == [supervisor, web, scheduler]
        assert demo.status("/masuk/") == 200
        pen.most("max")
        until(lambda: len(children(supervisor)) == 3, "the worker that comes after")
        assert demo.stop() < 30
    finally:
        pen.most("max")
        demo.remove()
        pen.remove()
        demo.server = ""
    assert "Traceback" not in log.read_text()
