"""``kelola evidence pack``: the evidence of a month as a zip, all of it or nothing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kelola import registry
from kelola.evidence import services
from kelola.evidence.rules.packs import Asked, to_month
from kelola.ledger.rules import SYSTEM
from kelola.office.queries import offices
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.core.management.base import CommandParser

    from kelola.office.models import Office

FINDING, WRONG_USE = 1, 2


def add_pack(parser: CommandParser) -> None:
    """Declare the options of a pack."""
    parser.add_argument("--sop", required=True, help=_("number or id of the SOP"))
    parser.add_argument("--month", required=True, help=_("month, as in 2026-11"))
    parser.add_argument("--out", required=True, type=Path, help=_("file; it must not exist yet"))
    parser.add_argument("--procedure", default="", help=_("code of one procedure; else all"))
    parser.add_argument("--office", help=_("id of the office, if there is more than one"))


def make_pack(options: Mapping[str, Any]) -> services.Pack:
    """Write a pack and enter its manifest into the history; raise CommandError, nothing written."""
    out: Path = options["out"]
    if out.exists():
        raise _wrong(_("%(file)s exists already; name another file."), file=out)
    first = to_month(options["month"])
    if first is None:
        raise _wrong(_("%(month)s is no month; write it like 2026-11."), month=options["month"])
    office = _office(options["office"])
    with office_scope(office.pk):
        asked = Asked(office.pk, office.zone, _sop(options["sop"]), first, options["procedure"])
        try:
            return _written(asked, office, out)
        except services.LostPiece as lost:
            told = _("%(name)s is damaged or missing on the disk, so no pack was made.")
            raise CommandError(told % {"name": lost.name}, returncode=FINDING) from lost
        except OSError as error:
            told = _("%(file)s cannot be written: %(reason)s. Name another file.")
            raise _wrong(told, file=out, reason=error.strerror) from error


def _written(asked: Asked, office: Office, out: Path) -> services.Pack:
    now = timezone.now()
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".kelola-", delete=False) as file:
        try:
            pack = services.write_pack(asked, office=office.name, out=file, by=SYSTEM, at=now)
            if pack is None:
                raise _wrong(_("This SOP has no procedure %(code)s."), code=asked.procedure)
            file.flush()
            os.fsync(file.fileno())
            with transaction.atomic():
                services.record_pack(pack, by=SYSTEM, at=now)
                _name(Path(file.name), out)
        finally:
            Path(file.name).unlink(missing_ok=True)
    return pack


def _name(written: Path, out: Path) -> None:
    """Give the file its name: by a link, which unlike a rename never replaces what is there."""
    try:
        os.link(written, out)
    except PermissionError:  # a stick with a file system that has no links
        if out.exists():
            raise
        written.rename(out)


def _office(text: str | None) -> Office:
    known = list(offices())
    found = [o for o in known if text in (None, str(o.pk))]
    if len(found) != 1:
        listed = "\n".join(f"{o.pk}  {o.name}" for o in known)
        raise _wrong(_("Name the office with --office:\n%(offices)s"), offices=listed)
    return found[0]


def _sop(text: str) -> UUID:
    found = [pair for source in registry.packs.values() for pair in source.find(text)]
    if not found:
        raise _wrong(_("This office has no SOP %(number)s."), number=text)
    if len({key for key, _title in found}) > 1:
        listed = "\n".join(f"{key}  {title}" for key, title in found)
        raise _wrong(_("Several SOPs have this number; name one by its id:\n%(sops)s"), sops=listed)
    key: UUID = found[0][0]
    return key


def _wrong(told: str, **words: object) -> CommandError:
    return CommandError(told % words, returncode=WRONG_USE)
