"""The database's tables: made on the first command, brought up to date by any later one."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator


def pending() -> set[tuple[str, str]]:
    """Return the migrations that stand on disk and not in the database, as (app, name).

    One query and a look at the folders; building Django's graph would cost every command more.
    """
    on_disk = {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("[0-9]*.py")
    }
    return on_disk - set(MigrationRecorder(connection).applied_migrations())


def is_new() -> bool:
    """Tell whether the database has no tables of ours yet."""
    return not MigrationRecorder(connection).has_table()


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock of the data folder, waiting for it."""
    with (settings.DATA_DIR / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ensure_schema() -> None:
    """Apply what is pending; two commands at the same moment apply it once."""
    if pending():
        with locked("migrate"):
            if pending():
                call_command("migrate", interactive=False, verbosity=0)
