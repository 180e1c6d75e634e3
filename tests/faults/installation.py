"""A real installation in a folder of its own, started by the command a person types."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

import psycopg

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0  # seconds; a hang is a failure, slowness is not


def until(question: Any, what: str) -> Any:
    """Ask until the answer is true; fail after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE:.0f} s in vain: {what}")


class Installation:
    """A data folder, a database on the engine under test, and `kelola` commands on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("KELOLA_", "DJANGO_", "PYTEST_"))
        } | {
            "KELOLA_DATA_DIR": str(folder),
            "KELOLA_PORT": "0",
            "PYTHONUNBUFFERED": "1",
            "KELOLA_DEMO_MONTHS": "0",
        }
        self.server = os.environ.get("KELOLA_DATABASE_URL", "")
        self.database = f"up_{uuid.uuid4().hex}"
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {self.database}")
            self.environment["KELOLA_DATABASE_URL"] = self.url
        self.running: subprocess.Popen[str] | None = None
        self.address = ""

    @property
    def url(self) -> str:
        return self.server.replace("/postgres?", f"/{self.database}?")

    def made_like(self, other: Installation) -> None:
        """Become a copy of an installation that was made before, whose processes are down."""
        shutil.copytree(other.folder, self.folder, dirs_exist_ok=True)
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {self.database}")
                connection.execute(f"CREATE DATABASE {self.database} TEMPLATE {other.database}")

    def sound(self) -> None:
        """Check on this installation's database and files what must hold after every fault."""
        self._run("tests.faults.invariants")

    def catch_up(self) -> None:
        """Let the schedule's waiting work be done, so that it does not fall into a test."""
        self._run("tests.faults.caught_up")

    def _run(self, module: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT, env=self.environment | {"DJANGO_SETTINGS_MODULE": "kelola.config.settings"},
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def kelola(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "kelola", *words],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def up(
        self, *options: str, log: str = "up.log", program: Sequence[str] = ("-m", "kelola")
    ) -> float:
        """Start Kelola; return the seconds until the port answered. ``program`` may stand in."""
        output = self.folder.parent / log
        start = time.monotonic()
        with output.open("w") as file:
            self.running = subprocess.Popen(
                [sys.executable, *program, "up", *options],
                cwd=ROOT, env=self.environment, stdout=file, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip

        def address() -> str:
            assert self.running is not None
            text = output.read_text()
            assert self.running.poll() is None, text
            found = re.search(r"http://\S+", text)
            return found[0] if found else ""

        self.address = until(address, "the address").rstrip("/")
        until(lambda: self.status("/masuk/") == 200, "an answer")
        return time.monotonic() - start

    def start(self, *options: str, log: str = "part.log") -> subprocess.Popen[str]:
        """Start a part of Kelola that has no door; the caller ends it."""
        with (self.folder.parent / log).open("w") as file:
            return subprocess.Popen(
                [sys.executable, "-m", "kelola", "up", *options],
                cwd=ROOT, env=self.environment, stdout=file, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip

    def status(self, path: str) -> int:
        """Return the status of a page, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return int(answer.status)
        except HTTPError as error:
            error.close()
            return int(error.code)
        except (URLError, OSError):
            return 0

    def stop(self) -> float:
        """Send SIGTERM; return the seconds until the supervisor ended, which must be well."""
        assert self.running is not None
        start = time.monotonic()
        self.running.send_signal(signal.SIGTERM)
        assert self.running.wait(timeout=PATIENCE) == 0
        self.running = None
        return time.monotonic() - start

    def kill_all(self) -> None:
        """Kill every process at once, as a power cut would."""
        assert self.running is not None
        pid = self.running.pid
        members = [pid, *family(pid)]
        for member in members:
            os.kill(member, signal.SIGKILL)
        self.running.wait(timeout=PATIENCE)
        until(lambda: not alive(members), "the end of all")
        self.running = None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the installation's database past Django."""
        if self.server:
            with psycopg.connect(self.url, autocommit=True) as connection:
                cursor = connection.execute(sql)
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(self.folder / "kelola.sqlite3", timeout=10)
        try:
            with connection:
                return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def remove(self) -> None:
        """End what still runs and drop the database."""
        if self.running is not None:
            self.running.kill()
            self.running.wait(timeout=PATIENCE)
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {self.database} WITH (FORCE)")


def children(pid: int) -> list[int]:
    """Return the processes that this one has started."""
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def family(pid: int) -> list[int]:
    """Return all descendants."""
    return [member for child in children(pid) for member in (child, *family(child))]


def alive(pids: list[int]) -> list[int]:
    """Return those of the processes that still run; one that only waits to be reaped does not."""
    running = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            running.append(pid)
    return running
