"""What must be in order before the door to the local network opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.jobs.door import certificates
from kelola.jobs.door.certificates import CertificateError, Served
from kelola.jobs.door.lan import lan

if TYPE_CHECKING:
    from datetime import datetime


def open_lan(*, port: int, at: datetime) -> Served:
    """Note that the door is open and return its certificate, made or renewed where needed.

    Args:
        port: where it listens.
        at: aware time of the opening.

    Raises:
        CertificateError: the certificate can't serve; the text says what to do.

    """
    files = certificates.own_files()
    if files is None:
        certificates.ensure_leaf(at=at)
        files = (certificates.leaf_file(), certificates.leaf_file())
    elif found := certificates.problems(*files, at=at):
        raise CertificateError(" ".join(found))
    served = Served(*files)
    lan.port = port
    return served
