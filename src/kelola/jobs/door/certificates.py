"""The certificate of the door to the local network: the office's own, or one that we sign.

Nothing outside the office vouches for a machine without a public name, so each installation has a
certificate authority of its own. Whoever trusts it trusts it for the names and the private
addresses of this office and for nothing else: it says so itself (name constraints).
"""

from __future__ import annotations

import logging
import os
import ssl
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from kelola.jobs.door import lan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

log = logging.getLogger(__name__)
TEN_YEARS = timedelta(days=3650)
LIFE = timedelta(days=397)  # what browsers bear
RENEWED = timedelta(days=60)  # before the end
SLACK = timedelta(days=1)  # phones whose clock is behind
LOOK_EVERY = 30.0


class CertificateError(Exception):
    """The door can't open with what is there; the text says what to do."""


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


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


def _read(path: Path) -> Pair | None:
    try:
        data = path.read_bytes()
        key = serialization.load_pem_private_key(data, None)
        certificate = x509.load_pem_x509_certificate(data)
    except (FileNotFoundError, ValueError):  # cut off by a power loss: it is made anew
        return None
    return Pair(certificate, key) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _write(path: Path, pair: Pair) -> None:
    """Put both into one file, whole or not at all."""
    data = pair.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + pair.certificate.public_bytes(serialization.Encoding.PEM)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _started(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - SLACK)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, key_encipherment=False,
        content_commitment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _new_authority(names: Sequence[str], at: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    digits = os.urandom(3).hex().upper()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Kelola {names[0]} {digits}")])
    allowed: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    allowed += [x509.IPAddress(net) for net in lan.PRIVATE]
    allowed += [x509.IPAddress(ip_network(address)) for address in lan.given_addresses()]
    certificate = (
        _started(subject, subject, key.public_key(), at)
        .not_valid_after(at + TEN_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate, key)


def _new_leaf(authority: Pair, wanted: Sequence[x509.GeneralName], at: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(wanted[0].value)[:64])])
    certificate = (
        _started(subject, authority.certificate.subject, key.public_key(), at)
        .not_valid_after(min(at - SLACK + LIFE, authority.certificate.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(certificate, key)


def authority() -> x509.Certificate | None:
    """Return our authority's certificate; None before the door was first open."""
    pair = _read(ca_file())
    return pair.certificate if pair else None


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 fingerprint as devices show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def in_der(certificate: x509.Certificate) -> bytes:
    """Return the certificate as devices install it."""
    return certificate.public_bytes(serialization.Encoding.DER)


def _vouches(authority: x509.Certificate, name: x509.GeneralName) -> bool:
    """Tell whether the authority may sign this name or address."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    for allowed in constraints.permitted_subtrees or ():
        if isinstance(name, x509.DNSName) and isinstance(allowed, x509.DNSName):
            if f".{name.value}".endswith(f".{allowed.value}"):
                return True
        elif (
            isinstance(name, x509.IPAddress)
            and isinstance(allowed, x509.IPAddress)
            and ip_address(str(name.value)) in ip_network(str(allowed.value))
        ):
            return True
    return False


def ensure_leaf(*, at: datetime) -> bool:
    """Make or renew the certificate of the door; return whether it is a new one.

    Args:
        at: aware time of this look.

    Raises:
        CertificateError: the authority may not sign a name that the office gave.

    """
    ours = _read(ca_file())
    if ours is None or ours.certificate.not_valid_after_utc < at:
        ours = _new_authority(lan.names(), at)
        _write(ca_file(), ours)
    every: list[x509.GeneralName] = [x509.DNSName(name) for name in lan.names()]
    every += [x509.IPAddress(address) for address in lan.own_addresses()]
    wanted = [name for name in every if _vouches(ours.certificate, name)]
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
    leaf = _read(leaf_file())
    if leaf and _holds(leaf.certificate, ours.certificate, wanted, at):
        return False
    _write(leaf_file(), _new_leaf(ours, wanted, at))
    return True


def _holds(
    leaf: x509.Certificate,
    authority: x509.Certificate,
    wanted: Sequence[x509.GeneralName],
    at: datetime,
) -> bool:
    """Tell whether the certificate is ours, names the machine as it is, and lasts a while."""
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    lasts = leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc - RENEWED
    return lasts and set(names) == set(wanted)


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
