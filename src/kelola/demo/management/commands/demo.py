"""``kelola demo``: make the demo office in an empty installation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.demo import queries, services

WRONG_USE = 2


class Command(BaseCommand):
    """Exit codes: 0 made or made before, 2 wrong use or an office of one's own is there."""

    help = _("Make the demo office with its story, in an empty installation.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--seed", type=int, default=29, help=_("number behind the minutes"))
        parser.add_argument(
            "--until",
            default="",
            help=_("moment up to which the story tells, such as 2026-11-20T10:00"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the office and say how to sign in."""
        until = _moment(options["until"])
        try:
            made = services.make_demo(seed=options["seed"], by="system", at=until)
        except services.AlreadyMade:
            self.stdout.write(_("The demo office is there already; nothing changed."))
        except services.InUse as found:
            raise CommandError(
                _(
                    'This installation belongs to the office "%(name)s". The demo office is made '
                    "only in an empty installation: choose another folder by KELOLA_DATA_DIR."
                )
                % {"name": found.name},
                returncode=WRONG_USE,
            ) from None
        else:
            words = {"name": made.office.name, "runs": made.runs}
            self.stdout.write(_('Demo office "%(name)s" is ready with %(runs)d runs.') % words)
        self._say_accounts()

    def _say_accounts(self) -> None:
        facts = queries.office_file()
        titles = {p.key: p.title for p in facts.posts}
        self.stdout.write(
            _("Sign in as one of these, password %(word)s:") % {"word": facts.password}
        )
        for person in facts.people:
            if person.login:
                posts = ", ".join(titles[key] for key in person.posts)
                self.stdout.write(f"  {person.login:<6} {person.name} ({posts})")
        self.stdout.write(_("An office of your own begins in another folder:"))
        self.stdout.write("  KELOLA_DATA_DIR=~/kelola-kantor KELOLA_PORT=8010 kelola up --no-demo")


def _moment(text: str) -> datetime:
    """Return the moment up to which the story tells; without a zone it is in the office's."""
    now = timezone.now()
    if not text:
        return now
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            _("--until: write it like 2026-11-20T10:00."), returncode=WRONG_USE
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(queries.office_file().office.zone))
    if moment > now:
        raise CommandError(_("--until: this moment is still to come."), returncode=WRONG_USE)
    return moment
