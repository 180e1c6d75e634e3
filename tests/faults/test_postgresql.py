"""PostgreSQL ends at once and comes back, is crowded, locked and at odds with itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, close_old_connections, connections, transaction
from psycopg import sql

from kelola.config import schema
from kelola.ledger.models import Head
from kelola.office.models import Office
from kelola.office.scope import office_scope
from kelola.sop.models import Run
from kelola.ui.http.trouble import Trouble, trouble_of
from tests import engine
from tests.faults.installation import until
from tests.faults.invariants import assert_discreet, assert_invariants
from tests.people import make_people, sign_in
from tests.runs import Desk, adopt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)
RECOVERY = 10.0  # seconds after which work must go on
RESTARTS = 3
PATIENCE = 60.0


class Server:
    """A server of our own with fsync on, that we may treat badly."""

    def __init__(self) -> None:
        self.url, self.first = engine.start_postgresql(durable=True)
        self.socket = parse_qs(urlsplit(self.url).query)["host"][0]
        self.data = Path(self.socket).parent / "d"
        until(self.answers, "the server")

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url):
            return True
        return False

    def control(self, *words: str) -> None:
        program = engine._programs() / "pg_ctl"
        subprocess.run(
            [program, "-D", self.data, "-w", *words],
            check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            **engine._unprivileged(),
        )  # fmt: skip

    def restart(self) -> None:
        """End it as a crash would, without a checkpoint, and start it again."""
        self.control("-m", "immediate", "restart", "-l", str(self.data / "log"))
        self.first.poll()

    def end(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.control("-m", "immediate", "stop")
        if self.first.poll() is None:
            self.first.send_signal(signal.SIGQUIT)
            self.first.wait(PATIENCE)


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    made = Server()
    yield made
    made.end()


@pytest.fixture
def server(started: Server) -> Iterator[Server]:
    """Lead the connection to a new database on a server of our own, with tables."""
    made = started
    connection = connections["default"]
    connections.close_all()
    before = dict(connection.settings_dict)
    with psycopg.connect(made.url, autocommit=True) as other:
        if not other.execute("SELECT 1 FROM pg_database WHERE datname = 'whole'").fetchall():
            other.execute("CREATE DATABASE whole")
            connection.settings_dict.update(HOST=made.socket, NAME="whole")
            schema.ensure_schema()
            connections.close_all()
        other.execute("DROP DATABASE IF EXISTS kelola WITH (FORCE)")
        other.execute("CREATE DATABASE kelola TEMPLATE whole")
    connection.settings_dict.update(HOST=made.socket, NAME="kelola")
    yield made
    connections.close_all()
    connection.settings_dict.update(before)


@pytest.fixture
def desk(server: Server, settings: SettingsWrapper, tmp_path: Path) -> Iterator[Desk]:
    settings.FILES_DIR = tmp_path / "files"
    people = make_people()
    version = adopt(people.court)
    with office_scope(people.office.pk):
        yield Desk(people, version)


class Load:
    """Opens runs without end, each as a request of its own; keeps what was answered as done."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.acknowledged = desk, []
        self.refused: list[Exception] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with office_scope(self.desk.people.office.pk):
            while not self.stop.is_set():
                close_old_connections()  # what Django does around each request
                try:
                    self.acknowledged.append(self.desk.open("B").number)
                except (DatabaseError, InterfaceError) as error:
                    self.refused.append(error)
        connections.close_all()

    def next(self) -> float:
        """Wait for another answer; return the seconds."""
        start, known = time.monotonic(), len(self.acknowledged)
        while len(self.acknowledged) == known:
            assert time.monotonic() - start < PATIENCE
            time.sleep(0.01)
        return time.monotonic() - start


