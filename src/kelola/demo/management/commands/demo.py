"""``kelola demo``: make the demo office in an empty installation, with a year if one is wanted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kelola.demo import queries, services
from kelola.demo.queries.growth import years

if TYPE_CHECKING:
    from kelola.demo.models import Growth

WRONG_USE = 2
SEED = 29
MOST_MONTHS = 24
# A year may end with the month that is running now, so that the same one is made all month long.
AHEAD = timedelta(days=31)


class Command(BaseCommand):
    """Exit codes: 0 made or made before, 2 wrong use or an office of one's own is there."""

    help = _("Make the demo office with its story, in an empty installation.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--seed", type=int, default=SEED, help=_("number behind all chance"))
        parser.add_argument(
            "--months",
            type=int,
            default=0,
            help=_("months that the office has lived, 0 to 24; 0: its last weeks only"),
        )
        parser.add_argument(
            "--until",
            default="",
            help=_("day or moment up to which the story tells, such as 2026-11-20T10:00"),
        )
        parser.add_argument(
            "--begin",
            action="store_true",
            help=_("with --months: found the office only; `kelola up` tells the months"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the office and say how to sign in."""
        until = _moment(options["until"], ahead=AHEAD if options["months"] else timedelta())
        if not 0 <= options["months"] <= MOST_MONTHS:
            raise CommandError(_("--months: a number from 0 to 24."), returncode=WRONG_USE)
        growing = [year for year in years() if not year.is_told]
        if growing and not options["begin"]:
            self._grow(growing[0])
        else:
            self._make(options, until)
        self._say_accounts()

    def _make(self, options: dict[str, Any], until: datetime) -> None:
        try:
            if options["months"]:
                year = services.begin_year(
                    seed=options["seed"], months=options["months"], by="system", at=until
                )
                if not options["begin"]:
                    self._grow(year)
                return
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

    def _grow(self, year: Growth) -> None:
        """Tell the months that are still to be told."""
        services.grow(year, say=self._say_month)
        words = {"name": year.office.name, "months": year.months}
        told = _('Demo office "%(name)s" is ready with %(months)d months behind it.')
        self.stdout.write(told % words)

    def _say_month(self, month: date) -> None:
        self.stdout.write(f"  {date_format(month, 'F Y')}")
        self.stdout.flush()

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


def _moment(text: str, *, ahead: timedelta) -> datetime:
    """Return the moment up to which the story tells; without a zone it is in the office's."""
    now = timezone.now()
    if not text:
        return now
    try:
        moment = datetime.fromisoformat(text)
        if len(text) == len("2026-11-20"):  # a day is told whole
            moment = datetime.combine(moment.date(), time(23, 59))
    except ValueError:
        raise CommandError(
            _("--until: write it like 2026-11-20T10:00."), returncode=WRONG_USE
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(queries.office_file().office.zone))
    if moment > now + ahead:
        raise CommandError(_("--until: this moment is still to come."), returncode=WRONG_USE)
    return moment
