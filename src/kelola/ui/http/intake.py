"""What a request may not bring: more bytes than forms have or the disk has room for, and NULs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import BadRequest

from kelola.ui.http.problem import for_programs
from kelola.ui.http.trouble import NoRoom
from kelola.ui.storage import scarce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# A form may carry several files of the largest size; whatever is more only fills the disk.
FILES_AT_ONCE = 4
NUL = "\0"


class TooLarge(BadRequest):
    """The body is larger than anything that is accepted here."""


def intake(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Intake:
    """Middleware: answer 400 before a body too large is read, and to text with a NUL in it.

    Every upload is written to the disk before any view sees it, so the size is judged by the
    declared length; the server reads no further than that. Where it would leave too little room,
    the answer is 507. PostgreSQL has no NUL in texts, and no keyboard has one either.
    """
    return Intake(get_response)


class Intake:
    """See ``intake``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = FILES_AT_ONCE * settings.UPLOAD_LIMIT_BYTES
        if not (length.isascii() and length.isdigit()) or len(length) > len(str(most)):
            raise BadRequest("body of no possible length")
        if int(length) > most:
            raise TooLarge("body too large")
        # Up to this size a body stays in memory; beyond, every file of it is spooled first.
        if int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE and scarce(int(length)):
            raise NoRoom
        _require_whole([request.path, *_texts(request.GET.lists()), *request.COOKIES.values()])
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> None:
        """Look at the posted fields: not before the proof of origin was asked for.

        What programs send is read where their key was asked for, and judged there.
        """
        if request.method == "POST" and not for_programs(request):
            _require_whole(_texts(request.POST.lists()))


def _texts(fields: Iterable[tuple[str, list[str]]]) -> list[str]:
    return [text for name, values in fields for text in (name, *values)]


def _require_whole(texts: Iterable[str]) -> None:
    if any(NUL in text for text in texts):
        raise BadRequest("text with a NUL")
