"""The certificate of the door to the local network: the office's own, or one that we sign.

Nothing outside the office vouches for a machine without a public name, so each installation has a
certificate authority of its own. Whoever trusts it trusts it for the names and the private
addresses of this office and for nothing else: it says so itself (name constraints).
"""

from __future__ import annotations

import logging
import ssl
import time
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.conf import settings
from django.utils.translation import gettext as _

from kelola.jobs.door import lan
from kelola.jobs.door.issuing import RENEWED, holds, new_authority, new_leaf, read, vouches, write

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

log = logging.getLogger(__name__)
SOON = timedelta(days=21)  # before the end of the office's own certificate
LOOK_EVERY = 30.0


class CertificateError(Exception):
    """The door can't open with what is there; the text says what to do."""


def folder() -> Path:
    """Return the folder of keys and certificates, which nobody else may read."""
    path: Path = settings.DATA_DIR / "tls"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def ca_file() -> Path:
    """Return the file of the authority and its key."""
    return folder() / "ca.pem"


def leaf_file() -> Path:
    """Return the file of the door's certificate and its key."""
    return folder() / "door.pem"


def authority() -> x509.Certificate | None:
    """Return our authority's certificate; None before the door was first open."""
    pair = read(ca_file())
    return pair.certificate if pair else None


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 fingerprint as devices show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def in_der(certificate: x509.Certificate) -> bytes:
    """Return the certificate as devices install it."""
    return certificate.public_bytes(serialization.Encoding.DER)


def ensure_leaf(*, at: datetime) -> bool:
    """Make or renew the certificate of the door; return whether it is a new one.

    Args:
        at: aware time of this look.

    Raises:
        CertificateError: the authority may not sign a name that the office gave.

    """
    ours = read(ca_file())
    if ours is None or ours.certificate.not_valid_after_utc < at:
        given = [ip_network(address) for address in lan.given_addresses()]
        ours = new_authority(lan.names(), [*lan.PRIVATE, *given], at)
        write(ca_file(), ours)
    every: list[x509.GeneralName] = [x509.DNSName(name) for name in lan.names()]
    every += [x509.IPAddress(address) for address in lan.own_addresses()]
    wanted = [name for name in every if vouches(ours.certificate, name)]
    outside = {str(name.value) for name in every if name not in wanted}
    refused = [name for name in settings.LAN_NAMES if name.lower() in outside]
    if refused or not wanted:
        raise CertificateError(
            _(
                "The office's certificate authority does not cover %(names)s. Remove %(file)s, "
                "start again, and install the new certificate on every device (page /pasang/)."
            )
            % {"names": ", ".join(refused or sorted(outside)), "file": ca_file()}
        )
    leaf = read(leaf_file())
    if leaf and holds(leaf.certificate, ours.certificate, wanted, at):
        return False
    write(leaf_file(), new_leaf(ours, wanted, at))
    return True


# ── the office's own certificate ───────────────────────────────────────────────────────────────


def own_files() -> tuple[Path, Path] | None:
    """Return the office's certificate and key, if the settings name them."""
    if settings.TLS_CERTIFICATE is None:
        return None
    return settings.TLS_CERTIFICATE, settings.TLS_KEY or settings.TLS_CERTIFICATE


def problems(certificate_file: Path, key_file: Path, *, at: datetime) -> list[str]:
    """Return what is wrong with the office's certificate, in words."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except OSError as error:
        return [
            _("%(file)s cannot be read: %(reason)s.")
            % {"file": error.filename, "reason": error.strerror}
        ]
    except (ValueError, TypeError):
        return [
            _("%(file)s and %(key)s must be PEM files, the key without a password.")
            % {"file": certificate_file, "key": key_file}
        ]
    found = []
    if key.public_key() != certificate.public_key():
        found.append(_("The key %(key)s does not belong to this certificate.") % {"key": key_file})
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        found.append(
            _("The certificate is valid from %(first)s to %(last)s only.")
            % {
                "first": certificate.not_valid_before_utc.date().isoformat(),
                "last": certificate.not_valid_after_utc.date().isoformat(),
            }
        )
    missing = [name for name in settings.LAN_NAMES if not _covers(certificate, name)]
    if missing:
        found.append(_("The certificate does not name %(names)s.") % {"names": ", ".join(missing)})
    return found


def _covers(certificate: x509.Certificate, host: str) -> bool:
    """Tell whether a certificate is for this host name or address."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        pass
    own = [n.lower() for n in names.get_values_for_type(x509.DNSName)]
    return host in own or f"*.{host.partition('.')[2]}" in own


def findings(*, at: datetime) -> list[str]:
    """Return what is wrong with the certificate that serves, or soon will be.

    Our own is renewed while the door is open; one that was not is only a finding if it ends.
    """
    files = own_files()
    if files is not None:
        return problems(*files, at=at) or problems(*files, at=at + SOON)
    leaf, ours = read(leaf_file()), authority()
    if leaf is None or ours is None:
        return []  # the door was never open
    if ours.not_valid_after_utc < at + RENEWED:
        return [
            _(
                "The office's certificate authority ends on %(day)s. Remove %(file)s, start "
                "again, and install the new certificate on every device (page /pasang/)."
            )
            % {"day": ours.not_valid_after_utc.date().isoformat(), "file": ca_file()}
        ]
    if not leaf.certificate.not_valid_before_utc <= at <= leaf.certificate.not_valid_after_utc:
        return [_("The certificate of the local network has ended. Start `kelola up --lan` again.")]
    return []


# ── at the door ────────────────────────────────────────────────────────────────────────────────


class Served:
    """The TLS settings of the door. A renewed file is taken up within half a minute."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.files = (certificate, key)
        self._looked = time.monotonic()
        self._stamp = self._stamps()
        self._context = self._load()

    def _stamps(self) -> list[tuple[int, int]]:
        return [(s.st_mtime_ns, s.st_ino) for s in (file.stat() for file in self.files)]

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(*self.files)
        return context

    def context(self) -> ssl.SSLContext:
        """Return what new connections shake hands with; open ones keep theirs."""
        now = time.monotonic()
        if now - self._looked > LOOK_EVERY:
            self._looked = now
            try:
                stamp = self._stamps()
                if stamp != self._stamp:
                    self._context, self._stamp = self._load(), stamp
            except (OSError, ssl.SSLError) as error:  # half replaced: the old one still serves
                log.warning("the door keeps its certificate: %s", error)
        return self._context
