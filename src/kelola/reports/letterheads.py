"""The kop surat of an office, from what the office wrote into its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format

from kelola.evidence.queries import documents_by_id, stored_bytes
from kelola.reports.rules.content import Letterhead
from kelola.ui.wording import long_day

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.office.models import Office


def letterhead_of(office: Office) -> Letterhead:
    """Return the lines above the office's name, the name, those below it, and the logo.

    Needs the office's scope.
    """
    reach = " · ".join(part for part in (office.contact.strip(), office.site.strip()) if part)
    return Letterhead(
        above=_lines(office.letterhead),
        name=office.name,
        below=(*_lines(office.address), *_lines(reach)),
        logo=_logo(office),
    )


def dated(office: Office, moment: datetime | None) -> str:
    """Return the line above the signatures: the place and the day, or the day with its name."""
    if moment is None or not office.place:
        return long_day(moment)
    return f"{office.place}, {date_format(timezone.localtime(moment), 'j F Y')}"


def _logo(office: Office) -> str:
    """Return what names the logo; nothing when its bytes are no longer what they were."""
    if office.logo_id is None:
        return ""
    document = documents_by_id([office.logo_id]).get(office.logo_id)
    if document is None or stored_bytes(document.file.sha256) is None:
        return ""
    return f"{document.file.sha256}.{document.file.kind.key}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
