"""The seal of a paper: a short signed text that a QR code holds and anyone can check.

A seal is base32 (upper case, no padding) of these bytes::

    1   version, 1
    8   id of the key: the first bytes of the SHA-256 of the public key
    8   mark of the office: the last bytes of its id
    2   date of the paper, days since 1970-01-01
    32  digest of the paper's content, SHA-256
    1+n kind of the paper, ASCII
    1+n number of the paper, UTF-8
    64  Ed25519 signature of ``kelola-seal-1``, a line feed, and everything before

``export/verify.js`` reads the same bytes without Kelola; whoever changes one changes both.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

VERSION = 1
DOMAIN = b"kelola-seal-1\n"
LONGEST_TEXT = 80
# The longest seal there can be, and what a person may paste around it.
LONGEST_SEAL = 600
LONGEST_PASTED = 2000
PARAMETER = "s"
_EPOCH = date(1970, 1, 1)
_DAYS = 1 << 16
_FIXED = 1 + 8 + 8 + 2 + 32
_SIGNATURE = 64
_ALPHABET = re.compile(r"[A-Z2-7]+")


class Outcome(StrEnum):
    """What checking a seal comes to."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"
    OTHER_VERSION = "other_version"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a seal vouches for. ``office`` is the office's mark, ``digest`` 32 bytes."""

    office: bytes
    kind: str
    number: str
    on: date
    digest: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome; ``claim`` is given only when the seal is genuine."""

    outcome: Outcome
    claim: Claim | None = None


class _UnreadableError(ValueError):
    pass


def office_mark(office: UUID) -> bytes:
    """Return how a seal names an office: the random end of its id."""
    return office.bytes[8:]


def key_id(public: bytes) -> bytes:
    """Return how a seal names a key."""
    return hashlib.sha256(public).digest()[:8]


def fingerprint(public: bytes) -> str:
    """Return the SHA-256 of a public key as hex, for people to compare."""
    return hashlib.sha256(public).hexdigest()


def body(claim: Claim, public: bytes) -> bytes:
    """Return the bytes that are signed, without the domain.

    Raises:
        ValueError: a part has the wrong length, a date before 1970 or after 2149.

    """
    days = (claim.on - _EPOCH).days
    if not 0 <= days < _DAYS or len(claim.digest) != 32 or len(claim.office) != 8:  # noqa: PLR2004
        raise ValueError("seal: a part does not fit")
    head = bytes([VERSION]) + key_id(public) + claim.office + days.to_bytes(2) + claim.digest
    return head + _counted(claim.kind.encode("ascii")) + _counted(claim.number.encode())


def _counted(text: bytes) -> bytes:
    if len(text) > LONGEST_TEXT:
        raise ValueError("seal: text too long")
    return bytes([len(text)]) + text


def spell(signed: bytes, signature: bytes) -> str:
    """Return the seal as text."""
    return base64.b32encode(signed + signature).decode("ascii").rstrip("=")


def find(pasted: str) -> str:
    """Return the seal in what a person pasted: the bare text, or the whole address of a QR code."""
    text = pasted.strip()
    _before, separator, after = text.rpartition(f"{PARAMETER}=")
    if separator and "://" in text:
        text = after.partition("&")[0].partition("#")[0]
    return re.sub(r"[\s-]+", "", text).upper()


def verify(seal: str, keys: Mapping[bytes, bytes]) -> Verdict:
    """Check a seal with the public keys (32 bytes) by their ids."""
    try:
        data = _bytes(seal)
    except _UnreadableError:
        return Verdict(Outcome.UNREADABLE)
    if data[0] != VERSION:
        return Verdict(Outcome.OTHER_VERSION)
    signed, signature = data[:-_SIGNATURE], data[-_SIGNATURE:]
    public = keys.get(signed[1:9])
    if public is None:
        return Verdict(Outcome.UNKNOWN_KEY)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, DOMAIN + signed)
        return Verdict(Outcome.GENUINE, _claim(signed))
    except (InvalidSignature, _UnreadableError):
        return Verdict(Outcome.ALTERED)


def _bytes(seal: str) -> bytes:
    if len(seal) > LONGEST_SEAL or not _ALPHABET.fullmatch(seal):
        raise _UnreadableError
    try:
        data = base64.b32decode(seal + "=" * (-len(seal) % 8))
    except binascii.Error as error:
        raise _UnreadableError from error
    # Base32 has spare bits at the end: one seal has one spelling.
    if spell(data, b"") != seal or len(data) < _FIXED + 2 + _SIGNATURE:
        raise _UnreadableError
    return data


def _claim(signed: bytes) -> Claim:
    kind, rest = _take(signed[_FIXED:])
    number, rest = _take(rest)
    if rest:
        raise _UnreadableError
    try:
        return Claim(
            office=signed[9:17],
            kind=kind.decode("ascii"),
            number=number.decode(),
            on=_EPOCH + timedelta(days=int.from_bytes(signed[17:19])),
            digest=signed[19:51],
        )
    except UnicodeDecodeError as error:
        raise _UnreadableError from error


def _take(data: bytes) -> tuple[bytes, bytes]:
    if not data or len(data) < 1 + data[0]:
        raise _UnreadableError
    return data[1 : 1 + data[0]], data[1 + data[0] :]
