"""`kelola up`: starts, survives its children's deaths, ends, and keeps what it was given."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

from tests.faults.installation import ROOT, alive, children, family, until

OFFICE = ("office", "new", "--name", "Mahkamah Syar'iyah Uji", "--short", "MS Uji",
          "--zone", "Asia/Jakarta", "--admin", "budi", "--admin-name", "Budi")  # fmt: skip


def grandchild(installation) -> int:
    """The web worker is the only grandchild: gunicorn's arbiter forked it."""
    pid = installation.running.pid

    def find() -> list[int]:
        return [g for child in children(pid) for g in children(child)]

    return until(find, "the web worker")[0]


def test_a_killed_web_worker_is_replaced(installation):
    installation.up("--no-demo")
    worker = grandchild(installation)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not alive([worker]), "its death")
    until(lambda: installation.status("/masuk/") == 200, "an answer after the kill")
    assert grandchild(installation) != worker


def test_every_killed_child_is_started_again(installation):
    installation.up("--no-demo")
    pid = installation.running.pid
    before = children(pid)
    assert len(before) == 3
    for child in before:
        os.kill(child, signal.SIGKILL)
    until(lambda: len(set(children(pid)) - set(before)) == 3, "three new children")
    until(lambda: installation.status("/masuk/") == 200, "an answer")


def test_sigterm_ends_all_in_time_and_leaves_nobody(installation):
    installation.up("--no-demo")
    members = family(installation.running.pid)
    assert len(members) >= 4
    assert installation.stop() < 30
    assert alive(members) == []
    assert installation.status("/masuk/") == 0


def test_children_end_with_a_killed_parent(installation):
    installation.up("--no-demo")
    members = family(installation.running.pid)
    installation.running.kill()
    installation.running.wait()
    until(lambda: not alive(members), "the end of the orphans")
    installation.running = None


def test_an_empty_installation_says_where_its_office_is_set_up(installation):
    def said(log: str) -> list[str]:
        text = (installation.folder.parent / log).read_text()
        return re.findall(r"http://127\.0\.0\.1:\d+(/mulai/\S+)", text)

    installation.up("--no-demo", log="first.log")
    (first,) = until(lambda: said("first.log"), "the address")
    assert installation.status(first) == 200
    renewed = installation.kelola("office", "setup-link").stdout
    (second,) = re.findall(r"(/mulai/\S+)", renewed)
    assert (installation.status(first), installation.status(second)) == (404, 200)
    assert first.split("/")[2] not in str(installation.rows("SELECT * FROM office_setuplink"))
    assert installation.kelola(*OFFICE).returncode == 0
    assert installation.status(second) == 404
    assert installation.kelola("office", "setup-link").returncode == 2
    installation.stop()
    installation.up("--no-demo", log="second.log")
    assert said("second.log") == []


def test_a_second_start_keeps_the_data(empty, capsys):
    first = empty.up("--no-demo")
    assert empty.kelola(*OFFICE).returncode == 0
    empty.stop()
    second = empty.up("--no-demo")
    empty.stop()
    listed = empty.kelola("office", "list", "--json")
    assert [o["short_name"] for o in json.loads(listed.stdout)["offices"]] == ["MS Uji"]
    with capsys.disabled():
        sys.stdout.write(f"\nempty folder: up in {first:.1f} s; second start {second:.1f} s\n")


def test_a_taken_port_is_named_and_ends_with_1(installation):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = installation.kelola("up", "--no-demo", KELOLA_PORT=port)
    assert done.returncode == 1
    assert port in done.stderr
    assert "sedang dipakai" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_supervisor_on_the_same_folder_is_refused(installation):
    installation.up("--no-demo")
    done = installation.kelola("up", "--no-demo")
    assert done.returncode == 1
    assert str(installation.folder) in done.stderr
    assert installation.status("/masuk/") == 200


def test_the_door_is_loopback_only(installation):
    installation.up("--no-demo")
    assert installation.address.startswith("http://127.0.0.1:")


