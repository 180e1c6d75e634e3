"""Who uses a document: apps that add files to their things say what became of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from kelola.evidence.models import Document


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document belongs, as a link."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Use:
    """What an app knows of the documents whose subject is its own.

    Args:
        places: given the ids of subjects, where each stands.
        unused: given documents, the ids of those that nothing came to name.

    """

    places: Callable[[Sequence[UUID]], Mapping[UUID, Place]]
    unused: Callable[[Sequence[Document]], set[UUID]]


# By the kind of subject: ``sop.run`` for documents of ``sop.run:<id>``.
uses: Store[Use] = Store("uses")


def subject_id(document: Document) -> tuple[str, UUID | None]:
    """Return the kind and the id of what a document was added to."""
    kind, _sep, key = document.subject.partition(":")
    try:
        return kind, uuid.UUID(key)
    except ValueError:
        return kind, None
