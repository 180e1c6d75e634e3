"""The key that seals papers: one file per installation, its public part a row and an entry."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.evidence.models import SealKey
from kelola.evidence.rules import seals
from kelola.ledger.services import append

if TYPE_CHECKING:
    from datetime import datetime


class DamagedKey(RuntimeError):  # noqa: N818 - a finding with its remedy
    """The key's file holds no key. The text says what to do."""


def seal_key(*, by: str, at: datetime) -> Ed25519PrivateKey:
    """Return the key, making it on first use; its public part is then in the database.

    Raises:
        DamagedKey: the file is there and holds no Ed25519 key.

    """
    path = Path(settings.SEAL_KEY_FILE)
    if not path.exists():
        _make(path)
    key = read_key(path)
    _publish(key.public_key().public_bytes_raw(), by=by, at=at)
    return key


def read_key(path: Path) -> Ed25519PrivateKey:
    """Read the key from its file; raise DamagedKey when there is none in it."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise DamagedKey(
            _("The file %(path)s holds no key. Bring it back from the backup.") % {"path": path}
        )
    return key


def _make(path: Path) -> None:
    """Write a new key beside its place, then give it the name, unless another was quicker."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".seal-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    except FileExistsError:
        return
    finally:
        Path(beside).unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _publish(public: bytes, *, by: str, at: datetime) -> None:
    key_id = seals.key_id(public).hex()
    if SealKey.objects.filter(pk=key_id).exists():
        return
    with transaction.atomic():
        values = {"public": public.hex(), "created_at": at}
        _row, made = SealKey.objects.get_or_create(key_id=key_id, defaults=values)
        if made:
            append(
                office=None,
                at=at,
                by=by,
                verb="evidence.key.made",
                object=f"evidence.key:{key_id}",
                data={"fingerprint": seals.fingerprint(public)},
            )
