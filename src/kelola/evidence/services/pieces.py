"""Pieces of packs: stored files, read in portions and compared with what was taken in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.urls import reverse

from kelola.evidence.models import Condition
from kelola.evidence.rules.names import extension
from kelola.evidence.rules.packs import FILES, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.evidence.models import Document

_CHUNK = 1024 * 1024


class LostPiece(Exception):  # noqa: N818 - an answer to a person
    """A file that belongs into a pack is missing or altered; ``name`` is how people know it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def is_lost(document: Document) -> bool:
    """Whether the last look at a document's bytes found them missing or altered."""
    return document.file.condition in (Condition.ALTERED, Condition.MISSING)


def document_piece(document: Document, stem: str) -> Piece:
    """Return a document as a piece; ``stem`` is what its file name in the pack tells first."""
    name, _dot, tail = document.name.rpartition(".")
    return Piece(
        key=f"document:{document.pk}",
        folder=FILES,
        name=document.name,
        stem=f"{stem} {name or tail}",
        extension=extension(document.name),
        body=lambda: _bytes(document),
        size=document.size,
        url=reverse("document", args=[document.pk]),
    )


def _bytes(document: Document) -> Iterator[bytes]:
    """Yield the bytes; raise LostPiece at the end of what is not what was taken in."""
    seen = hashlib.sha256()
    try:
        with document.file.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                seen.update(chunk)
                yield chunk
    except OSError as error:
        raise LostPiece(document.name) from error
    if seen.hexdigest() != document.file.sha256:
        raise LostPiece(document.name)