def test_a_deleted_queue_loses_no_job(installation):
    """The real consumer: rows turned back to due, with the queue gone, are run again."""

    def open_rows() -> int:
        return installation.rows("SELECT count(*) FROM jobs_jobslot WHERE state <> 'done'")[0][0]

    def rows() -> int:
        return installation.rows("SELECT count(*) FROM jobs_jobslot")[0][0]

    installation.up("--no-demo")
    until(lambda: rows() >= 2 and open_rows() == 0, "the first run of every job")
    installation.stop()
    assert (installation.folder / "queue.sqlite3").exists()
    for file in installation.folder.glob("queue.sqlite3*"):
        file.unlink()
    installation.rows("UPDATE jobs_jobslot SET state = 'due', attempts = 0, next_at = slot_at")
    assert open_rows() == rows()
    installation.up("--no-demo")
    until(lambda: open_rows() == 0, "the jobs of the lost queue")


def offices(installation) -> list[str]:
    listed = installation.kelola("office", "list", "--json")
    return [o["name"] for o in json.loads(listed.stdout)["offices"]]


def test_an_empty_folder_gets_the_demo_office_before_the_port_answers(empty):
    empty.up()
    assert offices(empty) == ["Mahkamah Syar'iyah Contoh"]
    told = "SELECT count(*) FROM sop_run WHERE opened_by_id IS NOT NULL"  # the rest is the schedule
    runs = empty.rows(told)[0][0]
    assert runs >= 12
    empty.stop()
    empty.up(log="second.log")
    said = (empty.folder.parent / "second.log").read_text()
    assert "budi" in said
    assert empty.rows(told)[0][0] == runs
    verified = empty.kelola("ledger", "verify", "--json")
    assert verified.returncode == 0
    assert json.loads(verified.stdout)["ok"] is True


def test_a_start_killed_while_the_demo_is_made_begins_again(empty):
    log = empty.folder.parent / "killed.log"
    with log.open("w") as file:
        first = subprocess.Popen(
            [sys.executable, "-m", "kelola", "up"],
            cwd=ROOT, env=empty.environment, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    until(lambda: "Menyiapkan" in log.read_text(), "the beginning of the demo")
    time.sleep(1)  # somewhere in the middle of it
    first.kill()
    first.wait()
    assert offices(empty) == []
    empty.up()
    assert len(offices(empty)) == 1
    assert empty.kelola("ledger", "verify").returncode == 0


def test_a_year_that_was_killed_goes_on_and_tells_nothing_twice(empty):
    """The real thing: `up` with its child that tells the months, and the power cut."""
    empty.environment["KELOLA_DEMO_MONTHS"] = "2"
    mark = empty.folder / "demo-year.json"

    def month() -> int:
        return int(json.loads(mark.read_text())["number"]) if mark.exists() else 0

    empty.up()
    until(lambda: month() >= 1, "the first month")
    seen = empty.status("/masuk/")
    time.sleep(1)  # somewhere in the middle of it
    members = family(empty.running.pid)
    empty.running.kill()
    for member in members:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    empty.running.wait()
    until(lambda: not alive(members), "the end of all")
    empty.running = None
    assert seen == 200
    seed, ends, told = empty.rows("SELECT seed, until, told_until FROM demo_growth")[0]
    assert str(told) < str(ends)
    empty.up(log="second.log")
    until(lambda: not mark.exists(), "the rest of the year")
    empty.stop()
    assert empty.rows("SELECT until, missed FROM demo_growth WHERE told_until = until")
    (slots,) = empty.rows(
        "SELECT count(*) - count(DISTINCT strand || slot_key) FROM sop_run WHERE slot_key <> ''"
    )
    assert slots[0] == 0
    acts = empty.rows(
        "SELECT count(*) - count(DISTINCT data) FROM ledger_entry WHERE verb = 'sop.step.finished'"
    )
    assert acts[0][0] == 0
    verified = empty.kelola("ledger", "verify", "--json")
    assert json.loads(verified.stdout)["ok"] is True
    assert seed == 29
