"""The plug is pulled while people work: Kelola starts again without anybody's doing."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

import pytest

from tests.faults.installation import Installation, alive, family, until
from tests.faults.test_up import OFFICE

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "kapur barus tujuh"
LAN = {"KELOLA_LAN_PORT": "0", "KELOLA_LAN_HOST": "127.0.0.1", "KELOLA_LAN_NAMES": '["a.test"]'}
# Each cut leaves the sign-ins under way counted as tries: three people with one name are too many.
PATIENT = {"KELOLA_SIGN_IN_FAILURES": "20"}


def sign_in(made: Installation) -> bool:
    """Sign in by the form; return whether the desk was reached."""
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    address = f"{made.address}/masuk/"
    with visitor.open(address, timeout=20) as page:
        proof = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
    form = {"csrfmiddlewaretoken": proof, "login": "budi", "password": PASSWORD}
    with visitor.open(address, urlencode(form).encode(), timeout=20) as page:
        return page.url.endswith("/meja-kerja/")


def pull_the_plug(made: Installation) -> None:
    """Kill every process at once, as a power cut does; nobody can tidy up."""
    members = [made.running.pid, *family(made.running.pid)]
    for pid in members:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    made.running.wait()
    made.running = None
    until(lambda: not alive(members), "the end of all")


class Load:
    """People who sign in again and again; each sign-in writes."""

    def __init__(self, made: Installation) -> None:
        self.made, self.stopped = made, threading.Event()
        self.done: list[bool] = []
        self.threads = [threading.Thread(target=self._work) for _ in range(3)]

    def _work(self) -> None:
        while not self.stopped.is_set():
            # The plug is pulled in the middle of an answer.
            with suppress(OSError, TypeError, HTTPException):
                self.done.append(sign_in(self.made))

    def __enter__(self) -> Self:
        for one in self.threads:
            one.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        for one in self.threads:
            one.join()


@pytest.fixture
def office(installation: Installation, tmp_path: Path) -> Installation:
    (tmp_path / "sandi").write_text(f"{PASSWORD}\n")
    words = (*OFFICE, "--password-file", str(tmp_path / "sandi"))
    assert installation.kelola(*words).returncode == 0
    return installation


def test_after_a_power_cut_it_starts_by_itself(office):
    office.environment |= LAN | PATIENT
    sessions = 0
    for turn in range(3):
        office.up("--lan", log=f"up{turn}.log")
        with Load(office) as load:
            until(lambda now=load: sum(now.done) >= 3, "people at work")
            pull_the_plug(office)
        # What a cut may leave: files half written.
        (office.folder / "tls" / "door.new").write_bytes(b"half")
        (office.folder / "tls" / "door.pem").write_bytes(b"half")
        (office.folder / "static" / "staticfiles.json").write_bytes(b"")
        verified = office.kelola("ledger", "verify", "--json")
        assert json.loads(verified.stdout)["ok"] is True, verified.stdout
        kept = office.rows("SELECT count(*) FROM office_sessionrow")[0][0]
        assert kept >= sessions + 3  # who was told that he is in, is in
        sessions = kept
    office.up("--lan", log="last.log")
    # A sign-in that was cut off may hold its name's count locked for ten seconds.
    until(lambda: sign_in(office), "a sign-in after the cut")
    found = json.loads(office.kelola("doctor", "--json").stdout)["checks"]
    unsound = [c for c in found if c["findings"] and c["key"] != "config.database"]
    assert unsound == []
    assert "ERROR" not in (office.folder.parent / "last.log").read_text()
    assert office.stop() < 30


def test_told_to_end_a_worker_finishes_its_jobs(installation):
    """In the first seconds every job runs for the first time; none may be left half done."""
    installation.up("--no-demo")
    until(
        lambda: installation.rows("SELECT count(*) FROM jobs_jobslot WHERE attempts > 0")[0][0],
        "the first job",
    )
    assert installation.stop() < 30
    begun = "SELECT count(*) FROM jobs_jobslot WHERE attempts > 0 AND state <> 'done'"
    assert installation.rows(begun) == [(0,)]


def test_the_parts_run_one_by_one_and_only_once_each(installation):
    """As units of their own under systemd."""
    installation.up("--no-demo", "--only", "web")
    assert installation.status("/masuk/") == 200
    for again in (("--only", "web"), ()):
        assert installation.kelola("up", "--no-demo", *again).returncode == 1
    assert installation.rows("SELECT count(*) FROM jobs_jobslot") == [(0,)]  # nobody schedules
    other = installation.start("--only", "worker", "--only", "scheduler")
    until(
        lambda: installation.rows("SELECT count(*) FROM jobs_jobslot WHERE state = 'done'")[0][0],
        "a job of the other unit",
    )
    other.send_signal(signal.SIGTERM)
    assert other.wait(timeout=30) == 0
    assert installation.stop() < 30
