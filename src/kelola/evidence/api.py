"""Files for programs."""

# Annotations are read at run time by ninja, so they are no strings here.
from uuid import UUID

from django.http import FileResponse, UnreadablePostError
from django.utils import timezone
from ninja import Router

from kelola.evidence import access, sending, services
from kelola.evidence.models import Document
from kelola.evidence.rules import Reason
from kelola.office.http import OfficeRequest
from kelola.ui.http.operations import Moment, Out, answers, reads
from kelola.ui.http.problem import Problem
from kelola.ui.http.uploads import FIELD, Upload, damaged

router = Router(tags=["files"], auth=reads)
STATUSES = {Reason.TOO_LARGE: 413, Reason.NO_SPACE: 507}


class FileOut(Out):
    """A file that was added to something as evidence."""

    id: UUID
    """Id of the document, as forms name it."""
    name: str
    """What it is called."""
    subject: str
    """What it was added to: ``sop.run:`` and the id."""
    media_type: str
    """The type that its bytes have."""
    size: int
    """Bytes."""
    sha256: str
    """Digest of the bytes."""
    added_at: Moment
    """When it was added."""
    added_by: str
    """Id of the person who added it."""


def file_out(found: Document) -> FileOut:
    """Return a document; it comes with its file."""
    return FileOut(
        id=found.id,
        name=found.name,
        subject=found.subject,
        media_type=found.media_type,
        size=found.size,
        sha256=found.file.sha256,
        added_at=found.added_at,
        added_by=found.added_by,
    )


def stored(sent: Upload, request: OfficeRequest, *, subject: str) -> Document:
    """Keep a file that was sent, or raise Problem with the reason it is refused for."""
    try:
        return services.store_file(
            office=request.actor.office.id,
            stream=sent.stream,
            name=sent.name,
            subject=subject,
            by=request.actor.id,
            at=timezone.now(),
        )
    except services.RefusedFile as refused:
        status, reason = STATUSES.get(refused.code, 422), str(refused.reason)
        code = f"file_{refused.code.value}"
        raise Problem(status, code, reason, errors=[(f"/{FIELD}", reason)]) from refused
    except UnreadablePostError as error:
        raise damaged() from error


@router.get("/files/{uuid:document_id}", response=answers(FileOut, 404))
def file(request: OfficeRequest, document_id: UUID) -> FileOut:
    """Show what is known of a file."""
    del request
    return file_out(access.document(document_id))


@router.get(
    "/files/{uuid:document_id}/content",
    response=answers(None, 404),
    openapi_extra={
        "responses": {
            200: {
                "description": "The bytes of the file, under its own type.",
                "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def file_content(request: OfficeRequest, document_id: UUID) -> FileResponse:
    """Fetch a file."""
    del request
    return sending.sent(access.document(document_id), show=False)
