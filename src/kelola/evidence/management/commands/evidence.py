"""``kelola evidence``: the verification page for a public website, and packs of evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from kelola.evidence import faces, queries
from kelola.evidence.management.packing import add_pack, make_pack
from kelola.evidence.rules.seals import fingerprint
from kelola.evidence.services import write_export
from kelola.registry import reports

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

# What < would open inside a script element, JSON may write otherwise.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


class Command(BaseCommand):
    """Exit codes: 0 good, 1 nothing to export yet or a file is lost, 2 wrong use."""

    help = _("Write the verification page for the office's website, or a pack of evidence.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser(
            "export-verification", help=_("write the page, the public keys and the digests")
        )
        export.add_argument("folder", help=_("folder for the files; it is made when missing"))
        add_pack(actions.add_parser("pack", help=_("write the evidence of a month into a zip")))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the folder, or the pack."""
        if options["action"] == "pack":
            pack = make_pack(options)
            self.stdout.write(_("%(file)s is written.") % {"file": options["out"]})
            self.stdout.write(_("Digest of the manifest: %(digest)s") % {"digest": pack.digest})
            return
        if not queries.seal_keys():
            raise CommandError(
                _("No paper was sealed yet, so there is no key to publish. Issue one first."),
                returncode=1,
            )
        folder = Path(options["folder"])
        try:
            written = write_export(folder, page())
        except OSError as error:
            told = _("%(folder)s cannot be written: %(reason)s. Choose another folder.")
            words = {"folder": folder, "reason": error.strerror}
            raise CommandError(told % words, returncode=2) from error
        for name in written:
            self.stdout.write(str(folder / name))
        self.stdout.write(_("Copy these files to the website, then set its address:"))
        self.stdout.write("KELOLA_VERIFICATION_URL=https://…/")


def page() -> str:
    """Return the page of the export, in Indonesian."""
    with translation.override("id"):
        keys = queries.seal_keys()
        known = {
            "keys": {key_id.hex(): public.hex() for key_id, public in keys.items()},
            "offices": {mark.hex(): name for mark, name in queries.offices_by_mark().items()},
            "kinds": {key: str(report.label) for key, report in reports.items()},
            "nowhere": _("not on this list"),
        }
        unchecked = faces.Words(
            "gold",
            _("The list of files could not be fetched"),
            _("Check the connection and try again, or check the code."),
        )
        answers = [(outcome.value, words) for outcome, words in faces.SEALS.items()]
        answers += [("file_known", faces.FILE_KNOWN), ("file_unknown", faces.FILE_UNKNOWN)]
        answers += [("file_missing", faces.FILE_MISSING), ("file_unchecked", unchecked)]
        context = {
            "answers": answers,
            "basis": faces.BASIS,
            "at": timezone.now(),
            "fingerprints": [faces.grouped(fingerprint(public)) for public in keys.values()],
            "known": mark_safe(json.dumps(known).translate(_ESCAPES)),  # noqa: S308 - escaped here
        }
        return render_to_string("evidence/export.html", context)
