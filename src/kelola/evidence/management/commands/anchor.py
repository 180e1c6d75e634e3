"""``kelola anchor``: write down, signed, how far the history has come; compare it later."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.evidence.rules.anchors import NoAnchor
from kelola.evidence.services import anchoring
from kelola.ledger.rules import SYSTEM

if TYPE_CHECKING:
    from kelola.evidence.services.anchoring import Compared

WRONG_USE = 2


class Command(BaseCommand):
    """Exit codes: 0 good, 1 a finding, 2 wrong use."""

    help = _("Write down, signed, how far the history has come; compare the history with it.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the three subcommands."""
        actions = parser.add_subparsers(dest="action", required=True)
        write = actions.add_parser("write", help=_("write an anchor into a file, to be kept apart"))
        write.add_argument("file", type=Path)
        check = actions.add_parser("check", help=_("compare the history with an anchor"))
        check.add_argument("file", type=Path)
        check.add_argument("--json", action="store_true", dest="as_json")
        actions.add_parser("accept", help=_("enter that an older copy was put back on purpose"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run one subcommand."""
        if options["action"] == "write":
            text = anchoring.make_anchor(by=SYSTEM, at=timezone.now())
            options["file"].write_text(text, encoding="utf-8")
            self.stdout.write(_("Keep this file where nobody can change it: %(file)s") % options)
        elif options["action"] == "check":
            self._check(options["file"], as_json=options["as_json"])
        else:
            findings = anchoring.accept_history(by=SYSTEM, at=timezone.now())
            for finding in findings:
                self.stdout.write(anchoring.told(finding))
            self.stdout.write(_("The history is anchored as it stands now."))

    def _check(self, file: Path, *, as_json: bool) -> None:
        try:
            found = anchoring.compare_anchor(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, NoAnchor) as error:
            words = _("%(file)s is no anchor, or was changed since it was signed.")
            raise CommandError(words % {"file": file}, returncode=WRONG_USE) from error
        self.stdout.write(json.dumps(_shape(found)) if as_json else _words(found))
        if not found.ok:
            sys.exit(1)


def _shape(found: Compared) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "at": found.at,
        "fingerprint": found.fingerprint,
        "known_key": found.known,
        "findings": [
            {"chain": f.chain, "kind": f.kind.value, "anchored": f.anchored, "found": f.found}
            for f in found.findings
        ],
    }


def _words(found: Compared) -> str:
    lines = [anchoring.told(f) for f in found.findings]
    if not found.known:
        words = _("Another installation signed this: key %(key)s.")
        lines.append(words % {"key": found.fingerprint})
    words = _("The history goes through the anchor of %(at)s, signed by %(key)s.")
    return "\n".join(lines) or words % {"at": found.at, "key": found.fingerprint}
