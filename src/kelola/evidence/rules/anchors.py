"""Anchors: how far each chain of the history had come at a moment, signed and kept elsewhere.

A chain cannot see that its tail was cut off, that it was written anew from some entry on, or that
an old copy of the database was put back. A signed note of its last number and hash can.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOMAIN = b"kelola-anchor-1\n"
_PUBLIC, _SIGNATURE, _HASH = 64, 128, 64  # hex digits


class Kind(StrEnum):
    """What a comparison can find in a chain."""

    SHORTER = "shorter"  # entries that were there are missing
    REWRITTEN = "rewritten"  # the anchored entry is another one now


class NoAnchor(ValueError):  # noqa: N818 - an answer to a person
    """The text is no anchor, or was changed since it was signed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """``heads`` are (number, hash) by chain; ``at`` is spelled as in the ledger."""

    at: str
    heads: Mapping[str, tuple[int, str]]
    public: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """A chain that does not go through its anchor. ``found`` is its last number now."""

    chain: str
    kind: Kind
    anchored: int
    found: int


def signed_part(at: str, heads: Mapping[str, tuple[int, str]]) -> bytes:
    """Return the bytes that are signed."""
    shape = {"at": at, "heads": {chain: list(heads[chain]) for chain in heads}}
    return DOMAIN + json.dumps(shape, sort_keys=True, separators=(",", ":")).encode()


def written(anchor: Anchor, signature: bytes) -> str:
    """Return an anchor as the text of its file."""
    shape = {
        "kelola_anchor": 1,
        "at": anchor.at,
        "heads": {chain: list(head) for chain, head in anchor.heads.items()},
        "public_key": anchor.public.hex(),
        "signature": signature.hex(),
    }
    return json.dumps(shape, indent=1, sort_keys=True) + "\n"


def read(text: str) -> Anchor:
    """Return the anchor in a text whose signature holds; raise NoAnchor otherwise."""
    try:
        shape: dict[str, Any] = json.loads(text)
        heads = {str(c): (_number(seq), _hex(h, _HASH)) for c, (seq, h) in shape["heads"].items()}
        public = bytes.fromhex(_hex(shape["public_key"], _PUBLIC))
        signature = bytes.fromhex(_hex(shape["signature"], _SIGNATURE))
        at = str(shape["at"])
        if shape["kelola_anchor"] != 1:
            raise NoAnchor(text)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed_part(at, heads))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoAnchor(str(error)) from error
    except InvalidSignature as error:
        raise NoAnchor("signature") from error
    return Anchor(at, heads, public)


def compare(
    anchor: Anchor, head: Callable[[str], tuple[int, str]], hash_at: Callable[[str, int], str]
) -> list[Finding]:
    """Return the chains that no longer go through their anchored entry."""
    findings = []
    for chain, (seq, expected) in sorted(anchor.heads.items()):
        last = head(chain)[0]
        if last < seq:
            findings.append(Finding(chain, Kind.SHORTER, seq, last))
        elif seq and hash_at(chain, seq) != expected:
            findings.append(Finding(chain, Kind.REWRITTEN, seq, last))
    return findings


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("no number of an entry")
    return value


def _hex(value: object, digits: int) -> str:
    if not isinstance(value, str) or len(value) != digits:
        raise ValueError("no hex digits of this length")
    bytes.fromhex(value)
    return value
