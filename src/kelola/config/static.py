"""The static files, gathered under hashed names when one of them changed."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            moment = storage.get_modified_time(name).isoformat()
            digest.update(f"{name} {storage.size(name)} {moment}\n".encode())
    return digest.hexdigest()


def collect_if_changed() -> bool:
    """Collect the static files into STATIC_ROOT if they changed; return whether they did."""
    stamp = settings.STATIC_ROOT / ".stamp"
    now = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == now:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now, encoding="ascii")
    return True
