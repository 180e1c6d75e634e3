"""A file that a program sends: as a form (multipart/form-data) or as bare bytes.

Neither is ever held in memory whole. Bare bytes are read from the connection as they come, unless
somebody has to know all of them first (``digest``).
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from kelola.ui.http.problem import Problem

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

FORM, BYTES = "multipart/form-data", "application/octet-stream"
FIELD = "file"
CHUNK = 256 * 1024
KEPT_IN_MEMORY = 1024 * 1024

# How the two ways look in the description of the interface.
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        FIELD: {
                            "type": "string",
                            "format": "binary",
                            "description": "The file, with its name.",
                        }
                    },
                    "required": [FIELD],
                }
            },
            BYTES: {
                "schema": {
                    "type": "string",
                    "format": "binary",
                    "description": "The bytes alone; the name comes in the address.",
                }
            },
        },
    }
}


@dataclass(slots=True)
class Upload:
    """A file as it came: ``stream`` is read once."""

    stream: IO[bytes]
    name: str


def upload(request: HttpRequest) -> Upload:
    """Return the file of a request, the same one however often it is asked for.

    Raises Problem when there is none, or more than one, or the request is damaged.
    """
    known: Upload | None = getattr(request, "upload", None)
    if known is None:
        known = _bytes(request) if request.content_type == BYTES else _posted(request)
        request.upload = known  # type: ignore[attr-defined] # Django's requests take attributes
    return known


def digest(request: HttpRequest) -> bytes:
    """Return the SHA-256 of a request's file and its name; the file can still be read."""
    sent = upload(request)
    found = hashlib.sha256(sent.name.encode("utf-8", "surrogatepass") + b"\0")
    if request.content_type == BYTES:
        sent.stream = _spooled(sent.stream)
    while data := sent.stream.read(CHUNK):
        found.update(data)
    sent.stream.seek(0)
    return found.digest()


def close(request: HttpRequest) -> None:
    """Give back the disk that a copied file takes."""
    sent: Upload | None = getattr(request, "upload", None)
    if sent is not None and isinstance(sent.stream, tempfile.SpooledTemporaryFile):
        sent.stream.close()


def require(request: HttpRequest) -> None:
    """Raise Problem unless a file is sent in one of the two ways."""
    if request.content_type not in (FORM, BYTES):
        words = _("Send the file as %(form)s or as %(bytes)s.") % {"form": FORM, "bytes": BYTES}
        raise Problem(415, "unsupported_media_type", words)


def damaged() -> Problem:
    """Return the problem of a body that ends too early or is no form."""
    words = _("The request is damaged or incomplete. Send it again, whole.")
    return Problem(400, "bad_request", words)


def _bytes(request: HttpRequest) -> Upload:
    return Upload(cast("IO[bytes]", request), request.GET.get("name", ""))


def _posted(request: HttpRequest) -> Upload:
    try:
        found: list[UploadedFile[Any]] = [
            one for _name, many in request.FILES.lists() for one in many
        ]
        fields = {*request.FILES, *request.POST}
    except RequestDataTooBig:
        words = _("This is larger than what is accepted. Send less at once.")
        raise Problem(413, "too_large", words) from None
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        raise damaged() from None
    if len(found) != 1 or fields != {FIELD}:
        words = _("Send exactly one file, in the field “%(field)s”.") % {"field": FIELD}
        raise Problem(422, "invalid", words, errors=[(f"/{FIELD}", words)])
    sent = found[0]
    return Upload(cast("IO[bytes]", sent.file), request.GET.get("name") or sent.name or "")


def _spooled(stream: IO[bytes]) -> IO[bytes]:
    """Copy a stream to where it can be read again, at most one byte more than is accepted."""
    copy = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - see close()
        max_size=KEPT_IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR)
    )
    left = settings.UPLOAD_LIMIT_BYTES + 1
    try:
        while left and (data := stream.read(min(CHUNK, left))):
            copy.write(data)
            left -= len(data)
    except UnreadablePostError:
        raise damaged() from None
    copy.seek(0)
    return cast("IO[bytes]", copy)
