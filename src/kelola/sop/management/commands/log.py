"""``kelola log export``: an office's runs as XES or CSV, for programs that mine logs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kelola.office.queries import offices
from kelola.office.scope import office_scope
from kelola.sop.exchange import log, xes
from kelola.workcal.rules import KNOWN_YEARS

if TYPE_CHECKING:
    from kelola.office.models import Office

WRONG_USE = 2


class Command(BaseCommand):
    """Exit codes: 0 good, 2 wrong use."""

    help = _("Write the runs of an office as XES or CSV.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the one subcommand."""
        actions = parser.add_subparsers(dest="action", required=True)
        out = actions.add_parser("export", help=_("write the runs opened in a period"))
        out.add_argument("--format", choices=("csv", "xes"), required=True)
        out.add_argument("--from", dest="first", required=True, help=_("first day, 2026-11-01"))
        out.add_argument("--to", dest="last", required=True, help=_("last day, 2026-11-30"))
        out.add_argument("--out", required=True, help=_("the file to write"))
        out.add_argument("--office", help=_("id of the office, if there is more than one"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file, first under another name: a half-written one never has its own."""
        office = _office(options["office"])
        first, last = _day(options["first"]), _day(options["last"])
        if last < first:
            raise CommandError(_("The period ends before it begins."), returncode=WRONG_USE)
        target = Path(options["out"])
        part = target.with_name(f"{target.name}.part")
        try:
            with office_scope(office.pk), part.open("wb") as stream:
                asked = log.period(office.pk, first, last)
                stream.writelines(xes.pieces(options["format"], office.name, asked))
            part.replace(target)
        except OSError as error:
            part.unlink(missing_ok=True)
            words = _("%(file)s can't be written: %(reason)s. Choose another place with --out.")
            reason = error.strerror or type(error).__name__
            raise CommandError(
                words % {"file": target, "reason": reason}, returncode=WRONG_USE
            ) from None
        size = -(-target.stat().st_size // 1024)
        self.stdout.write(_("Written: %(file)s (%(size)d KB).") % {"file": target, "size": size})


def _office(text: str | None) -> Office:
    every = list(offices())
    found = [o for o in every if text is None or str(o.id) == text]
    if len(found) != 1:
        known = ", ".join(f"{o.id} ({o.name})" for o in every) or "–"
        raise CommandError(
            _("Name one office with --office: %(known)s") % {"known": known}, returncode=WRONG_USE
        )
    return found[0]


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year not in KNOWN_YEARS:
        raise CommandError(
            _("%(day)s is no day. Write it like 2026-11-30.") % {"day": text}, returncode=WRONG_USE
        )
    return found
