"""``kelola office``: start a real office with its first administrator, list the offices."""

from __future__ import annotations

import getpass
import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.ledger.rules import SYSTEM
from kelola.office import queries, services
from kelola.office.models import User
from kelola.office.rules import canonical_login

if TYPE_CHECKING:
    from kelola.office.models import Office

WRONG_USE = 2
GENERATED_BYTES = 15


class Command(BaseCommand):
    """Exit codes: 0 good, 2 wrong use."""

    help = _("Start an office with its first administrator; list offices; free who is locked out.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the two subcommands."""
        actions = parser.add_subparsers(dest="action")
        new = actions.add_parser("new", help=_("start an office, without demo data"))
        new.add_argument("--name", help=_("the office's full name"))
        new.add_argument("--short", help=_("its short name, for the screen"))
        new.add_argument("--zone", help=_("its time zone, such as Asia/Jakarta"))
        new.add_argument("--admin", help=_("user name of the first administrator"))
        new.add_argument("--admin-name", help=_("the administrator's name"))
        new.add_argument("--admin-nip", default="", help=_("the administrator's NIP"))
        new.add_argument("--name-en", default="", help=_("the office's English name"))
        new.add_argument("--letter-code", default="", help=_("its code in numbers of letters"))
        new.add_argument("--address", default="", help=_("its postal address"))
        new.add_argument("--place", default="", help=_("where its papers are signed"))
        new.add_argument("--site", default="", help=_("the address of its website"))
        new.add_argument("--password-file", type=Path, help=_("file with the password in line 1"))
        reset = actions.add_parser(
            "second-factor-reset", help=_("take the lost second factor off an account")
        )
        reset.add_argument("login", help=_("the user name of the account"))
        actions.add_parser(
            "setup-link", help=_("make a new address for setting up the first office")
        )
        listing = actions.add_parser("list", help=_("list the offices"))
        listing.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run one subcommand."""
        if options["action"] == "list":
            self._list(as_json=options["as_json"])
        elif options["action"] == "new":
            self._new(options)
        elif options["action"] == "second-factor-reset":
            self._reset(options["login"])
        elif options["action"] == "setup-link":
            self._setup_link()
        else:
            raise CommandError(
                _("Say what to do: new, setup-link, list or second-factor-reset."),
                returncode=WRONG_USE,
            )

    def _setup_link(self) -> None:
        try:
            secret = services.make_setup_link(by=SYSTEM, at=timezone.now())
        except services.LinkSpent as error:
            raise CommandError(
                _("There is an office already; nothing is left to set up."), returncode=WRONG_USE
            ) from error
        base = f"http://{settings.DOOR['host']}:{settings.DOOR['port']}"
        address = base + reverse("start_office", args=[secret])
        self.stdout.write(
            _("Set up the office at this address, valid for 24 hours: %(address)s")
            % {"address": address}
        )

    def _reset(self, login: str) -> None:
        user = User.objects.filter(login=canonical_login(login)).first()
        if user is None:
            raise CommandError(
                _("There is no account with the user name %(login)s.") % {"login": login},
                returncode=WRONG_USE,
            )
        at = timezone.now()
        services.clear_factors(user=user, by=SYSTEM, at=at)
        services.remove_pin(user=user, by=SYSTEM, at=at)
        self.stdout.write(
            _("The second factors of %(login)s are off; all devices are signed out.")
            % {"login": user.login}
        )

    def _list(self, *, as_json: bool) -> None:
        rows = [
            {"id": str(o.pk), "name": o.name, "short_name": o.short_name, "zone": o.zone}
            for o in queries.offices()
        ]
        if as_json:
            self.stdout.write(json.dumps({"offices": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("{id}  {name} ({zone})".format_map(row))
        if not rows:
            self.stdout.write(_("There is no office yet. Start one by `kelola office new`."))

    def _new(self, options: dict[str, Any]) -> None:
        missing = [name for name, key in _NEEDED.items() if options[key] is None]
        if missing:
            raise CommandError(
                _("These options are missing: %(options)s. See `kelola office new --help`.")
                % {"options": ", ".join(missing)},
                returncode=WRONG_USE,
            )
        password, generated = _password(options["password_file"])
        try:
            office = _start(options, password)
        except services.Invalid as error:
            option = _OPTIONS.get(error.field, error.field)
            raise CommandError(f"{option}: {error.message}", returncode=WRONG_USE) from error
        self.stdout.write(
            _('Office "%(name)s" is ready: %(id)s') % {"name": office.name, "id": office.pk}
        )
        if generated:
            self.stdout.write(
                _("The password of %(login)s, shown this once: %(password)s")
                % {"login": options["admin"], "password": password}
            )


# Checked by hand, because argparse says it in English only.
_NEEDED = {
    "--name": "name",
    "--short": "short",
    "--zone": "zone",
    "--admin": "admin",
    "--admin-name": "admin_name",
}
_OPTIONS = {
    "name": "--name",
    "short_name": "--short",
    "zone": "--zone",
    "login": "--admin",
    "person": "--admin-name",
    "nip": "--admin-nip",
    "name_en": "--name-en",
    "letter_code": "--letter-code",
    "place": "--place",
    "site": "--site",
    "password": "--password-file",
}


def _start(options: dict[str, Any], password: str) -> Office:
    office, _admin = services.start_office(
        facts={
            "name": options["name"],
            "name_en": options["name_en"],
            "short_name": options["short"],
            "zone": options["zone"],
            "letter_code": options["letter_code"],
            "address": options["address"],
            "place": options["place"],
            "site": options["site"],
        },
        admin=services.FirstAdmin(
            name=options["admin_name"],
            nip=options["admin_nip"],
            login=options["admin"],
            password=password,
        ),
        at=timezone.now(),
    )
    return office


def _password(file: Path | None) -> tuple[str, bool]:
    """Return the password and whether we made it up: from the file, the terminal, or a new one."""
    if file is not None:
        try:
            first = file.read_text(encoding="utf-8").splitlines()[:1]
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                _("The password file cannot be read: %(file)s") % {"file": file},
                returncode=WRONG_USE,
            ) from error
        return (first[0] if first else ""), False
    if not sys.stdin.isatty():
        return secrets.token_urlsafe(GENERATED_BYTES), True
    password = getpass.getpass(_("Password of the administrator: "))
    if getpass.getpass(_("Once more: ")) != password:
        raise CommandError(_("The two passwords differ."), returncode=WRONG_USE)
    return password, False
