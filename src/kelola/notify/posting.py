"""Calls an address that somebody typed, without being led inside the house.

The name is looked up once and exactly the address that was judged is connected; redirects are not
followed, the answer's body is not read. All of it ends after ``TIMEOUT``.
"""

from __future__ import annotations

import queue
import re
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from kelola.notify.rules.addresses import BadAddress, Target, may_call, parse
from kelola.notify.rules.failures import Failed, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Resolve = Callable[[str, int], list[str]]

TIMEOUT = 5.0  # seconds, for everything together
_MOST = 65_536
_TAKEN = 2  # hundred
_NEVER = (400, 403, 404, 410)
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r]")


def look_up(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name by the computer's own means, in its order."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in rows]


def post(url: str, body: bytes, headers: Mapping[str, str], *, resolve: Resolve = look_up) -> int:
    """Send a body by POST; return the status of the answer.

    Args:
        url: what somebody typed.
        body: JSON.
        headers: further ones, of our own making.
        resolve: returns the IP addresses of a name and port.

    Raises:
        Failed: in words that tell nothing of what stands inside the office's network.

    """
    ends = time.monotonic() + TIMEOUT
    try:
        target = parse(url)
        address = _judged(target, resolve, ends)
        with _connected(target, address, ends) as line:
            line.settimeout(_left(ends))
            line.sendall(_request(target, body, headers))
            return _status(line, ends)
    except BadAddress:
        raise Failed(_("Kelola may not call this address.")) from None
    except (OSError, UnicodeError) as error:
        raise Failed(_("The receiver does not answer.")) from error


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _judged(target: Target, resolve: Resolve, ends: float) -> str:
    """Return the first address of a name; every one of them must be allowed."""
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put(resolve(target.host, target.port))
        except Exception as error:  # noqa: BLE001 - it is raised again where it is awaited
            found.put(error)

    # The computer's own look-up knows no time limit.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = found.get(timeout=_left(ends))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    if not answer or not all(may_call(ip, settings.WEBHOOK_NETWORKS) for ip in answer):
        raise BadAddress(target.host)
    return answer[0]


def _connected(target: Target, address: str, ends: float) -> socket.socket:
    line = socket.create_connection((address, target.port), timeout=_left(ends))
    if target.scheme == "http":
        return line
    try:
        line.settimeout(_left(ends))
        return ssl.create_default_context().wrap_socket(line, server_hostname=target.host)
    except BaseException:
        line.close()
        raise


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.named}",
        "User-Agent: Kelola",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(line: socket.socket, ends: float) -> int:
    """Read until the status line is there; 1xx are none."""
    got = b""
    while len(got) < _MOST:
        line.settimeout(_left(ends))
        piece = line.recv(4096)
        got += piece
        while (found := _STATUS.match(got)) and found[1][:1] == b"1" and b"\r\n\r\n" in got:
            got = got.split(b"\r\n\r\n", 1)[1]
        if found and found[1][:1] != b"1":
            return int(found[1])
        if not piece or (b"\n" in got and not found):
            break
    raise OSError("no answer in HTTP/1")


def must_take(status: int) -> None:
    """Raise Refused for an answer that means never, Failed for any other but 2xx."""
    if status in _NEVER:
        raise Refused(_("The receiver refuses this address (answer %(code)s).") % {"code": status})
    if status // 100 != _TAKEN:
        raise Failed(_("The receiver answered %(code)s.") % {"code": status})
