"""Entries of the ledger told with the names of what they are about, and where that is seen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from kelola.ledger import verbs
from kelola.office.queries import names_of, titles_of
from kelola.search.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from kelola.ledger.models import Entry
    from kelola.office.policies import Actor
    from kelola.search.kinds import Face


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the history; ``about`` and ``url`` where the thing has a page."""

    seq: int
    at: datetime
    by: str
    sentence: str
    about: str = ""
    detail: str = ""
    url: str = ""


def tell(actor: Actor, entries: Sequence[Entry]) -> list[Told]:
    """Tell entries of the actor's office, every name fetched at once."""
    keys = verbs.ids_in(entries)
    faces = _faces(actor, keys)
    ids = {key.rpartition(":")[2] for key in keys}
    known = {"system": "Kelola", **titles_of(ids), **names_of(ids)}

    def name(key: str) -> str:
        face = faces.get(key)
        return face.title if face else known.get(key.rpartition(":")[2], _("somebody"))

    lines = verbs.sentences(entries, name)
    return [
        _told(entry, line.text, name(entry.by), faces.get(entry.object))
        for entry, line in zip(entries, lines, strict=True)
    ]


def _told(entry: Entry, sentence: str, by: str, face: Face | None) -> Told:
    if face is None:
        return Told(entry.seq, entry.at, by, sentence)
    return Told(entry.seq, entry.at, by, sentence, face.title, face.detail, face.url)


def _faces(actor: Actor, keys: Iterable[str]) -> dict[str, Face]:
    """Return how the objects among these keys are shown, by the kinds that can be searched."""
    wanted: dict[str, list[UUID]] = defaultdict(list)
    for key in keys:
        noun, colon, number = key.partition(":")
        if colon and noun in kinds:
            wanted[noun].append(UUID(number))
    return {
        f"{noun}:{number}": face
        for noun, numbers in wanted.items()
        for number, face in kinds[noun].faces(actor, numbers).items()
    }
