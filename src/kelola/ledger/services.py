"""The one way into the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import router, transaction
from django.db.transaction import TransactionManagementError

from kelola.ledger import rules
from kelola.ledger.models import Entry, Head
from kelola.ledger.verbs import verbs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kelola.ledger.rules import JSON


class UnknownVerbError(LookupError):
    """No app lists this verb in its ``verbs.py``."""


def append(
    *,
    office: UUID | None,
    at: datetime,
    by: str,
    verb: str,
    object: str,
    data: Mapping[str, JSON] | None = None,
    acting_for: str = "",
) -> Entry:
    """Write an entry into the office's chain (without an office: the system's).

    Call it last in the transaction of the change it tells: it locks the chain until the commit.

    Args:
        office: whose chain.
        at: aware time of the change.
        by: id of the person or user, or ``system``.
        verb: a registered verb.
        object: ``app.noun:id`` of what was changed.
        data: ids, keys, figures and salted digests; never names or free text.
        acting_for: id of the post or person stood in for.

    Raises:
        UnknownVerbError: the verb is not registered.
        TransactionManagementError: no transaction is open.
        ValueError: something that must be an id is not, free text, a naive time.
        TypeError: data that has no one spelling in JSON, such as a float.

    """
    if verb not in verbs:
        raise UnknownVerbError(f"ledger: no app lists the verb {verb!r}")
    using = router.db_for_write(Entry)
    if not transaction.get_connection(using).in_atomic_block:
        raise TransactionManagementError("ledger: append belongs into the change's transaction")
    facts = dict(data or {})
    rules.refuse_odd_names(by=by, acting_for=acting_for, object=object)
    rules.refuse_free_text(facts)
    chain = rules.chain_of(office)
    seq, prev = _lock(chain)
    entry = Entry(
        chain=chain,
        seq=seq + 1,
        at=at,
        by=by,
        acting_for=acting_for,
        verb=verb,
        object=object,
        data=facts,
        prev=prev,
    )
    entry.hash = rules.entry_hash(
        office=entry.chain,
        seq=entry.seq,
        at=at,
        by=by,
        acting_for=acting_for,
        verb=verb,
        object=object,
        data=facts,
        prev=entry.prev,
    )
    entry.save(force_insert=True)
    Head.objects.filter(chain=chain).update(seq=entry.seq, hash=entry.hash)
    return entry


def _lock(chain: str) -> tuple[int, str]:
    """Return the number and hash of a chain's last entry, locked until the commit."""
    locked = Head.objects.select_for_update().values_list("seq", "hash")
    try:
        return locked.get(chain=chain)
    except Head.DoesNotExist:
        # The first entry of a chain: two may come at once, one row stays, both take their turn.
        Head.objects.get_or_create(chain=chain)
        return locked.get(chain=chain)
