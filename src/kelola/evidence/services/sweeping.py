"""Clearing away what an interrupted upload left on the disk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from kelola.evidence.queries import known_digests
from kelola.evidence.services import disk
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from datetime import datetime

# An upload is recorded within seconds; an hour is out of any transaction's reach.
AGE = timedelta(hours=1)


def sweep_orphans(*, at: datetime) -> int:
    """Delete files without a row, of all offices, that are older than an hour at ``at`` (aware).

    Returns how many were deleted. What is not ours in the folder stays.
    """
    top = Path(settings.FILES_DIR)
    oldest = (at - AGE).timestamp()
    swept = _sweep_uploads(Path(settings.FILE_UPLOAD_TEMP_DIR), oldest)
    if not top.is_dir():
        return swept
    return swept + sum(_sweep_office(folder, oldest) for folder in sorted(top.iterdir()))


def _sweep_uploads(folder: Path, oldest: float) -> int:
    """Delete what a killed web process left of a request's body; nobody holds it any longer."""
    left = [path for path in folder.iterdir() if path.is_file() and _older(path, oldest)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _sweep_office(folder: Path, oldest: float) -> int:
    try:
        office = UUID(folder.name)
    except ValueError:
        return 0
    swept = 0
    with office_scope(office):
        for inner in sorted(p for p in folder.iterdir() if p.is_dir()):
            swept += _sweep_folder(inner, oldest)
    return swept


def _sweep_folder(inner: Path, oldest: float) -> int:
    old = [path for path in inner.iterdir() if path.is_file() and _older(path, oldest)]
    if inner.name != disk.TEMPORARY:
        known = known_digests([path.name for path in old])
        old = [path for path in old if path.name not in known and path.name[:2] == inner.name]
    swept = 0
    for path in old:
        # The same content may be stored again just now, which renews its age.
        with disk.locked(inner.parent):
            if _older(path, oldest):
                path.unlink(missing_ok=True)
                swept += 1
    return swept


def _older(path: Path, oldest: float) -> bool:
    try:
        return path.stat().st_mtime < oldest
    except FileNotFoundError:
        return False
