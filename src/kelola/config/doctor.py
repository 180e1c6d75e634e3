"""What `kelola doctor` asks of the machine and the installation."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.config import schema, soundness
from kelola.registry import Check, checks

LEAST_FREE_BYTES = 1024**3
CLOCK_SLACK = 120  # seconds
WRITTEN = 1_767_225_600  # 2026-01-01 UTC: no right clock shows an earlier time
OLDEST_POSTGRESQL = 14_00_00
SYNCHRONOUS_FULL = 2


def folder() -> list[str]:
    """The data folder can be written, and the secret is nobody else's."""
    findings = []
    try:
        with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR):
            pass
    except OSError as error:
        findings.append(
            _("The data folder %(path)s cannot be written: %(error)s.")
            % {"path": settings.DATA_DIR, "error": error.strerror}
        )
    secret = settings.DATA_DIR / "secret"
    if secret.exists() and stat.S_IMODE(secret.stat().st_mode) & 0o077:
        findings.append(
            _("Others on this machine can read %(path)s. Run: chmod 600 %(path)s")
            % {"path": secret}
        )
    return findings


def space() -> list[str]:
    """There is room for files and the database."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free >= LEAST_FREE_BYTES:
        return []
    return [
        _("Only %(free)d MB are free where the data folder lies; keep at least 1,024 MB.")
        % {"free": free // 1024**2}
    ]


def database() -> list[str]:
    """The engine keeps what it has called saved."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            if (mode, cursor.fetchone()[0]) != ("wal", SYNCHRONOUS_FULL):
                return [_("SQLite does not run with WAL and synchronous=FULL.")]
            return []
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        cursor.execute("SHOW fsync")
        durable = cursor.fetchone()[0] == "on"
    findings = []
    if version < OLDEST_POSTGRESQL:
        findings.append(_("PostgreSQL is older than 14."))
    if not durable:
        findings.append(_("PostgreSQL runs with fsync=off: a power cut can lose saved work."))
    return findings


def soundness_of_file() -> list[str]:
    """The database's file is whole."""
    return [soundness.damaged_words()] if soundness.damage() else []


def tables() -> list[str]:
    """The tables are those of this version."""
    if schema.unknown():
        return [schema.newer_words()]
    waiting = sorted(f"{app}.{name}" for app, name in schema.pending())
    if not waiting:
        return []
    return [_("The database waits for an update (%(names)s).") % {"names": ", ".join(waiting)}]


def clock() -> list[str]:
    """The clock shows a possible time, and was not set back below the last write."""
    now = time.time()
    newest = max(
        (entry.stat().st_mtime for entry in os.scandir(settings.DATA_DIR) if entry.is_file()),
        default=0.0,
    )
    if now < WRITTEN or newest > now + CLOCK_SLACK:
        return [_("The machine's clock is wrong: deadlines and the history would be too.")]
    return []


checks.register("config.folder", Check(gettext_lazy("Data folder"), folder))
checks.register("config.space", Check(gettext_lazy("Free space"), space))
checks.register("config.database", Check(gettext_lazy("Database"), database))
checks.register("config.soundness", Check(gettext_lazy("The database's file"), soundness_of_file))
checks.register("config.tables", Check(gettext_lazy("Tables of this version"), tables))
checks.register("config.clock", Check(gettext_lazy("Clock"), clock))
