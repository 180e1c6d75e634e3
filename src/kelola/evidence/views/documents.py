"""The one door to stored files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from kelola.evidence import access, sending

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import FileResponse, HttpRequest


@require_safe
def document(request: HttpRequest, document_id: UUID) -> FileResponse:
    """Send a document of this office: as a download, or with ``?lihat=1`` to look at."""
    return sending.sent(access.document(document_id), show=request.GET.get("lihat") == "1")
