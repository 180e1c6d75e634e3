"""Taking a file in."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, BinaryIO, cast

from django.db import transaction

from kelola.evidence.models import Document, FileText, StoredFile
from kelola.evidence.rules import Unfit, clean_name, inspect
from kelola.evidence.services import disk
from kelola.evidence.services.refusals import RefusedFile
from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.search.services import index

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.evidence.rules import Kind

DOCUMENT = "evidence.document"  # the kind under which the search finds documents


def store_file(
    *, office: UUID, stream: BinaryIO | IO[bytes], name: str, subject: str, by: str, at: datetime
) -> Document:
    """Store a file and add it to a subject. Needs the office's scope.

    The bytes are safe on the disk before the row is written. Bytes the office already has are
    kept once; bytes whose row never came are swept after an hour.

    Args:
        office: whose file it is.
        stream: its bytes, read once from where it stands.
        name: what it was called; only a cleaned form is kept, and never as a path.
        subject: what it is added to, ``app.noun:id``.
        by: id of the person.
        at: aware time.

    Raises:
        RefusedFile: the content, its kind or its size is not accepted, or the disk is full.

    """
    shown = clean_name(name)
    try:
        with disk.received(office, cast("BinaryIO", stream)) as written:
            kind = inspect(cast("BinaryIO", written.file), shown)
            file = StoredFile(
                office_id=office,
                sha256=written.sha256,
                size=written.size,
                media_type=kind.media_type,
                created_at=at,
            )
            disk.keep(written, file.path)
    except Unfit as refusal:
        raise RefusedFile(refusal.reason, shown, refusal.found) from refusal
    return _record(file, kind, name=shown, subject=subject, by=by, at=at)


@transaction.atomic
def _record(
    file: StoredFile, kind: Kind, *, name: str, subject: str, by: str, at: datetime
) -> Document:
    stored, _ = StoredFile.objects.get_or_create(
        office_id=file.office_id,
        sha256=file.sha256,
        defaults={"size": file.size, "media_type": kind.media_type, "created_at": at},
    )
    document = Document.objects.create(
        office_id=file.office_id, file=stored, name=name, subject=subject, added_by=by, added_at=at
    )
    read = FileText.objects.filter(file=stored).first()
    index_document(document, read.text if read else "")
    append(
        office=file.office_id,
        at=at,
        by=by,
        verb="evidence.document.added",
        object=f"evidence.document:{document.pk}",
        data={
            "subject": subject,
            "sha256": stored.sha256,
            "size": stored.size,
            "name": digest(document.salt, name),
        },
    )
    return document


def index_document(document: Document, text: str) -> None:
    """Let a document be found by its name and by the text of its file."""
    index(
        office=document.office_id,
        kind=DOCUMENT,
        object=document.pk,
        title=document.name,
        text=text,
        at=document.added_at,
    )
