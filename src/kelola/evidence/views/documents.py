"""The one door to stored files."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from kelola.evidence import access

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

logger = logging.getLogger(__name__)

# A stored file is somebody's bytes on our origin: it may load nothing and run nothing. Browsers
# frame a picture with a style of their own, and log an error when that is forbidden.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@require_safe
def document(request: HttpRequest, document_id: UUID) -> FileResponse:
    """Send a document of this office: as a download, or with ``?lihat=1`` to look at."""
    found = access.document(document_id)
    show = request.GET.get("lihat") == "1" and found.viewable
    try:
        file = found.file.path.open("rb")
    except FileNotFoundError as error:
        logger.exception("the bytes of document %s are missing", found.pk)
        raise Http404 from error
    charset = "; charset=utf-8" if found.media_type.startswith("text/") else ""
    return FileResponse(
        file,
        as_attachment=not show,
        filename=found.name,
        content_type=found.media_type + charset,
        headers=HEADERS,
    )
