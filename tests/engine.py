"""The databases of the tests, made before Django reads its settings.

One process serves one database: ``KELOLA_TEST_ENGINE=sqlite`` (default) or ``postgresql``. The
second starts a server of its own on a socket, as an unprivileged user when we are root, because
``initdb`` refuses root. Under xdist the controller starts it and the workers inherit the socket.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = "KELOLA_TEST_ENGINE"
STARTED = "KELOLA_DATABASE_URL"
if str(ROOT) not in sys.path:  # `pytest` reads its pythonpath later than its plug-ins
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs, the newest first."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True
    )
    found = shutil.which("initdb")
    if folders:
        return folders[0]
    if found:
        return Path(found).resolve().parent
    raise SystemExit("PostgreSQL is missing: apt-get install -y postgresql")


def _unprivileged(*folders: Path) -> dict[str, object]:
    """Return Popen arguments that shed root, and give the folders to that user."""
    if os.geteuid() != 0:
        return {}
    names = {p.pw_name for p in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    for folder in folders:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def start_postgresql(*, durable: bool = False) -> tuple[str, subprocess.Popen[bytes]]:
    """Start a server of our own; return its URL and the process.

    Args:
        durable: keep fsync on, as the fault tests need it.

    """
    programs = _programs()
    top = Path(tempfile.mkdtemp(prefix="kelpg-"))  # a socket path must stay below 100 characters
    top.chmod(0o755)
    data, socket = top / "d", top / "s"
    data.mkdir(mode=0o700)
    socket.mkdir()
    as_user = _unprivileged(data, socket)
    locale = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "kelola", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
        check=True, cwd="/", stdout=subprocess.DEVNULL, env=locale, **as_user,
    )  # fmt: skip
    speed = [] if durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    options = ["listen_addresses=", f"unix_socket_directories={socket}", "max_connections=60"]
    arguments = [part for option in [*options, *speed] for part in ("-c", option)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *arguments],
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=locale, **as_user,
    )  # fmt: skip

    def stop() -> None:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
        shutil.rmtree(top, ignore_errors=True)

    atexit.register(stop)
    for _ in range(200):
        if (socket / ".s.PGSQL.5432").exists() and server.poll() is None:
            return f"postgresql://kelola@/postgres?host={socket}", server
        time.sleep(0.05)
    raise SystemExit("PostgreSQL did not start")


def _data_folder() -> None:
    folder = tempfile.mkdtemp(prefix="kelola-test-")
    os.environ["KELOLA_DATA_DIR"] = folder
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # never from a forked child
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def _prepare() -> None:
    in_worker = "PYTEST_XDIST_WORKER" in os.environ
    engine = os.environ.setdefault(ENGINE, "sqlite")
    if engine not in {"sqlite", "postgresql"}:
        raise SystemExit(f"{ENGINE}: sqlite or postgresql, not {engine!r}")
    for name in [n for n in os.environ if n.startswith("KELOLA_") and n != ENGINE]:
        if not (in_worker and name == STARTED):
            del os.environ[name]
    _data_folder()
    if engine == "postgresql" and not in_worker:
        os.environ[STARTED], _server = start_postgresql()
    if not in_worker:
        from tools.messages import compile_all  # noqa: PLC0415 - needs the path set above

        compile_all()


_prepare()
