"""Making certificates: the authority of this installation, and what it signs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

Net = IPv4Network | IPv6Network
TEN_YEARS = timedelta(days=3650)
LIFE = timedelta(days=397)  # what browsers bear
RENEWED = timedelta(days=60)  # before the end
SLACK = timedelta(days=1)  # phones whose clock is behind


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def read(path: Path) -> Pair | None:
    """Return what a file holds; None when it is absent or was cut off by a power loss."""
    try:
        data = path.read_bytes()
        key = serialization.load_pem_private_key(data, None)
        certificate = x509.load_pem_x509_certificate(data)
    except (FileNotFoundError, ValueError):
        return None
    return Pair(certificate, key) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def write(path: Path, pair: Pair) -> None:
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


def new_authority(names: Sequence[str], nets: Sequence[Net], at: datetime) -> Pair:
    """Return a new authority for these names and networks, and for nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    digits = os.urandom(3).hex().upper()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Kelola {names[0]} {digits}")])
    allowed: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    allowed += [x509.IPAddress(net) for net in nets]
    certificate = (
        _started(subject, subject, key.public_key(), at)
        .not_valid_after(at + TEN_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate, key)


def new_leaf(authority: Pair, wanted: Sequence[x509.GeneralName], at: datetime) -> Pair:
    """Return a new certificate for these names, signed by the authority."""
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


def vouches(authority: x509.Certificate, name: x509.GeneralName) -> bool:
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


def holds(
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
