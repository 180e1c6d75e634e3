"""The one way into the ledger, and the check of its chains a portion at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connections, router, transaction
from django.db.transaction import TransactionManagementError

from kelola.ledger import queries, rules
from kelola.ledger.models import ChainCheck, CheckState, Entry, Head
from kelola.ledger.verbs import verbs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from kelola.ledger.rules import JSON


class UnknownVerbError(LookupError):
    """No app lists this verb in its ``verbs.py``."""


class Fact(NamedTuple):
    """What an entry tells: a registered verb, ``app.noun:id`` of what was changed, and the data.

    The data are ids, keys, figures and salted digests; never names or free text.
    """

    verb: str
    object: str
    data: Mapping[str, JSON]


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
        verb: as in ``Fact``.
        object: as in ``Fact``.
        data: as in ``Fact``.
        acting_for: id of the order by which somebody acts for a post, or empty.

    Raises:
        UnknownVerbError: the verb is not registered.
        TransactionManagementError: no transaction is open.
        ValueError: something that must be an id is not, free text, a naive time.
        TypeError: data that has no one spelling in JSON, such as a float.

    """
    facts = [Fact(verb, object, data or {})]
    using, chain, (entry,) = _linked(office, at, by, acting_for, facts)
    entry.save(force_insert=True)
    _move(using, chain, entry.seq, entry.hash)
    return entry


def append_all(*, office: UUID | None, at: datetime, by: str, facts: Sequence[Fact]) -> list[Entry]:
    """Write one entry for each fact, in their order, at the cost of about one; see ``append``."""
    if not facts:
        return []
    using, chain, entries = _linked(office, at, by, "", facts)
    Entry.objects.bulk_create(entries)
    _move(using, chain, entries[-1].seq, entries[-1].hash)
    return entries


def _linked(
    office: UUID | None, at: datetime, by: str, acting_for: str, facts: Sequence[Fact]
) -> tuple[str, str, list[Entry]]:
    """Lock the chain; return its database, its name, and the entries that go on with it."""
    using = router.db_for_write(Entry)
    if not transaction.get_connection(using).in_atomic_block:
        raise TransactionManagementError("ledger: append belongs into the change's transaction")
    for fact in facts:
        if fact.verb not in verbs:
            raise UnknownVerbError(f"ledger: no app lists the verb {fact.verb!r}")
        rules.refuse_odd_names(by=by, acting_for=acting_for, object=fact.object)
        rules.refuse_free_text(fact.data)
    chain = rules.chain_of(office)
    seq, prev = _lock(using, chain)
    entries = []
    for fact in facts:
        seq += 1
        told = {"by": by, "acting_for": acting_for, "verb": fact.verb, "object": fact.object}
        entry = Entry(chain=chain, seq=seq, at=at, data=dict(fact.data), prev=prev, **told)
        entry.hash = rules.entry_hash(
            office=chain, seq=seq, at=at, data=entry.data, prev=prev, **told
        )
        prev = entry.hash
        entries.append(entry)
    return using, chain, entries


def _lock(using: str, chain: str) -> tuple[int, str]:
    """Return the number and hash of a chain's last entry, locked until the commit."""
    found = _last(using, chain)
    if found is None:
        # The first entry of a chain: two may come at once, one row stays, both take their turn.
        Head.objects.using(using).get_or_create(chain=chain)
        found = _last(using, chain)
    if found is None:
        raise LookupError(f"ledger: the chain {chain} has no head")
    return found


# Plain SQL that both databases read: every change of state passes here, and building these two
# statements anew took longer than carrying them out.
def _last(using: str, chain: str) -> tuple[int, str] | None:
    connection = connections[using]
    locked = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq, hash FROM ledger_head WHERE chain = %s{locked}", [chain])  # noqa: S608 - both parts are constants
        found: tuple[int, str] | None = cursor.fetchone()
    return found


def _move(using: str, chain: str, seq: int, hash_: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_head SET seq = %s, hash = %s WHERE chain = %s", [seq, hash_, chain]
        )


PORTION = 25_000  # entries checked in one go: one to three seconds
PORTIONS = 4  # in one turn of the job, which others wait for
CHECK_EVERY = timedelta(hours=24)


def ask_check(*, chain: str, at: datetime) -> None:
    """Ask for a check of a chain from its first entry; one under way goes on.

    The row is the machine's own book-keeping of what it read: no entry tells of it.
    """
    fresh = {"asked_at": at, "seq": 0, "hash": rules.GENESIS}
    _row, created = ChainCheck.objects.get_or_create(chain=chain, defaults=fresh)
    if not created:
        ended = ChainCheck.objects.filter(chain=chain).exclude(state=CheckState.ASKED)
        ended.update(state=CheckState.ASKED, **fresh)


def check_chains(*, at: datetime, portions: int = PORTIONS, size: int = PORTION) -> int:
    """Ask for the daily checks and go on with those that are asked for.

    Returns:
        How many portions were read.

    """
    known = dict(ChainCheck.objects.values_list("chain", "finished_at"))
    for chain in queries.heads():
        last = known.get(chain)
        if last is None or at - last >= CHECK_EVERY:
            ask_check(chain=chain, at=at)
    read = 0
    asked = ChainCheck.objects.filter(state=CheckState.ASKED).order_by("asked_at", "chain")
    for chain in list(asked.values_list("chain", flat=True)):
        more = True
        while more and read < portions:
            more = check_portion(chain=chain, at=at, size=size)
            read += 1
    return read


def check_portion(*, chain: str, at: datetime, size: int = PORTION) -> bool:
    """Check the next entries of a chain whose check was asked for; return whether more remain."""
    row = ChainCheck.objects.filter(chain=chain, state=CheckState.ASKED).first()
    if row is None:
        return False
    known_seq, _known_hash = queries.head_of(chain)
    found = queries.check_part(chain, rules.ChainState(row.seq, row.hash), size)
    head_seq, head_hash = queries.head_of(chain)
    full = found.entries - row.seq == size  # rows may lie beyond it, also beyond the head
    bad = rules.bad_end(found, known_seq, head_seq, head_hash, full=full)
    # Another worker that read the same portion finds the row moved on.
    mine = ChainCheck.objects.filter(chain=chain, state=CheckState.ASKED, seq=row.seq)
    progress = {"seq": found.entries, "hash": found.last_hash}
    if bad is None and (full or found.entries < head_seq):
        mine.update(**progress)
        return True
    mine.update(
        state=CheckState.WHOLE if bad is None else CheckState.BROKEN,
        finished_at=at,
        entries=found.entries,
        head=found.last_hash,
        first_bad=bad,
        **progress,
    )
    return False
