"""Reads of documents in the open office."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from kelola.evidence.models import Condition, Document, IssuedPaper, SealKey, StoredFile
from kelola.evidence.rules import seals
from kelola.office.queries import offices
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

DAMAGED = (Condition.ALTERED, Condition.MISSING)


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


def stored_bytes(sha256: str) -> bytes | None:
    """Return the bytes of a file of the open office; None unless they are there and whole."""
    file = StoredFile.objects.filter(sha256=sha256).first()
    try:
        body = file.path.read_bytes() if file else b""
    except OSError:
        return None
    return body if hashlib.sha256(body).hexdigest() == sha256 else None


def issued_paper(digest: str) -> IssuedPaper | None:
    """Return the paper with this content in the open office, or None."""
    return IssuedPaper.objects.select_related("document").filter(digest=digest).first()


def papers_about(subject: str) -> list[IssuedPaper]:
    """Return the sealed papers about a subject, oldest first."""
    found = IssuedPaper.objects.filter(document__subject=subject).select_related("document")
    return list(found.order_by("issued_at", "id"))


def papers_of(subjects: Sequence[str]) -> dict[str, list[IssuedPaper]]:
    """Return the sealed papers about many subjects with their files, in one query."""
    rows = IssuedPaper.objects.filter(document__subject__in=list(subjects))
    found: dict[str, list[IssuedPaper]] = {}
    for row in rows.select_related("document__file").order_by("issued_at", "id"):
        found.setdefault(row.document.subject, []).append(row)
    return found


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


def files_in_doubt(before: datetime) -> list[tuple[str, int, int]]:
    """Return by office how many files are damaged, and how many wait for a check since before.

    Every office's figures, for the machine's operator.
    """
    found = []
    for office in offices():
        with office_scope(office.pk):
            damaged = StoredFile.objects.filter(condition__in=DAMAGED).count()
            waiting = Q(checked_at__lt=before) | Q(checked_at=None, created_at__lt=before)
            found.append((office.name, damaged, StoredFile.objects.filter(waiting).count()))
    return found


def sum_of_files() -> tuple[int, int, int]:
    """Return how many documents the office keeps, the bytes on the disk, and damaged files."""
    found = StoredFile.objects.aggregate(
        size=Sum("size"), damaged=Count("id", filter=Q(condition__in=DAMAGED))
    )
    return Document.objects.count(), found["size"] or 0, found["damaged"]


def documents(
    *,
    media_types: Collection[str] = (),
    damaged: bool = False,
    words: Collection[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[Document]:
    """Return documents, newest first; ``after`` is the last row of the page before."""
    rows = Document.objects.select_related("file")
    if media_types:
        rows = rows.filter(file__media_type__in=media_types)
    if damaged:
        rows = rows.filter(file__condition__in=DAMAGED)
    for word in words:
        rows = rows.filter(name__icontains=word)
    if since is not None and until is not None:
        rows = rows.filter(added_at__gte=since, added_at__lt=until)
    if after is not None:
        moment, key = after
        rows = rows.filter(
            Q(added_at__lt=moment) | Q(added_at=moment, id__lt=key), added_at__lte=moment
        )
    return list(rows.order_by("-added_at", "-id")[:limit])


def issued_papers(ids: Collection[UUID]) -> set[UUID]:
    """Return which of these documents are papers that Kelola itself gave out."""
    rows = IssuedPaper.objects.filter(document__in=ids)
    return set(rows.values_list("document_id", flat=True))
