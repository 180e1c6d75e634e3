"""``kelola search``: build the index of the search anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kelola.office.queries import offices
from kelola.office.scope import office_scope
from kelola.search.kinds import kinds
from kelola.search.services import rebuild

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Exit codes: 0 good, 2 wrong use."""

    help = _("Build the index of the search anew.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the one subcommand."""
        actions = parser.add_subparsers(dest="action", required=True)
        again = actions.add_parser("rebuild", help=_("read every row again"))
        again.add_argument("--office", help=_("id of one office"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rebuild one office's part of the index, or every office's."""
        wanted = options["office"]
        known = {str(office.pk): office for office in offices()}
        if wanted and _spelled(wanted) not in known:
            message = _("%(text)s is not the id of an office.") % {"text": wanted}
            raise CommandError(message, returncode=2)
        for key in [_spelled(wanted)] if wanted else known:
            self._rebuild(UUID(key), known[key].name)

    def _rebuild(self, office: UUID, name: str) -> None:
        indexed = forgotten = 0
        with office_scope(office):
            for kind in kinds:
                there, gone = rebuild(office=office, kind=kind)
                indexed, forgotten = indexed + there, forgotten + gone
        words = _("%(office)s: %(indexed)s things can be found, %(forgotten)s were dropped.")
        self.stdout.write(words % {"office": name, "indexed": indexed, "forgotten": forgotten})


def _spelled(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
