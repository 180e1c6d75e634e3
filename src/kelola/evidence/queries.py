"""Reads of documents in the open office."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kelola.evidence.models import Document, IssuedPaper, SealKey, StoredFile
from kelola.evidence.rules import seals
from kelola.office.queries import offices

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def documents_of(subject: str) -> list[Document]:
    """Return the documents added to a subject, oldest first."""
    return list(Document.objects.select_related("file").filter(subject=subject))


def documents_by_subject(subjects: Collection[str]) -> dict[str, list[Document]]:
    """Return the documents of many subjects in one query; a subject without any is absent."""
    found: dict[str, list[Document]] = defaultdict(list)
    for document in Document.objects.select_related("file").filter(subject__in=subjects):
        found[document.subject].append(document)
    return dict(found)


def documents_by_id(ids: Collection[UUID]) -> dict[UUID, Document]:
    """Return documents by id in one query; ids of other offices are absent."""
    rows = Document.objects.select_related("file").filter(pk__in=ids)
    return {document.pk: document for document in rows}


def known_digests(digests: Collection[str]) -> set[str]:
    """Return which of these SHA-256 digests have a row in the open office."""
    return set(StoredFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))


def issued_paper(digest: str) -> IssuedPaper | None:
    """Return the paper with this content in the open office, or None."""
    return IssuedPaper.objects.select_related("document").filter(digest=digest).first()


def papers_about(subject: str) -> list[IssuedPaper]:
    """Return the sealed papers about a subject, oldest first."""
    found = IssuedPaper.objects.filter(document__subject=subject).select_related("document")
    return list(found.order_by("issued_at", "id"))


def paper_with_bytes(sha256: str) -> IssuedPaper | None:
    """Return a paper by the SHA-256 of its file. Needs ``unscoped("verification")``."""
    return IssuedPaper.objects.select_related("office").filter(sha256=sha256).first()


def paper_digests() -> list[str]:
    """Return the SHA-256 of every issued file, sorted. Needs ``unscoped("verification")``."""
    found = IssuedPaper.objects.order_by("sha256").values_list("sha256", flat=True)
    return list(found.distinct())


def offices_by_mark() -> dict[bytes, str]:
    """Return the names of all offices by their marks in seals."""
    return {seals.office_mark(office.pk): office.name for office in offices()}


def office_with_mark(mark: bytes) -> str:
    """Return the name of the office that seals call by this mark, or nothing."""
    return offices_by_mark().get(mark, "")


def seal_keys() -> dict[bytes, bytes]:
    """Return every public key this installation ever sealed with, by its id."""
    rows = SealKey.objects.values_list("key_id", "public")
    return {bytes.fromhex(key_id): bytes.fromhex(public) for key_id, public in rows}
