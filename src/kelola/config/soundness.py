"""Whether SQLite's file is whole and still there, asked before anything is written into it."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 20.0  # seconds: a start must not wait for minutes; `kelola doctor` looks again
STEPS = 100_000  # of SQLite's machine between two looks at the clock


def damage() -> str:
    """Return what is broken in SQLite's file, "" when nothing was found in the time given."""
    name = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite" or not settings.DATA_DIR.joinpath(name).exists():
        return ""
    end = time.monotonic() + LONGEST
    try:
        asked = sqlite3.connect(f"file:{name}?mode=rw", uri=True, timeout=5)
        try:
            asked.set_progress_handler(lambda: time.monotonic() > end, STEPS)
            found = str(asked.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            asked.close()
    except sqlite3.OperationalError:  # out of time, or held by somebody: not damaged
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def require_whole() -> None:
    """Raise CommandError, with what to do, when the database is damaged: nothing is written."""
    if damage():
        raise CommandError(damaged_words())


def damaged_words() -> str:
    """Return what a person reads when the database is damaged."""
    return _(
        "The database is damaged, so Kelola does not start: nothing is to be written over it. "
        "Put the last good backup in its place, as docs/how-to/back-up-and-restore.md says, then "
        "run `kelola doctor` and `kelola ledger verify`."
    )


def mark() -> Path:
    """Return the file that says that this folder's SQLite database was made once."""
    return settings.DATA_DIR / "database.made"


def require_present(*, empty: bool) -> None:
    """Raise CommandError when a database that was there is gone: a new one would hide the loss."""
    if connection.vendor == "sqlite" and empty and mark().exists():
        raise CommandError(
            _(
                "The database kelola.sqlite3 is missing or empty, though this folder was in use. "
                "Put the last good backup in its place, as docs/how-to/back-up-and-restore.md "
                "says. To begin anew, choose another folder by KELOLA_DATA_DIR."
            )
        )
