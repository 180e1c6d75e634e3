"""``kelola autostart``: start Kelola with the machine, after a power cut too."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kelola.config import autostart


class Command(BaseCommand):
    """Exit codes: 0 done or it starts with the machine, 1 it does not or cannot."""

    help = _("Start Kelola with the machine, or no more; say which.")
    needs_database = False
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("act", choices=("install", "remove", "status"))
        parser.add_argument(
            "--lan", action="store_true", help=_("also open the HTTPS door to the local network")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do as told and say so."""
        {"install": self._install, "remove": self._remove, "status": self._status}[options["act"]](
            lan=options["lan"]
        )

    def _install(self, *, lan: bool) -> None:
        words = ["--no-demo", *(["--lan"] if lan else [])]
        try:
            by = autostart.install(autostart.start_of(words, settings.DATA_DIR))
        except autostart.UnavailableError as error:
            raise CommandError(
                _(
                    "This machine has neither systemd for its users nor cron. Install cron "
                    "(apt-get install cron), or see docs/how-to/start-with-the-machine.md."
                )
            ) from error
        self.stdout.write(_("Kelola starts with the machine from now on (%(by)s).") % {"by": by})
        if by == "systemd":
            self.stdout.write(_("To start it now: systemctl --user start kelola"))

    def _remove(self, *, lan: bool) -> None:
        del lan
        removed = autostart.remove()
        done = _("Kelola starts with the machine no more.")
        self.stdout.write(done if removed else _("Kelola did not start with the machine."))

    def _status(self, *, lan: bool) -> None:
        del lan
        by = autostart.status()
        if not by:
            self.stdout.write(_("Kelola does not start with the machine."))
            sys.exit(1)
        self.stdout.write(_("Kelola starts with the machine (%(by)s).") % {"by": by})
