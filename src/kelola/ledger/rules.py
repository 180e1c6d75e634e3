"""The arithmetic of the ledger: what an entry's hash covers and when a chain holds.

Anyone can check a chain with this page alone; it needs nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

JSON: TypeAlias = "bool | int | str | list[JSON] | Mapping[str, JSON] | None"

DOMAIN = b"kelola-ledger-1\n"
GENESIS = "0" * 64
SYSTEM = "system"

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_WHO = re.compile(rf"(?:{SYSTEM}|{_ID})")
_OBJECT = re.compile(rf"[a-z]+\.[a-z_]+:(?:{_ID}|[A-Za-z0-9_./-]{{1,64}})")
_LONGEST_STRING = 200


class Row(Protocol):
    """What a chain is checked from; ``models.Entry`` is one."""

    chain: str
    seq: int
    at: datetime
    by: str
    acting_for: str
    verb: str
    object: str
    prev: str
    hash: str

    @property
    def data(self) -> Mapping[str, JSON]:
        """Ids, keys, figures and digests."""


@dataclass(frozen=True, slots=True)
class ChainState:
    """How far a chain was read: ``first_bad`` is the number of the first entry that fails."""

    entries: int
    last_hash: str
    first_bad: int | None = None


def chain_of(office: UUID | None) -> str:
    """Return the name of an office's chain; without an office it is the system's."""
    return SYSTEM if office is None else str(office)


def canonical(value: JSON) -> str:
    """Return the one spelling of a JSON value: sorted keys, no spaces, no needless escapes.

    Raises:
        TypeError: floats (their spelling differs between databases) and keys that are not text.
        ValueError: text that UTF-8 or a database cannot hold.

    """
    _refuse_ambiguous(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_ambiguous(value: object) -> None:
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise ValueError("ledger: text holds a NUL or half a surrogate pair")
    elif isinstance(value, list):
        for item in value:
            _refuse_ambiguous(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"ledger: the key {key!r} is not text")
            _refuse_ambiguous(key)
            _refuse_ambiguous(item)
    else:
        raise TypeError(f"ledger: {type(value).__name__} has no one spelling")


def refuse_free_text(value: JSON) -> None:
    """Raise ValueError for strings that read like prose.

    People may ask for their names to be erased while the chain must survive, so entries carry
    keys, ids and salted digests only. A blank or an overlong string gives prose away.
    """
    if isinstance(value, str):
        if len(value) > _LONGEST_STRING or any(c.isspace() for c in value):
            raise ValueError("ledger: free text belongs into a row; give its salted digest")
    elif isinstance(value, list):
        for item in value:
            refuse_free_text(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            refuse_free_text(key)
            refuse_free_text(item)


def refuse_odd_names(*, by: str, acting_for: str, object: str) -> None:
    """Raise ValueError unless these are ids: UUIDs, ``system``, ``app.noun:id``."""
    if not _WHO.fullmatch(by):
        raise ValueError(f"ledger: by must be an id or {SYSTEM!r}, not {by!r}")
    if acting_for and not _WHO.fullmatch(acting_for):
        raise ValueError(f"ledger: acting_for must be an id, not {acting_for!r}")
    if not _OBJECT.fullmatch(object):
        raise ValueError(f"ledger: object must read app.noun:id, not {object!r}")


def spell_time(at: object) -> str:
    """Return an aware time in UTC with microseconds and Z; raise ValueError for a naive one."""
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError("ledger: at must be an aware time")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def entry_hash(
    *,
    office: str,
    seq: int,
    at: datetime,
    by: str,
    acting_for: str,
    verb: str,
    object: str,
    data: Mapping[str, JSON],
    prev: str,
) -> str:
    """Return the hash of an entry as 64 hex digits.

    It is the SHA-256 of ``kelola-ledger-1``, a line feed, and the canonical JSON of these nine
    fields; ``office`` is the chain's name, ``seq`` counts from 1, ``prev`` is the hash before.
    Raises as :func:`canonical` and :func:`spell_time` do.
    """
    fields: dict[str, JSON] = {
        "office": office,
        "seq": seq,
        "at": spell_time(at),
        "by": by,
        "acting_for": acting_for,
        "verb": verb,
        "object": object,
        "data": dict(data),
        "prev": prev,
    }
    return hashlib.sha256(DOMAIN + canonical(fields).encode()).hexdigest()


def digest(salt: str, text: str) -> str:
    """Return a salted digest of a text (HMAC-SHA-256 over its NFC form, hex).

    The salt lives in the row the text belongs to: when the row is erased, the digest in the
    ledger can no longer be tried against guesses.
    """
    normal = unicodedata.normalize("NFC", text)
    return hmac.new(salt.encode(), normal.encode(), hashlib.sha256).hexdigest()


def check_chain(
    rows: Iterable[Row], chain: str, after: ChainState = ChainState(0, GENESIS)
) -> ChainState:
    """Walk the rows of one chain in their order, one at a time, up to the first that fails.

    ``after`` is where an earlier walk ended well; the rows go on from there.

    A row fails when its number does not follow, its link or its hash is not the computed one,
    it belongs to another chain, or it cannot even be read.
    """
    prev, count = after.last_hash, after.entries
    try:
        for row in rows:
            expected = count + 1
            if row.chain != chain or row.seq != expected or row.prev != prev:
                return ChainState(count, prev, expected)
            computed = entry_hash(
                office=row.chain,
                seq=row.seq,
                at=row.at,
                by=row.by,
                acting_for=row.acting_for,
                verb=row.verb,
                object=row.object,
                data=row.data,
                prev=row.prev,
            )
            if computed != row.hash:
                return ChainState(count, prev, expected)
            prev, count = computed, expected
    except (ValueError, TypeError, OverflowError, AttributeError):
        # A tampered row may hold what no reader of its column can take (SQLite accepts any).
        return ChainState(count, prev, count + 1)
    return ChainState(count, prev)


def bad_end(
    found: ChainState, known: int, head_seq: int, head_hash: str, *, full: bool
) -> int | None:
    """Return the first bad entry at the end of a walk, or None.

    ``known`` is the head's number before the walk, the other two are those of the head after it;
    ``full`` says that the walk ended because it was long enough. Entries may have been added
    meanwhile, never taken away.
    """
    if found.first_bad is not None:
        return found.first_bad
    if found.entries > head_seq:
        return head_seq + 1
    if found.entries == head_seq:
        return None if found.last_hash == head_hash else max(head_seq, 1)
    return found.entries + 1 if not full and found.entries < known else None
