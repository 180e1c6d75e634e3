"""``kelola up``: start Kelola. An empty data folder first gets the library and the demo office."""

from __future__ import annotations

import fcntl
import io
import sys
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.config import static
from kelola.demo.queries import office_file
from kelola.jobs import supervisor
from kelola.office.queries import offices
from kelola.sop.definition import loader

if TYPE_CHECKING:
    import socket


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C. Exit codes: 0 ended as told, 1 could not start."""

    help = _("Start Kelola; an empty data folder gets a demo office first.")
    requires_system_checks = ()  # `kelola doctor` has the time for them

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--no-demo", action="store_true", help=_("make no demo office"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take the folder and the port, prepare, then serve."""
        held = _hold_folder()
        listener = _take_port()
        static.collect_if_changed()
        if settings.DEMO_ON_EMPTY and not options["no_demo"]:
            self._demo()
        self._library()
        application = supervisor.preload()
        host, port = listener.getsockname()[:2]
        self.stdout.write(_("Kelola is at %(address)s") % {"address": f"http://{host}:{port}/"})
        self.stdout.flush()
        try:
            code = supervisor.serve(listener, application, threads=settings.DOOR["threads"])
        except supervisor.PortTakenError as error:
            raise _port_taken() from error
        held.close()
        sys.exit(code)

    def _library(self) -> None:
        """Load every SOP of the library that is not loaded yet."""
        for entry in loader.library():
            call_command("sop", "load", entry.number, stdout=io.StringIO())

    def _demo(self) -> None:
        """Make the demo office in an empty installation; say its accounts where it stands."""
        present = [office.name for office in offices()]
        if present and office_file().office.name not in present:
            return
        with transaction.atomic():  # cut off in the middle, the next start begins again
            if not present:
                self.stdout.write(_("Making the demo office …"))
                self.stdout.flush()
            call_command("demo", stdout=self.stdout)


def _hold_folder() -> IO[str]:
    """Hold the data folder: two supervisors on one folder would run every job twice."""
    file: IO[str] = (settings.DATA_DIR / "up.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = _("Kelola already runs with the data folder %(path)s.")
        raise CommandError(message % {"path": settings.DATA_DIR}) from error
    return file


def _take_port() -> socket.socket:
    try:
        return supervisor.bind(settings.DOOR["host"], settings.DOOR["port"])
    except supervisor.PortTakenError as error:
        raise _port_taken() from error


def _port_taken() -> CommandError:
    message = _(
        "Port %(port)s at %(host)s is taken by another program. End that program or choose "
        "another port, for example: KELOLA_PORT=8010 make run"
    )
    return CommandError(message % settings.DOOR)
