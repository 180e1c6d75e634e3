"""Whom an entry concerns: an app says in its ``notices.py`` who is told of which verb.

    @notice("sop.turn", _("Your turn: %(activity)s (%(number)s)"), verbs=("sop.run.opened",))
    def turn(entries: Sequence[Entry], today: date, /) -> list[Told]: ...

The function is given all new entries of these verbs at once, inside the scope of their office and
with its local day, and answers with as many queries for a thousand of them as for one. Services
know nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kelola.ledger.models import Entry


Word = str | dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """These people are told, once for each ``key``; ``words`` are put into the sentence.

    A word is a text, or the same in several languages ({"id": …, "en": …}), or a moment as ISO 8601
    text ({"at": …}).
    ``detail`` is shown in Kelola alone: it may hold what other people wrote.
    """

    key: str
    people: Collection[UUID]
    url: str
    words: Mapping[str, Word] = field(default_factory=dict)
    detail: str = ""


class Finds(Protocol):
    """Finds whom new entries of one office concern."""

    def __call__(self, entries: Sequence[Entry], today: date, /) -> Sequence[Told]: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """``sentence`` is lazily translated, ``verbs`` are whole verbs."""

    key: str
    sentence: Any
    verbs: tuple[str, ...]
    find: Finds


notices: Store[Notice] = Store("notices")


def notice(key: str, sentence: Any, *, verbs: tuple[str, ...]) -> Callable[[Finds], Finds]:
    """Register the decorated function as the one that finds whom these verbs concern."""

    def register(find: Finds) -> Finds:
        notices.register(key, Notice(key, sentence, verbs, find))
        return find

    return register
