"""How apps hear of each other: they follow verbs of the ledger, each with a cursor of its own.

    @follow("sop.clocks", "workcal.")
    def clocks(office: UUID | None, entries: Sequence[Entry], *, at: datetime) -> None: ...

The function stands in the app's ``tasks.py``. It must be idempotent: a kill between its work and
the step of the cursor brings the same entries again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from kelola.ledger import queries
from kelola.ledger.models import Cursor, Entry
from kelola.ledger.rules import SYSTEM
from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

BATCH = 500


class Hears(Protocol):
    """What a follower does with new entries of one office (None: the installation's own)."""

    def __call__(
        self, office: UUID | None, entries: Sequence[Entry], /, *, at: datetime
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Follower:
    """``prefixes`` say which verbs it hears."""

    key: str
    prefixes: tuple[str, ...]
    hear: Hears


followers: Store[Follower] = Store("followers")


def follow(key: str, *prefixes: str) -> Callable[[Hears], Hears]:
    """Register the decorated function as a follower of the verbs with these prefixes."""

    def register(hear: Hears) -> Hears:
        followers.register(key, Follower(key, prefixes, hear))
        return hear

    return register


def catch_up(*, at: datetime) -> int:
    """Let every follower hear what is new to it; return how many entries were told.

    Two at once tell an entry twice at worst: the cursor only ever moves forward.
    """
    told = 0
    heads = queries.heads()
    for follower in followers.values():
        known = dict(Cursor.objects.filter(follower=follower.key).values_list("chain", "seq"))
        for chain, seq in heads.items():
            if seq > known.get(chain, 0):
                told += _tell(follower, chain, known.get(chain, 0), at)
    return told


def _tell(follower: Follower, chain: str, seq: int, at: datetime) -> int:
    told = 0
    while entries := queries.after(chain, seq, limit=BATCH):
        heard = [e for e in entries if e.verb.startswith(follower.prefixes)]
        if heard:
            follower.hear(None if chain == SYSTEM else UUID(chain), heard, at=at)
        told += len(heard)
        seq = entries[-1].seq
        Cursor.objects.get_or_create(follower=follower.key, chain=chain)
        Cursor.objects.filter(follower=follower.key, chain=chain, seq__lt=seq).update(seq=seq)
    return told


def behind() -> dict[str, int]:
    """Return by follower how many entries it has not seen yet, of all chains."""
    heads = queries.heads()
    lag = {}
    for key in followers:
        known = dict(Cursor.objects.filter(follower=key).values_list("chain", "seq"))
        lag[key] = sum(max(0, seq - known.get(chain, 0)) for chain, seq in heads.items())
    return lag
