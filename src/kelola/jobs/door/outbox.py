"""An answer on its way: bytes and files that wait until the visitor takes them."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from io import BytesIO
from typing import IO, Protocol

IN_MEMORY = 1024 * 1024  # bytes of an answer that are kept in memory; more goes to the disk
AT_ONCE = 256 * 1024


class Piece(Protocol):
    """Something to read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""

    def close(self) -> None:
        """Let go of what is held."""


class FileRange:
    """A part of an open file, read by position: the file object may be closed meanwhile."""

    def __init__(self, descriptor: int, offset: int, count: int) -> None:
        self.descriptor = os.dup(descriptor)
        self.offset, self.left = offset, count

    def read(self, size: int, /) -> bytes:
        """Return the next bytes of the part."""
        data = os.pread(self.descriptor, min(size, self.left), self.offset)
        self.offset += len(data)
        self.left = self.left - len(data) if data else 0
        return data

    def close(self) -> None:
        """Close our own descriptor."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class Outbox:
    """Stands where gunicorn expects the socket: it takes all at once, so no thread ever waits."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.written: IO[bytes] | None = None
        self.pieces: deque[Piece] = deque()
        self.rest = b""
        self.size = 0

    def sendall(self, data: bytes) -> None:
        """Take bytes of the answer."""
        if self.written is None:
            self.written = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed with the outbox
                IN_MEMORY, dir=self.folder
            )
        self.written.write(data)
        self.size += len(data)

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int = 0) -> None:
        """Take a part of a file."""
        self._seal()
        self.pieces.append(FileRange(file.fileno(), offset, count))
        self.size += count

    # What gunicorn asks of a socket before it writes an error.
    def gettimeout(self) -> float:
        """Return 0: nothing here blocks."""
        return 0.0

    def shutdown(self, _how: int) -> None:
        """Refuse: the connection is the visit's to close."""
        raise OSError("an outbox has no connection")

    def close(self) -> None:
        """Let go of everything."""
        self._seal()
        while self.pieces:
            self.pieces.popleft().close()
        self.rest = b""

    def _seal(self) -> None:
        if self.written is not None:
            self.written.seek(0)
            self.pieces.append(self.written)
            self.written = None

    def next(self) -> bytes:
        """Return what is to be sent next; nothing at the end."""
        self._seal()
        while not self.rest and self.pieces:
            self.rest = self.pieces[0].read(AT_ONCE)
            if not self.rest:
                self.pieces.popleft().close()
        return self.rest

    def sent(self, count: int) -> None:
        """Note that the visitor has taken so many bytes of the last ``next``."""
        self.rest = self.rest[count:]


def plain(data: bytes) -> Outbox:
    """Return an outbox with these bytes."""
    box = Outbox("")
    box.pieces.append(BytesIO(data))
    box.size = len(data)
    return box
