"""How much room is left where files and the database lie, and when uploads pause."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

MEGABYTE = 1024 * 1024


def free_bytes() -> int:
    """Return the room on the tightest of the places that we write to."""
    places = {settings.DATA_DIR, settings.FILES_DIR, settings.FILE_UPLOAD_TEMP_DIR}
    return min(_free(Path(place)) for place in places)


def scarce(coming: int = 0) -> bool:
    """Tell whether taking in this many bytes would eat into what records without files need."""
    return free_bytes() - coming < settings.RESERVE_BYTES


def free_megabytes() -> int:
    """Return the room that is left, in whole MB, as people read it."""
    return free_bytes() // MEGABYTE


def _free(place: Path) -> int:
    """Return the free bytes of the file system that the place lies on, or will lie on."""
    while not place.exists():
        place = place.parent
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize
