"""What of a person the search finds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kelola.search.kinds import Findable
from kelola.search.services import index

if TYPE_CHECKING:
    from kelola.office.models import Person

PERSON = "office.person"


def person_words(person: Person) -> Findable:
    """Return a person as they go into the index: by name. Ids tell when a row came (UUIDv7)."""
    came = datetime.fromtimestamp((person.pk.int >> 80) / 1000, tz=UTC)
    return Findable(person.pk, person.name, "", came)


def index_person(person: Person) -> None:
    """Let a person be found by name; call it in the transaction that writes the name."""
    thing = person_words(person)
    index(
        office=person.office_id,
        kind=PERSON,
        object=thing.object_id,
        title=thing.title,
        text=thing.text,
        at=thing.at,
    )
