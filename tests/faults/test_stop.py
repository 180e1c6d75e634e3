"""Real processes: killed in the middle of an upload, told to stop in a job, short of handles."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.faults.installation import Installation, alive, children, until
from tests.faults.visitor import Answer, Visitor, ready_steps
from tests.runs import png

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW_JOB = """
import sys, time
from datetime import timedelta
from pathlib import Path
from kelola.jobs.schedule import scheduled

@scheduled("tests.slow", every=timedelta(days=1))
def slow(*, at):
    "Take a while."
    Path(sys.argv[1], "begun").touch()
    time.sleep(4)
    Path(sys.argv[1], "ended").touch()

from kelola.__main__ import main
raise SystemExit(main(sys.argv[2:]))
"""
FEW_HANDLES = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
sys.argv[0] = "kelola"
runpy.run_module("kelola", run_name="__main__")
"""


def test_a_job_that_runs_is_let_finish(demo: Installation, tmp_path: Path) -> None:
    demo.up("--no-demo", program=("-c", SLOW_JOB, str(tmp_path)))
    until((tmp_path / "begun").exists, "the beginning of the job")
    assert demo.stop() < 30
    assert (tmp_path / "ended").exists()
    state = "SELECT state FROM jobs_jobslot WHERE job = 'tests.slow'"
    assert demo.rows(state) == [("done",)]
    demo.sound()


@contextlib.contextmanager
def no_commits(installation: Installation) -> Iterator[None]:
    """Hold what every upload needs last, so that it stops between its file and its rows."""
    if installation.server:
        with psycopg.connect(installation.url) as holder:
            holder.execute("SELECT * FROM ledger_head FOR UPDATE")
            yield
        return
    holder = sqlite3.connect(installation.folder / "kelola.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.close()


def web_worker(installation: Installation) -> int:
    """The web worker is the only grandchild: gunicorn's arbiter forked it."""
    assert installation.running is not None
    pid = installation.running.pid
    return int(until(lambda: [g for c in children(pid) for g in children(c)], "the worker")[0])


def test_a_web_worker_killed_between_file_and_row(demo: Installation) -> None:
    demo.up("--no-demo")
    andi = Visitor(demo)
    andi.sign_in()
    page, field, token = upload_form(demo, andi)
    before = demo.rows("SELECT count(*) FROM evidence_document")
    known = set(demo.folder.glob("files/*/??/*"))
    answers: list[Answer] = []
    body, kind = form({"csrfmiddlewaretoken": token, "revision": "0"}, field, png(shade=3))

    def send() -> Answer:
        return andi.ask(f"{page}selesaikan/", body, **{"Content-Type": kind})

    sending = threading.Thread(target=lambda: answers.append(send()))
    worker = web_worker(demo)
    with no_commits(demo):
        sending.start()
        until(lambda: set(demo.folder.glob("files/*/??/*")) - known, "the file under its name")
        os.kill(worker, signal.SIGKILL)
        until(lambda: not alive([worker]), "its death")
    sending.join()
    assert answers[0].status == 0  # the browser says that it could not be sent
    assert demo.rows("SELECT count(*) FROM evidence_document") == before
    until(lambda: demo.status("/masuk/") == 200, "the next worker")
    # The same file again: it is stored, and the stray of the first try is that very file.
    again = send()
    assert again.status in (200, 422)
    assert demo.rows("SELECT count(*) FROM evidence_document")[0][0] == before[0][0] + 1
    demo.stop()
    demo.sound()


def upload_form(demo: Installation, andi: Visitor) -> tuple[str, str, str]:
    """Return a step's page that takes a picture, the field's name and the proof of origin."""
    for role in ("operator_admin", "operator"):
        for step in ready_steps(demo, role):
            page = f"/langkah/{step}/"
            text = andi.get(page).text
            field = re.search(r'<input[^>]*type="file"[^>]*name="([^"]+)"', text) or re.search(
                r'<input[^>]*name="([^"]+)"[^>]*type="file"', text
            )
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
            if field and token:
                return page, field[1], token[1]
    raise AssertionError("no step of the demo takes a file")


def form(
    fields: dict[str, str],
    field: str,
    content: bytes,
    *,
    name: str = "foto.png",
    media: str = "image/png",
) -> tuple[bytes, str]:
    """Return the body of a form with one file, and its kind."""
    edge = "kelola-edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    parts += [head.encode(), f"Content-Type: {media}\r\n\r\n".encode(), content]
    return b"".join(
        [*parts, f"\r\n--{edge}--\r\n".encode()]
    ), f"multipart/form-data; boundary={edge}"


def test_few_handles_are_enough_and_none_is_lost(demo: Installation) -> None:
    """64 open files at most: 1,000 requests later as many are open as before."""
    demo.up("--no-demo", program=("-c", FEW_HANDLES))
    worker = web_worker(demo)
    open_now = lambda: len(list(Path(f"/proc/{worker}/fd").iterdir()))  # noqa: E731
    for _n in range(20):
        assert demo.status("/masuk/") == 200
    before = open_now()
    for _n in range(1000):
        assert demo.status("/masuk/") == 200
    end = time.monotonic() + 10
    while open_now() > before + 2 and time.monotonic() < end:
        time.sleep(0.1)
    assert open_now() <= before + 2
    assert web_worker(demo) == worker
    assert demo.stop() < 30