def test_a_crash_loses_nothing_that_was_acknowledged(server: Server, desk: Desk) -> None:
    loads = [Load(desk) for _ in range(2)]
    for load in loads:
        load.thread.start()
    try:
        for _n in range(RESTARTS):
            loads[0].next()
            server.restart()
            assert max(load.next() for load in loads) < RECOVERY
    finally:
        for load in loads:
            load.stop.set()
            load.thread.join(PATIENCE)
    connections.close_all()
    told = {number for load in loads for number in load.acknowledged}
    kept = set(Run.objects.values_list("number", flat=True))
    assert told <= kept
    # Every refusal is one that a person is told to repeat.
    refused = [one for load in loads for one in load.refused]
    assert [one for one in refused if trouble_of(one) is not Trouble.BUSY] == []
    assert_invariants()


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
def test_too_many_connections_are_answered_in_words(
    server: Server, desk: Desk, client: Client
) -> None:
    sign_in(client, desk.people.andi.user)
    client.raise_request_exception = False
    connections.close_all()
    held = []
    url = server.url.replace("/postgres?", "/kelola?")
    with contextlib.suppress(psycopg.OperationalError):
        while True:
            held.append(psycopg.connect(url))
    try:
        answer = client.get("/sop/")
    finally:
        for one in held:
            one.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert_discreet(answer.content)
    deadline = time.monotonic() + RECOVERY
    while client.get("/sop/").status_code != 200:
        assert time.monotonic() < deadline


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
def test_a_lock_that_is_held_is_waited_for_and_then_told(
    server: Server, desk: Desk, client: Client
) -> None:
    step = desk.step(desk.open("B"), "B1")
    sign_in(client, desk.people.andi.user)
    client.raise_request_exception = False
    with psycopg.connect(server.url.replace("/postgres?", "/kelola?")) as holder:
        holder.execute("SELECT * FROM ledger_head FOR UPDATE")
        start = time.monotonic()
        answer = client.post(f"/langkah/{step.id}/kerjakan/")
        assert 4 < time.monotonic() - start < 20
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    step.refresh_from_db()
    assert step.assignee_id is None
    assert client.post(f"/langkah/{step.id}/kerjakan/").status_code == 302
    assert_invariants()


def at_odds(first: Any, second: Any) -> list[BaseException]:
    """Run both at once, each on a connection of its own; return what was raised."""
    raised: list[BaseException] = []

    def run(act: Any) -> None:
        try:
            act()
        except DatabaseError as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return raised


def test_a_deadlock_is_told_as_busy_and_leaves_one_whole(server: Server, desk: Desk) -> None:
    one, other = (str(o.pk) for o in (desk.people.office, desk.people.other.office))
    gate = threading.Barrier(2)

    def crossing(mine: str, theirs: str) -> Any:
        def act() -> None:
            with transaction.atomic():
                Head.objects.select_for_update().get(chain=mine)
                gate.wait(PATIENCE)
                Head.objects.select_for_update().get(chain=theirs)

        return act

    (error,) = at_odds(crossing(one, other), crossing(other, one))
    assert getattr(error.__cause__, "sqlstate", "") == "40P01"
    assert trouble_of(error) is Trouble.BUSY
    assert_invariants()


def test_a_serialization_failure_is_told_as_busy(server: Server, desk: Desk) -> None:
    gate = threading.Barrier(2)

    def act() -> None:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            cursor.execute("SELECT count(*) FROM office_office")
            gate.wait(PATIENCE)
            Office.objects.update(contact="x")

    errors = at_odds(act, act)
    assert [getattr(e.__cause__, "sqlstate", "") for e in errors] == ["40001"]
    assert trouble_of(errors[0]) is Trouble.BUSY


def test_a_stopped_transaction_gives_its_locks_back(server: Server) -> None:
    """A process frozen in the middle must not hold up an office for ever."""
    with connections["default"].cursor() as cursor:
        for name, value in {
            "idle_in_transaction_session_timeout": "1min",
            "lock_timeout": "5s",
        }.items():
            cursor.execute(sql.SQL("SHOW {}").format(sql.Identifier(name)))
            assert cursor.fetchone() == (value,)
    assert os.environ["KELOLA_TEST_ENGINE"] == "postgresql"
