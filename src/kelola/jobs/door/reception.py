"""The worker behind a door: one loop receives and sends, and threads see only whole requests.

Gunicorn's own threads read from the visitor and wait for him: as many slow visitors as threads,
and nobody else is served. Here a request is received whole, its answer is taken whole, and only
what lies between has a thread. Each visitor has deadlines; a slow one costs nobody but himself.
"""

from __future__ import annotations

import errno
import logging
import selectors
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.conf import settings
from gunicorn.http.errors import ParseException
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.workers.gthread import ThreadWorker

from kelola.jobs.door import refusals
from kelola.jobs.door.outbox import Outbox
from kelola.jobs.door.visit import GoneError, RefusedError, State, Visit

if TYPE_CHECKING:
    import socket
    from concurrent.futures import Future

log = logging.getLogger(__name__)
MOST_OF_ONE = 64  # connections of one address
STOP_SECONDS = 2.0  # a connection without a request is kept so long by a worker that ends
BODIES_HELD = 4  # largest bodies that may lie here at once
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Reception(ThreadWorker):
    """Gunicorn's threaded worker with the reading and the writing taken out of its threads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # gunicorn has no types
        self.poller: Any  # gunicorn makes it after the fork
        self.visits: dict[int, Visit] = {}
        self.of_one: Counter[str] = Counter()
        self.tls = self.app.tls
        self.folder = str(settings.FILE_UPLOAD_TEMP_DIR)
        self.most = settings.DOOR["body"]

    # ── the loop's callbacks ───────────────────────────────────────────────────────────────

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Make the pool with all its threads.

        One that is started when memory is short may die before it says that it runs, and the
        whole worker would wait for that word.
        """
        pool = ThreadPoolExecutor(max_workers=self.cfg.threads)
        all_here = threading.Barrier(self.cfg.threads)
        for word in [pool.submit(all_here.wait) for _n in range(self.cfg.threads)]:
            word.result()
        return pool

    def accept(self, listener: socket.socket) -> None:
        """Let a visitor in; one address has only so many connections."""
        try:
            wire, client = listener.accept()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED, errno.EMFILE, errno.ENFILE}:
                raise
            return
        self.nr_conns += 1
        wire.setblocking(False)
        visit = Visit(
            wire, client, listener.getsockname(), self.folder,
            self.tls.context() if self.tls else None, time.monotonic(),
        )  # fmt: skip
        self.visits[wire.fileno()] = visit
        self.of_one[client[0]] += 1
        if self.of_one[client[0]] > MOST_OF_ONE and not _near(client[0]):
            self.drop(visit)
            return
        self._watch(visit, selectors.EVENT_READ)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        """Let visitors in or not; a worker that ends lets the address go at once."""
        super().set_accept_enabled(enabled)  # type: ignore[no-untyped-call]
        if not self.alive:
            for listener in self.sockets:
                listener.close()

    def _watch(self, visit: Visit, what: int) -> None:
        """Be called when the wire can be read from, or written to."""
        number = visit.wire.fileno()
        watched = number in self.poller.get_map()
        if not what:
            if watched:
                self.poller.unregister(number)
            return
        turn = partial(self.turn, visit)
        if watched:
            self.poller.modify(number, what, turn)
        else:
            self.poller.register(number, what, turn)

    def turn(self, visit: Visit, _number: int = 0) -> None:
        """Go on with a visit as far as it goes without waiting."""
        now = time.monotonic()
        try:
            if visit.state == State.SENDING:
                self._send(visit, now)
            else:
                visit.receive(now)
                if visit.state == State.PARSE:
                    self._read_head(visit, now)
                if visit.state == State.READY:
                    self._watch(visit, 0)
                    self.enqueue_req(visit)  # type: ignore[no-untyped-call]
        except RefusedError as refused:
            self._refuse(visit, refused.status)
        except (GoneError, OSError):  # a broken TLS handshake is an OSError too
            self.drop(visit)
        except Exception:  # one visit must never end the loop of all others
            log.exception("a visit broke")
            self.drop(visit)

    def _read_head(self, visit: Visit, now: float) -> None:
        head, behind = visit.split()
        if visit.tls is not None and not visit.encrypted:
            self._answer(visit, refusals.to_the_safe_door(head), now)
            return
        visit.number += 1
        try:
            visit.request = Request(self.cfg, IterUnreader([head]), visit.client, visit.number)
        except ParseException as error:
            box = Outbox(self.folder)
            self.handle_error(None, box, visit.client, error)  # type: ignore[no-untyped-call]
            self._answer(visit, box, now)
            return
        if refusals.names_another_host(visit.request):
            self._answer(visit, refusals.refusal_of_nonsense(), now)
            return
        if visit.encrypted:
            visit.request.scheme = "https"
        visit.expect(self._length(visit.request), behind)
        if visit.state == State.BODY and visit.request._expected_100_continue:  # noqa: SLF001 - gunicorn has no other name for it
            visit.wire.send(CONTINUE)
        visit.request._expected_100_continue = False  # noqa: SLF001

    def _length(self, request: Any) -> int:
        """Return the length of the body that the head announces.

        Raises:
            RefusedError: it says none although there is one, or it is too long.

        """
        fields = dict(request.headers)
        if "TRANSFER-ENCODING" in fields:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED)
        length = int(fields.get("CONTENT-LENGTH", "0"))
        if length > self.most:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        held = sum(v.length for v in self.visits.values() if v.body is not None)
        if held + length > BODIES_HELD * self.most:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE)
        return length

    # ── in a thread ────────────────────────────────────────────────────────────────────────

    def handle(self, visit: Visit) -> bool:
        """Let the application answer a whole request; return whether the connection is kept."""
        visit.sock = Outbox(self.folder)
        visit.request.body = visit.body
        if visit.extra:
            visit.request.force_close()
        try:
            return bool(self.handle_request(visit.request, visit))  # type: ignore[no-untyped-call]
        except StopIteration:
            return False  # it broke after the headers: gunicorn has logged it
        except Exception as error:  # noqa: BLE001 - the visitor gets an answer, the log the reason
            self.handle_error(visit.request, visit.sock, visit.client, error)  # type: ignore[no-untyped-call]
            return False

    # ── answering ──────────────────────────────────────────────────────────────────────────

    def finish_request(self, visit: Visit, fs: Future[bool]) -> None:
        """Send what the thread has left in the outbox."""
        keep = not fs.cancelled() and fs.exception() is None and fs.result()
        if visit.sock is None:
            self.drop(visit)
            return
        visit.answer(visit.sock, keep=keep, now=time.monotonic())
        self.turn(visit)

    def _refuse(self, visit: Visit, status: HTTPStatus) -> None:
        self.log.refused(visit.client[0], status.value)
        try:
            self._answer(visit, refusals.refusal(status), time.monotonic())
        except (GoneError, OSError):
            self.drop(visit)

    def _answer(self, visit: Visit, box: Outbox, now: float) -> None:
        visit.answer(box, keep=False, now=now)
        self._send(visit, now)

    def _send(self, visit: Visit, now: float) -> None:
        if not visit.send(now):
            self._watch(visit, selectors.EVENT_WRITE)
            return
        if visit.keep and self.alive:
            visit.again(now)
        else:
            visit.linger(now)
        self._watch(visit, selectors.EVENT_READ)

    def drop(self, visit: Visit) -> None:
        """End a visit."""
        number = visit.wire.fileno()
        if number >= 0 and self.visits.pop(number, None) is not None:
            self._watch(visit, 0)
            self.nr_conns -= 1
            self.of_one[visit.client[0]] -= 1
            self.of_one += Counter()  # forget addresses that are gone
        visit.close()

    # ── gunicorn's hooks of each second ────────────────────────────────────────────────────

    def murder_pending(self) -> None:
        """Look at every visit's deadlines."""
        now = time.monotonic()
        for visit in list(self.visits.values()):
            try:
                visit.judge(now)
            except RefusedError as refused:
                self._refuse(visit, refused.status)
            except GoneError:
                self.drop(visit)

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        """Drop connections without a request when the worker ends; all of them when forced."""
        for visit in list(self.visits.values()):
            spent = visit.idle or visit.state == State.LINGERING
            waited = time.monotonic() - visit.began
            if force or (not self.alive and spent and waited > STOP_SECONDS):
                self.drop(visit)

    def _cap_keepalive(self, _deadline: float) -> None:
        """Leave the kept connections to ``murder_keepalived``."""


def _near(address: str) -> bool:
    """Tell whether this is our own machine or a proxy that we trust."""
    one = ip_address(address)
    return one.is_loopback or any(one in net for net in settings.TRUSTED_PROXIES)
