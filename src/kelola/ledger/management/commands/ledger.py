"""``kelola ledger``: check the chains, show an object's entries, restore the triggers."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from kelola.ledger import queries, triggers
from kelola.ledger.rules import SYSTEM, chain_of, spell_time

if TYPE_CHECKING:
    from kelola.ledger.queries import Verification


class Command(BaseCommand):
    """Exit codes: 0 good, 1 a finding, 2 wrong use."""

    # The chains must be checkable also where the rest of the installation is broken.
    requires_system_checks = ()
    help = _("Check the history, show an object's entries, restore the database's protection.")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the three subcommands."""
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("verify", help=_("check the hash chains"))
        which = check.add_mutually_exclusive_group()
        which.add_argument("--office", help=_("id of one office"))
        which.add_argument("--chain", help=_("an office's id, or system"))
        check.add_argument("--json", action="store_true", dest="as_json")
        show = actions.add_parser("show", help=_("show the entries of one object"))
        show.add_argument("object", help=_("for example sop.run:<id>"))
        show.add_argument("--json", action="store_true", dest="as_json")
        actions.add_parser("protect", help=_("make the missing triggers"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run one subcommand."""
        if options["action"] == "verify":
            self._verify(_chain(options), as_json=options["as_json"])
        elif options["action"] == "show":
            self._show(options["object"], as_json=options["as_json"])
        else:
            triggers.install(connection)
            self.stdout.write(_("The history is protected."))

    def _verify(self, chain: str | None, *, as_json: bool) -> None:
        if chain is not None and not queries.exists(chain):
            raise CommandError(_("There is no chain %(chain)s.") % {"chain": chain}, returncode=2)
        found = queries.verify(chain)
        self.stdout.write(json.dumps(_shape(found)) if as_json else _words(found))
        if not found.ok:
            sys.exit(1)

    def _show(self, name: str, *, as_json: bool) -> None:
        empty = True
        for entry in queries.entries_everywhere(name):
            empty = False
            row = {
                "chain": entry.chain,
                "seq": entry.seq,
                "at": spell_time(entry.at),
                "by": entry.by,
                "acting_for": entry.acting_for,
                "verb": entry.verb,
                "data": entry.data,
                "hash": entry.hash,
            }
            line = "{chain} {seq} {at} {by} {verb} {data}".format_map(row)
            self.stdout.write(json.dumps(row, ensure_ascii=False) if as_json else line)
        if empty:
            raise CommandError(_("%(object)s has no entries.") % {"object": name}, returncode=1)


def _chain(options: dict[str, Any]) -> str | None:
    wanted: str | None = options["office"] or options["chain"]
    if wanted is None or (wanted == SYSTEM and not options["office"]):
        return wanted
    try:
        return chain_of(UUID(wanted))
    except ValueError as error:
        message = _("%(text)s is not the id of an office.") % {"text": wanted}
        raise CommandError(message, returncode=2) from error


def _shape(found: Verification) -> dict[str, Any]:
    bad = found.first_bad
    return {
        "ok": found.ok,
        "first_bad": None if bad is None else {"chain": bad[0], "seq": bad[1]},
        "entries": found.entries,
        "chains": found.chains,
    }


def _words(found: Verification) -> str:
    if found.first_bad is None:
        words = _("The history is whole: %(entries)s entries in %(chains)s chains.")
        return words % {"entries": found.entries, "chains": found.chains}
    words = _("The history was altered: first in chain %(chain)s at entry %(seq)s.")
    return words % {"chain": found.first_bad[0], "seq": found.first_bad[1]}
