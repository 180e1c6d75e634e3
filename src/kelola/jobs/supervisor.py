"""One parent, its children: web, lan, worker and scheduler, forked from a preloaded Django.

The parent loads everything once and freezes it, so that the children share its memory (173 MB for
three against 372 MB started apart). A child that ends is started again; children end with their
parent.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template import engines
from django.urls import get_resolver

from kelola.jobs.hints import close_queue, follow_queue, keep_queue, queue
from kelola.jobs.scheduler import run_scheduler
from kelola.jobs.web import GRACE, Door

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kelola.jobs.door.certificates import Served

log = logging.getLogger(__name__)
PATIENCE = GRACE + 6.0  # seconds from SIGTERM to SIGKILL
LONG_LIFE = 20.0  # seconds after which an ended child is started again at once
LONGEST_PAUSE = 30.0
MOST_FAILURES = 5  # of what runs once; the others wait for it no longer
PR_SET_PDEATHSIG = 1
WATCH_EVERY = 2.0
ROLES = ("web", "lan", "worker", "scheduler")
WAITING = ("worker", "scheduler")
FILES_OPEN = 8192  # each connection is one; many systems begin with 1,024


class PortTakenError(OSError):
    """Another program listens at this address."""


@dataclass
class Child:
    """A role and the process that fills it at the moment.

    One that is ``once`` is not started again when it ended well; ``after`` is whom it waits for.
    """

    name: str
    run: Callable[[], None]
    once: bool = False
    after: Child | None = None
    done: bool = False
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    due: float = 0.0

    @property
    def is_wanted(self) -> bool:
        """Whether there is work for it now."""
        return not self.done and (self.after is None or self.after.done)


@dataclass
class Supervisor:
    """Starts the children, starts ended ones again, and ends them all on SIGTERM or SIGINT."""

    children: list[Child]
    listeners: Sequence[socket.socket] = ()
    stopping: bool = False

    def run(self) -> int:
        """Supervise until told to stop; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            now = time.monotonic()
            for child in self.children:
                if not child.pid and child.due <= now and child.is_wanted:
                    self._start(child)
            self._reap()
            time.sleep(0.1)
        return self._end()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            child.pid = os.fork()
        except OSError as error:  # no room for one more: the others go on, and this one waits
            self._put_off(child, f"could not be started ({error.strerror})")
            return
        child.started = time.monotonic()
        if child.pid == 0:
            _become(child, parent)

    def _reap(self) -> None:
        for child in self.children:
            if child.pid:
                ended, status = os.waitpid(child.pid, os.WNOHANG)
                if ended:
                    self._note_end(child, status)

    def _note_end(self, child: Child, status: int) -> None:
        child.pid = 0
        if self.stopping:
            return
        if child.once and (status == 0 or child.failures >= MOST_FAILURES):
            child.done = True
            return
        if time.monotonic() - child.started > LONG_LIFE:
            child.failures = -1  # the first try afterwards is made at once
        self._put_off(child, "ended")

    def _put_off(self, child: Child, why: str) -> None:
        """Let a child wait for its next start: twice as long after every failure."""
        child.failures += 1
        pause = min(2.0 ** (child.failures - 1), LONGEST_PAUSE) if child.failures > 1 else 0.0
        child.due = time.monotonic() + pause
        log.warning("%s %s; starting it again in %.0f s", child.name, why, pause)

    def _end(self) -> int:
        for listener in self.listeners:  # who comes now is told at once that nobody is here
            listener.close()
        for child in self.children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while any(c.pid for c in self.children) and time.monotonic() < end:
            self._reap()
            time.sleep(0.05)
        for child in self.children:
            if child.pid:
                log.warning("%s did not end in time and is killed", child.name)
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
        return 0


