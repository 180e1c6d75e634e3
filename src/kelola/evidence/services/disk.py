"""Bytes on the disk of this machine: written beside, made durable, then given their name."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from django.conf import settings

from kelola.evidence.rules import Reason, Unfit
from kelola.ui.storage import scarce

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

TEMPORARY = "tmp"
_CHUNK = 256 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Written:
    """A temporary file that is safe on the disk; ``size`` in bytes."""

    file: IO[bytes]
    sha256: str
    size: int


def folder_of(office: UUID) -> Path:
    """Return the folder of an office's files."""
    return Path(settings.FILES_DIR) / str(office)


@contextlib.contextmanager
def received(office: UUID, stream: BinaryIO) -> Iterator[Written]:
    """Copy a stream beside its later place; the copy is gone afterwards unless it was kept.

    Raises Unfit when the stream is longer than the limit or room is short.
    """
    try:
        folder = folder_of(office) / TEMPORARY
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if scarce():
            raise Unfit(Reason.NO_SPACE)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            try:
                yield _copy(stream, file)
            finally:
                Path(file.name).unlink(missing_ok=True)
    except OSError as error:
        if error.errno in _FULL:
            raise Unfit(Reason.NO_SPACE) from error
        raise


def keep(written: Written, path: Path) -> None:
    """Give a received file its name by content.

    It replaces a file of the same content, whose age would let the sweep take it meanwhile.
    """
    fresh = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(path.parent.parent):
        Path(written.file.name).replace(path)
    _sync_folder(path.parent)
    if fresh:
        _sync_folder(path.parent.parent)
        _sync_folder(path.parent.parent.parent)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep storing and sweeping of one office apart, in whichever processes they run."""
    with (folder / ".lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copy(stream: BinaryIO, file: IO[bytes]) -> Written:
    digest, size = hashlib.sha256(), 0
    while data := stream.read(_CHUNK):
        size += len(data)
        if size > settings.UPLOAD_LIMIT_BYTES:
            raise Unfit(Reason.TOO_LARGE)
        digest.update(data)
        file.write(data)
    file.flush()
    os.fsync(file.fileno())
    return Written(file, digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
