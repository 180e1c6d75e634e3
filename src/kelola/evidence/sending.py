"""A stored file as an answer, to people and to programs alike."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import FileResponse, Http404

from kelola.evidence.rules import may_run

if TYPE_CHECKING:
    from typing import BinaryIO

    from kelola.evidence.models import Document

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


def _may_run(found: Document, file: BinaryIO) -> bool:
    if found.file.kind.key != "pdf":
        return False
    risky = may_run(file)
    file.seek(0)
    return risky


def sent(found: Document, *, show: bool) -> FileResponse:
    """Send a document: to look at where that is harmless, else as a download.

    No header keeps a browser from running the scripts of a PDF that it shows.
    """
    try:
        file = found.file.path.open("rb")
    except FileNotFoundError as error:
        logger.exception("the bytes of document %s are missing", found.pk)
        raise Http404 from error
    charset = "; charset=utf-8" if found.media_type.startswith("text/") else ""
    return FileResponse(
        file,
        as_attachment=not (show and found.viewable and not _may_run(found, file)),
        filename=found.name,
        content_type=found.media_type + charset,
        headers=HEADERS,
    )
