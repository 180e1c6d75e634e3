"""The kop surat of an office, from what the office wrote into its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.reports.rules.content import Letterhead

if TYPE_CHECKING:
    from kelola.office.models import Office


def letterhead_of(office: Office) -> Letterhead:
    """Return the lines above the office's name, the name, and the lines below it."""
    reach = " · ".join(part for part in (office.contact.strip(), office.site.strip()) if part)
    return Letterhead(
        above=_lines(office.letterhead),
        name=office.name,
        below=(*_lines(office.address), *_lines(reach)),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
