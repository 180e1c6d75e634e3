"""The static files, gathered under hashed names when one of them changed."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

if TYPE_CHECKING:
    from pathlib import Path


def fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            moment = storage.get_modified_time(name).isoformat()
            digest.update(f"{name} {storage.size(name)} {moment}\n".encode())
    return digest.hexdigest()


def collect_if_changed() -> bool:
    """Collect the static files into STATIC_ROOT if they changed; return whether they did.

    What a power cut left half is collected anew.
    """
    stamp, names = settings.STATIC_ROOT / ".stamp", settings.STATIC_ROOT / "staticfiles.json"
    now, readable = fingerprint(), _is_json(names)
    if readable and stamp.exists() and stamp.read_text(encoding="ascii") == now:
        return False
    stamp.unlink(missing_ok=True)
    if not readable:  # the command reads it before it writes a new one
        names.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    for file in settings.STATIC_ROOT.rglob("*"):
        if file.is_file():
            _keep(file)
    stamp.write_text(now, encoding="ascii")
    return True


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return True


def _keep(file: Path) -> None:
    """Wait until the disk has the file: the stamp, written last, says that all are there."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
