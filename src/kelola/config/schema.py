"""The database's tables: made on the first command, brought up to date by any later one."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands import migrate as migrate_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from kelola.config import soundness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState


Names = set[tuple[str, str]]  # of migrations: (app, name)


def pending() -> Names:
    """Return the migrations that stand on disk and not in the database."""
    return _compared()[0]


def unknown() -> Names:
    """Return the migrations that a newer Kelola has applied and this one has never seen."""
    return _compared()[1]


def _compared() -> tuple[Names, Names]:
    """Return what only the disk has, and what of our own apps only the database has.

    Libraries fold and rename their migrations; that makes no version of ours a newer one. One
    query and a look at the folders; building Django's graph would cost every command more.
    """
    on_disk = {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("[0-9]*.py")
    }
    applied = set(MigrationRecorder(connection).applied_migrations())
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("kelola.")}
    return on_disk - applied, {(app, name) for app, name in applied - on_disk if app in ours}


def newer_words() -> str:
    """Return what a person reads when the tables are those of a newer Kelola."""
    return _(
        "A newer Kelola has worked with this database, so this older one does not start: it "
        "could damage what it does not know. Install the newer version again, or put the backup "
        "from before the update in place, as docs/how-to/back-up-and-restore.md says."
    )


def can_write() -> bool:
    """Tell whether the data folder takes files: SQLite would only say that it can't be opened."""
    return os.access(settings.DATA_DIR, os.W_OK)


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
    """Apply what is pending; two commands at the same moment apply it once.

    Cut off anywhere, the next command goes on: a migration and its record are one transaction, and
    a note in the data folder says that what follows the migrations is still to be done.

    Raises:
        CommandError: the data folder cannot be written, the tables are a newer Kelola's, an older
            one still works with them, or the database is damaged or gone. Nothing was written.

    """
    if not can_write():
        message = _(
            "Nothing was done: the data folder %(path)s cannot be written. See whether its disk is "
            "well and whose folder it is, then try again."
        )
        raise CommandError(message % {"path": settings.DATA_DIR})
    if not _waits():
        return
    with locked("migrate"):
        if _waits():
            new = is_new()
            soundness.require_present(empty=new)
            soundness.require_whole()
            if not new:
                _require_stopped()
            _note().touch()
            call_command("migrate", interactive=False, verbosity=0)
            if connection.vendor == "sqlite":
                soundness.mark().touch()
            _note().unlink()


def _waits() -> bool:
    waiting, foreign = _compared()
    if foreign:
        raise CommandError(newer_words())
    return _note().exists() or bool(waiting)


def _require_stopped() -> None:
    """Raise CommandError while a part of Kelola runs: its code knows the old tables only."""
    for lock in settings.DATA_DIR.glob("up-*.lock"):
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = _(
                    "The database is to be brought up to date, but Kelola still runs with the "
                    "data folder %(path)s. Stop it first, then start it again."
                )
                raise CommandError(message % {"path": settings.DATA_DIR}) from error


def _note() -> Path:
    return settings.DATA_DIR / "migrate.unfinished"


class _Whole(MigrationExecutor):
    """Django records a migration after its transaction; a kill between would apply it twice."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, *args: Any, **kwargs: Any
    ) -> ProjectState:
        """Apply and record in one transaction."""
        with _one_transaction() if migration.atomic else nullcontext():
            return super().apply_migration(state, migration, *args, **kwargs)


@contextmanager
def _one_transaction() -> Iterator[None]:
    # SQLite alters a table by building it anew, and can switch its references off only outside.
    with connection.constraint_checks_disabled(), transaction.atomic():
        yield


# The command takes the class from its own module and asks for no other way.
migrate_command.MigrationExecutor = _Whole  # type: ignore[attr-defined] # not in its stubs
