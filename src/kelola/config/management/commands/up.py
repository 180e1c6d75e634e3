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
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.config import soundness, static
from kelola.demo.queries import accounts_with_known_password, office_file
from kelola.demo.queries.growth import years
from kelola.demo.services import grow, marking
from kelola.jobs import supervisor
from kelola.jobs.door import certificates
from kelola.jobs.door import lan as door
from kelola.jobs.door.certificates import CertificateError
from kelola.jobs.door.opening import open_lan
from kelola.ledger.rules import SYSTEM
from kelola.office.queries import offices
from kelola.office.services import LinkSpent, make_setup_link
from kelola.sop.definition import loader

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from kelola.jobs.door.certificates import Served

PORT_NAMES = {"port": "KELOLA_PORT", "lan_port": "KELOLA_LAN_PORT"}


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C. Exit codes: 0 ended as told, 1 could not start."""

    help = _("Start Kelola; an empty data folder gets a demo office first.")
    requires_system_checks = ()  # `kelola doctor` has the time for them

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--no-demo", action="store_true", help=_("make no demo office"))
        parser.add_argument(
            "--lan", action="store_true", help=_("also open the HTTPS door to the local network")
        )
        parser.add_argument(
            "--only",
            action="append",
            choices=supervisor.ROLES,
            help=_("run this part alone, each under a unit of its own; may be given again"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take the folder and the ports, prepare, then serve."""
        roles = options["only"] or [r for r in supervisor.ROLES if r != "lan" or options["lan"]]
        held = [_hold_folder(role) for role in roles]
        soundness.require_whole()
        web = _take_port("host", "port") if "web" in roles else None
        demo = settings.DEMO_ON_EMPTY and not options["no_demo"] and web is not None
        lan = _open_lan(demo=demo) if "lan" in roles else None
        if web is not None:
            whole = set(roles) >= {"worker", "scheduler"}
            self._prepare(demo=demo, months=settings.DEMO_MONTHS if whole else 0)
        secret = None if web is None else _setup_secret()
        application = supervisor.preload()
        self._say_addresses(web, secret, lan=lan is not None)
        try:
            code = supervisor.serve(application, roles=roles, web=web, lan=lan, first=_first())
        except supervisor.PortTakenError as error:
            raise _port_taken("host", "port") from error
        for lock in held:
            lock.close()
        sys.exit(code)

    def _prepare(self, *, demo: bool, months: int) -> None:
        static.collect_if_changed()
        if demo:
            self._demo(months)
        self._library()

    def _say_addresses(self, web: socket.socket | None, secret: str | None, *, lan: bool) -> None:
        if web is not None:
            host, port = web.getsockname()[:2]
            told = {"address": f"http://{host}:{port}/"}
            self.stdout.write(_("Kelola is at %(address)s") % told)
            if secret is not None:
                told = {
                    "address": told["address"].rstrip("/") + reverse("start_office", args=[secret])
                }
                said = _("Set up the office at this address, valid for 24 hours: %(address)s")
                self.stdout.write(said % told)
        for address in door.addresses() if lan else ():
            self.stdout.write(_("In the local network: %(address)s") % {"address": address})
        ours = certificates.authority() if lan and certificates.own_files() is None else None
        if ours is not None:
            digits = {"digits": certificates.fingerprint(ours)}
            self.stdout.write(_("Fingerprint of the office's certificate: %(digits)s") % digits)
            self.stdout.write(_("Each device installs it once: page /pasang/."))
        self.stdout.flush()

    def _library(self) -> None:
        """Load every SOP of the library that is not loaded yet."""
        for entry in loader.library():
            call_command("sop", "load", entry.number, stdout=io.StringIO())

    def _demo(self, months: int) -> None:
        """Make the demo office in an empty installation; say its accounts where it stands.

        With months behind it only the founding comes before the doors open.
        """
        present = [office.name for office in offices()]
        if present and office_file().office.name not in present:
            return
        with transaction.atomic():  # cut off in the middle, the next start begins again
            if not present:
                self.stdout.write(_("Making the demo office …"))
                self.stdout.flush()
            call_command("demo", months=months, begin=True, stdout=self.stdout)


def _first() -> tuple[str, Callable[[], None]] | None:
    """Return what runs before the schedule: the rest of the demo office's year, if one grows."""
    if all(year.is_told for year in years()):
        marking.hide()
        return None
    return "year", _grow


def _grow() -> None:
    for year in years():
        if not year.is_told:
            grow(year)


def _setup_secret() -> str | None:
    """Return the secret of a new address for setting up the first office; None if there is one."""
    try:
        return make_setup_link(by=SYSTEM, at=timezone.now())
    except LinkSpent:
        return None


def _hold_folder(role: str) -> IO[str]:
    """Hold a role of the data folder: two workers on one folder would run every job twice."""
    file: IO[str] = (settings.DATA_DIR / f"up-{role}.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = _("Kelola already runs with the data folder %(path)s.")
        raise CommandError(message % {"path": settings.DATA_DIR}) from error
    return file


def _take_port(host: str, port: str) -> socket.socket:
    try:
        return supervisor.bind(settings.DOOR[host], settings.DOOR[port])
    except supervisor.PortTakenError as error:
        raise _port_taken(host, port) from error


def _port_taken(host: str, port: str) -> CommandError:
    message = _(
        "Port %(port)s at %(host)s is taken by another program. End that program or choose "
        "another port, for example: %(name)s=%(other)s make run"
    )
    number = settings.DOOR[port]
    told = {"host": settings.DOOR[host], "port": number, "name": PORT_NAMES[port]}
    return CommandError(message % {**told, "other": number + 10})


def _open_lan(*, demo: bool) -> tuple[socket.socket, Served]:
    """Open the door to the local network, unless it would lead to passwords everybody knows."""
    known = accounts_with_known_password()
    if known or (demo and not offices()):
        message = _(
            "The door to the local network stays closed: the demo office has passwords that "
            "everybody knows. Start an office of your own (`kelola office new`), or change the "
            "password of each of these accounts first: %(names)s."
        )
        names = known or [p.login for p in office_file().people if p.login]
        raise CommandError(message % {"names": ", ".join(sorted(names))})
    listener = _take_port("lan_host", "lan_port")
    try:
        served = open_lan(port=listener.getsockname()[1], at=timezone.now())
    except CertificateError as error:
        raise CommandError(str(error)) from error
    settings.ALLOWED_HOSTS = door.Hosts(list(settings.ALLOWED_HOSTS))
    return listener, served
