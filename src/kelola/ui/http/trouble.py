"""Faults of the machine below us: told apart from faults of ours, and answered with what to do."""

from __future__ import annotations

import errno
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NOT_WRITABLE = {errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}
TOO_MUCH = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN}
# SQLite's messages and PostgreSQL's states, as far as they say more than "come again".
FULL_WORDS = ("database or disk is full",)
UNWRITABLE_WORDS = ("readonly database", "disk i/o error", "unable to open database file")
OURS_WORDS = ("no such table", "no such column", "has no column", "syntax error")
DAMAGED_WORDS = ("malformed", "file is not a database")
# SQLite says "disk I/O error" also where it could not map its index into memory.
NO_MEMORY_NAMES = {"SQLITE_NOMEM", "SQLITE_IOERR_NOMEM", "SQLITE_IOERR_SHMMAP"}
FULL_STATES = {"53100"}
UNWRITABLE_STATES = {"25006", "58030"}
DAMAGED_STATES = {"XX001", "XX002"}


class NoRoom(OSError):  # noqa: N818 - an answer to a person, not a fault of the program
    """Files were not taken, to keep the room that records need."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "room kept for records")


class Trouble(StrEnum):
    """What is wrong below us."""

    BUSY = "busy"
    FULL = "full"
    UNWRITABLE = "unwritable"
    DAMAGED = "damaged"

    @property
    def status(self) -> int:
        """The status of the answer."""
        return 507 if self is Trouble.FULL else 503

    @property
    def retry_after(self) -> int:
        """Seconds after which another try makes sense."""
        return {Trouble.BUSY: 10, Trouble.FULL: 300}.get(self, 120)


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return what trouble of the machine lies behind an error; None for a fault of ours."""
    found = [trouble for one in _behind(error) if (trouble := _judge(one)) is not None]
    telling = [trouble for trouble in found if trouble is not Trouble.BUSY]
    return next(iter(telling or found), None)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _judge(error: BaseException) -> Trouble | None:
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_database(error)
    if isinstance(error, OSError):
        return _of_system(error.errno)
    return Trouble.BUSY if isinstance(error, MemoryError) else None


def _of_system(number: int | None) -> Trouble | None:
    if number in NO_SPACE:
        return Trouble.FULL
    if number in NOT_WRITABLE:
        return Trouble.UNWRITABLE
    return Trouble.BUSY if number in TOO_MUCH else None


def _of_database(error: DatabaseError | InterfaceError) -> Trouble | None:
    words, state = str(error).lower(), str(getattr(error.__cause__, "sqlstate", None) or "")
    if getattr(error.__cause__, "sqlite_errorname", "") in NO_MEMORY_NAMES:
        return Trouble.BUSY
    if state in FULL_STATES or any(part in words for part in FULL_WORDS):
        return Trouble.FULL
    if state in UNWRITABLE_STATES or any(part in words for part in UNWRITABLE_WORDS):
        return Trouble.UNWRITABLE
    if state in DAMAGED_STATES or any(part in words for part in DAMAGED_WORDS):
        return Trouble.DAMAGED
    return Trouble.BUSY if _passes(error, words) else None


def _passes(error: DatabaseError | InterfaceError, words: str) -> bool:
    """Tell whether the same may go well in a while; a missing table or column never does."""
    if isinstance(error, InterfaceError):
        return True
    return isinstance(error, OperationalError) and not any(part in words for part in OURS_WORDS)