def _become(child: Child, parent: int) -> None:
    """Be the child: never return into the parent's loop."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)  # Ctrl-C is the supervisor's; it lets the children finish
        die_with(parent)
        child.run()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        log.exception("%s broke", child.name)
    finally:
        logging.shutdown()
        os._exit(code)


def die_with(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent dies; end now when it is dead already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(1)


def bind(host: str, port: int) -> socket.socket:
    """Take the address without answering yet.

    Raises:
        PortTakenError: somebody else has it, or it does not exist on this machine.

    """
    try:
        family, _kind, _proto, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise PortTakenError(str(error)) from error
    listener.set_inheritable(True)
    return listener


def run_worker() -> None:
    """Run the queue's consumer. SIGTERM lets a running job finish."""
    consumer = queue.create_consumer(
        workers=1, worker_type="thread", periodic=False, max_delay=1.0, graceful_signal="TERM"
    )
    threading.Thread(target=_watch_queue, daemon=True).start()
    consumer.run()


def _watch_queue() -> None:
    """Follow the queue's file to its successor; a deleted one would be read for ever."""
    while True:
        time.sleep(WATCH_EVERY)
        follow_queue()


def preload() -> Callable[..., Any]:
    """Load the application with its URLconf and every view, once for all children."""
    application: Callable[..., Any] = get_wsgi_application()
    _ = get_resolver().url_patterns
    engines.all()  # a broken template library stops the start, not the first visitor
    return application


def _door(
    listener: socket.socket, application: Callable[..., Any], tls: Served | None = None
) -> Callable[[], None]:
    def web() -> None:
        Door(listener, application, tls=tls).run()  # type: ignore[no-untyped-call]  # gunicorn

    return web


def _indoors(work: Callable[[], None], listeners: Sequence[socket.socket]) -> Callable[[], None]:
    """Return work that holds no door open."""

    def run() -> None:
        for listener in listeners:
            listener.close()
        work()

    return run


def serve(
    application: Callable[..., Any],
    *,
    roles: Sequence[str] = ROLES,
    web: socket.socket | None = None,
    lan: tuple[socket.socket, Served] | None = None,
    first: tuple[str, Callable[[], None]] | None = None,
) -> int:
    """Fork the children and supervise them until SIGTERM.

    Args:
        application: what ``preload`` returned.
        roles: which children; on a machine with systemd each may be a unit of its own.
        web: the bound socket of the plain HTTP door.
        lan: the bound socket of the door to the local network and its certificate.
        first: name and work of what runs once before the worker and the scheduler, while the
            doors are open already.

    Returns:
        The exit code.

    Raises:
        PortTakenError: another program listened at the same moment.

    """
    listeners = [door for door in (web, lan[0] if lan else None) if door is not None]
    try:
        for each in listeners:
            each.listen(128)
    except OSError as error:
        raise PortTakenError(str(error)) from error
    _raise_limit()
    connections.close_all()
    keep_queue()
    close_queue()
    gc.collect()
    gc.freeze()
    if threading.active_count() != 1:
        raise RuntimeError(f"threads before the fork: {threading.enumerate()}")
    work = {
        "worker": _indoors(run_worker, listeners),
        "scheduler": _indoors(run_scheduler, listeners),
    }
    if web is not None:
        work["web"] = _door(web, application)
    if lan is not None:
        work["lan"] = _door(lan[0], application, lan[1])
    children = [Child(name, work[name]) for name in ROLES if name in roles and name in work]
    return Supervisor(_in_turn(children, first, listeners), listeners).run()


def _in_turn(
    children: list[Child],
    first: tuple[str, Callable[[], None]] | None,
    listeners: Sequence[socket.socket],
) -> list[Child]:
    """Return the children, those without a door waiting for what runs first."""
    if first is None:
        return children
    name, run = first
    once = Child(name, _indoors(run, listeners), once=True)
    for child in children:
        if child.name in WAITING:
            child.after = once
    return [*children, once]


def _raise_limit() -> None:
    """Allow as many open files as the system lets us, up to what the doors can use."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_OPEN if hard == resource.RLIM_INFINITY else min(FILES_OPEN, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
