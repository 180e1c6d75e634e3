"""The verbs an entry may carry, each with the sentence that tells it.

An app lists its own in its ``verbs.py``, one line each::

    verb("sop.step.finished", _("%(actor)s finished %(subject)s"))

The sentence is a lazily translated template. It may use ``actor`` (who did it, with the post
stood in for), ``subject`` (the object) and the names of the entry's data; data that is an id is
told by its name, data that an older entry lacks as an ellipsis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from kelola.ledger.models import Entry

_KEY = re.compile(r"[a-z]+(\.[a-z_]+){2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Verb:
    """``key`` reads ``app.noun.past_participle``; ``sentence`` is described above."""

    key: str
    sentence: Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history. ``at`` is aware, ``by`` an id or ``system``."""

    seq: int
    at: datetime
    by: str
    verb: str
    text: str


verbs: Store[Verb] = Store("verbs")


def verb(key: str, sentence: Any) -> Verb:
    """Register a verb; raise ValueError unless its key reads ``app.noun.past_participle``."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"verbs: {key!r} must read app.noun.past_participle")
    return verbs.register(key, Verb(key, sentence))


class _Told(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def ids_in(entries: Iterable[Entry]) -> set[str]:
    """Return every id that telling these entries will ask a name for, to fetch them at once."""
    found: set[str] = set()
    for entry in entries:
        found |= {entry.by, entry.object}
        found |= {v for v in entry.data.values() if isinstance(v, str) and _ID.fullmatch(v)}
        if entry.acting_for:
            found.add(entry.acting_for)
    return found


def sentences(entries: Iterable[Entry], names: Callable[[str], str]) -> list[Line]:
    """Tell entries in words, in their order.

    ``names`` gives the name of a person, post or object by what :func:`ids_in` lists: an id,
    ``system``, or an object as ``app.noun:id``.
    """
    return [Line(e.seq, e.at, e.by, e.verb, _tell(e, names)) for e in entries]


def _said(value: object, names: Callable[[str], str]) -> str:
    """Return data in words: an id by its name, a day as people write it."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return names(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date_format(date.fromisoformat(value), "j F Y")
        except ValueError:  # a tampered entry is told as it stands
            return value
    return str(value)


def _tell(entry: Entry, names: Callable[[str], str]) -> str:
    known = verbs.get(entry.verb)
    actor = names(entry.by)
    if entry.acting_for:
        actor = _("%(actor)s as %(post)s") % {"actor": actor, "post": names(entry.acting_for)}
    told = _Told({key: _said(value, names) for key, value in entry.data.items()})
    told |= {"actor": actor, "subject": names(entry.object)}
    # An entry outlives its verb: a version that dropped it still shows the row.
    template = str(known.sentence) if known else f"%(actor)s · {entry.verb} · %(subject)s"
    return template % told
