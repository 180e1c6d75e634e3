"""Requests as no browser sends them: raw bytes on a socket."""

from __future__ import annotations

import re
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit


def connect(address: str, *, buffer: int = 0) -> socket.socket:
    """Open a connection to the door; ``buffer`` makes our side take little at once."""
    parts = urlsplit(address)
    wire = socket.socket()
    if buffer:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    wire.settimeout(60)
    try:
        wire.connect((parts.hostname, parts.port))
    except OSError:
        wire.close()
        raise
    return wire


def read_all(wire: socket.socket) -> bytes:
    """Read until the other side ends."""
    parts = []
    while True:
        try:
            data = wire.recv(65536)
        except ConnectionResetError:
            break
        if not data:
            break
        parts.append(data)
    return b"".join(parts)


def ask(address: str, data: bytes) -> tuple[int, bytes]:
    """Send bytes and return the status (0: none) with the whole answer."""
    with connect(address) as wire:
        # Refused before all was sent: the answer is there all the same.
        with suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(data)
        answer = read_all(wire)
    return status_of(answer), answer


def status_of(answer: bytes) -> int:
    """Return the status of an answer, 0 when it is none."""
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(found[1]) if found else 0


def get(path: str, *more: str, host: str = "127.0.0.1", last: bool = True) -> bytes:
    """Return the bytes of a GET."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *more]
    lines += ["Connection: close"] if last else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def post(path: str, *more: str, body: bytes = b"", length: int | None = None) -> bytes:
    """Return the bytes of a POST of a form; ``length`` is announced instead of the true one."""
    announced = len(body) if length is None else length
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {announced}",
        "Connection: close",
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def seconds_of(address: str, data: bytes) -> float:
    """Return how long a request took until its whole answer."""
    start = time.monotonic()
    status, _answer = ask(address, data)
    assert status == 200
    return time.monotonic() - start
