"""One connection: received without a thread, judged by its deadlines, answered at its own pace."""

from __future__ import annotations

import socket
import ssl
import tempfile
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kelola.jobs.door.outbox import Outbox

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0  # from the first byte of a request to the end of its headers
IDLE_SECONDS = 20.0  # a connection without a request
SILENT_SECONDS = 20.0  # without one byte, in either direction
LEAST_RATE = 1024  # bytes a second that a body or an answer averages after the first seconds
LONGEST_BODY = 600.0
LINGER_SECONDS = 10.0  # so long a refused body is thrown away, that the refusal can be read
IN_MEMORY = 256 * 1024
AT_ONCE = 64 * 1024
ROUNDS = 16  # reads or writes before others have their turn
END_OF_HEAD = b"\r\n\r\n"
HANDSHAKE = 0x16  # the first byte of a TLS connection
WAIT = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class State(StrEnum):
    """Where a visit stands."""

    GREETING = "greeting"
    HEAD = "head"
    PARSE = "parse"
    BODY = "body"
    READY = "ready"
    SENDING = "sending"
    LINGERING = "lingering"


class GoneError(Exception):
    """The visitor has left, or stays silent."""


class RefusedError(Exception):
    """The request is not taken; ``status`` says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(eq=False)
class Visit:
    """A connection, and the request that it brings at the moment."""

    wire: socket.socket
    client: Any
    server: Any
    folder: str  # where a long body lies until it is whole
    tls: ssl.SSLContext | None
    began: float
    moved: float = 0.0
    state: State = State.HEAD
    head: bytearray = field(default_factory=bytearray)
    body: IO[bytes] | None = None
    length: int = 0
    received: int = 0
    extra: bool = False  # something came behind the request: nothing more is read
    number: int = 0
    request: Any = None
    sock: Any = None  # where gunicorn writes: the outbox
    sent: int = 0
    keep: bool = False

    def __post_init__(self) -> None:
        self.moved = self.began
        if self.tls is not None:
            self.state = State.GREETING

    @property
    def encrypted(self) -> bool:
        """Tell whether the connection speaks TLS."""
        return isinstance(self.wire, ssl.SSLSocket)

    @property
    def idle(self) -> bool:
        """Tell whether no request has begun."""
        return self.state in {State.GREETING, State.HEAD} and not self.head

    def receive(self, now: float) -> None:
        """Read what has come, as far as the end of the head or of the body.

        Raises:
            GoneError: the visitor left.
            RefusedError: the head or the body cannot be kept.
            OSError: the connection broke.

        """
        if self.state == State.GREETING and self.tls and not self._greet(self.tls):
            return
        rounds = 0
        while self.state in {State.HEAD, State.BODY, State.LINGERING}:
            if rounds >= ROUNDS and not self._decrypted():
                return
            rounds += 1
            try:
                data = self.wire.recv(AT_ONCE)
            except WAIT:
                return
            if not data:
                raise GoneError
            self.moved = now
            self.take(data, now)

    def _decrypted(self) -> bool:
        """Tell whether bytes wait in OpenSSL: those make no socket readable."""
        return isinstance(self.wire, ssl.SSLSocket) and self.wire.pending() > 0

    def _greet(self, tls: ssl.SSLContext) -> bool:
        """Shake hands; whoever speaks without encryption is heard, to be shown the right way."""
        try:
            if not isinstance(self.wire, ssl.SSLSocket):
                first = self.wire.recv(1, socket.MSG_PEEK)
                if not first:
                    raise GoneError
                if first[0] == HANDSHAKE:
                    self.wire = tls.wrap_socket(
                        self.wire, server_side=True, do_handshake_on_connect=False
                    )
            if isinstance(self.wire, ssl.SSLSocket):
                self.wire.do_handshake()
        except WAIT:
            return False
        self.state = State.HEAD
        return True

    def take(self, data: bytes, now: float) -> None:
        """Add bytes to the head or the body; a lingering visit's are thrown away."""
        if self.state == State.HEAD:
            if not self.head:
                self.began = now
            self.head += data
            end = self.head.find(END_OF_HEAD)
            if end >= 0:
                self.state = State.PARSE
            elif len(self.head) > HEAD_BYTES:
                raise RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self.state == State.BODY and self.body is not None:
            self._keep(self.body, data)

    def split(self) -> tuple[bytes, bytes]:
        """Return the head, and what came behind it."""
        end = self.head.find(END_OF_HEAD) + len(END_OF_HEAD)
        return bytes(self.head[:end]), bytes(self.head[end:])

    def expect(self, length: int, behind: bytes) -> None:
        """Wait for a body of this length, of which the first bytes are here already."""
        self.length, self.received = length, 0
        self.body = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=self.folder)  # noqa: SIM115 - closed with the visit
        self.state = State.BODY
        self._keep(self.body, behind)

    def _keep(self, body: IO[bytes], data: bytes) -> None:
        wanted = data[: self.length - self.received]
        self.extra = len(data) > len(wanted)
        try:
            body.write(wanted)
        except OSError as error:
            raise RefusedError(HTTPStatus.INSUFFICIENT_STORAGE) from error
        self.received += len(wanted)
        if self.received == self.length:
            body.seek(0)
            self.state = State.READY

    def answer(self, box: Outbox, *, keep: bool, now: float) -> None:
        """Begin to send what stands in the outbox."""
        self.sock, self.keep = box, keep
        self.state, self.sent = State.SENDING, 0
        self.began = self.moved = now

    def send(self, now: float) -> bool:
        """Send what the wire takes; return whether all is sent."""
        for _ in range(ROUNDS):
            data = self.sock.next()
            if not data:
                return True
            try:
                count = self.wire.send(data)
            except WAIT:
                return False
            self.sock.sent(count)
            self.sent += count
            self.moved = now
        return False

    def again(self, now: float) -> None:
        """Make ready for the next request of this connection."""
        self.release()
        self.head.clear()
        self.state, self.extra, self.request = State.HEAD, False, None
        self.began = self.moved = now

    def linger(self, now: float) -> None:
        """Say that nothing more comes, and throw away what still arrives."""
        self.release()
        self.state, self.began = State.LINGERING, now
        self.wire.shutdown(socket.SHUT_WR)

    def release(self) -> None:
        """Let go of the body and the answer."""
        for held in (self.body, self.sock):
            if held is not None:
                held.close()
        self.body = self.sock = None

    def close(self) -> None:
        """Let go of everything."""
        self.release()
        self.wire.close()

    def judge(self, now: float) -> None:
        """Look at the deadlines.

        Raises:
            GoneError: the visit has ended without a word.
            RefusedError: 408, the request comes too slowly.

        """
        age, silence = now - self.began, now - self.moved
        if self.idle:
            if age > IDLE_SECONDS:
                raise GoneError
        elif self.state == State.HEAD:
            if age > HEAD_SECONDS:
                raise RefusedError(HTTPStatus.REQUEST_TIMEOUT)
        elif self.state == State.BODY:
            if age > LONGEST_BODY or silence > SILENT_SECONDS or slow(self.received, age):
                raise RefusedError(HTTPStatus.REQUEST_TIMEOUT)
        elif self.state == State.SENDING:
            if silence > SILENT_SECONDS or slow(self.sent, age):
                raise GoneError
        elif self.state == State.LINGERING and age > LINGER_SECONDS:
            raise GoneError


def slow(count: int, seconds: float) -> bool:
    """Tell whether so many bytes are too few for the time they took."""
    return count < (seconds - SILENT_SECONDS) * LEAST_RATE
