"""Refusals for programs: every one under ``/api/`` is a problem document (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation.trans_real import parse_accept_lang_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest
    from django.utils.functional import Promise

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
NAMES = "urn:kelola:problem:"

# Nobody sends a longer list of languages by hand, and reading it costs time.
LONGEST_WISH = 200

TITLES: Mapping[int, Promise] = {
    400: gettext_lazy("The request can't be used"),
    401: gettext_lazy("The key is not accepted"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Not possible at this address"),
    409: gettext_lazy("The work has moved on meanwhile"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Not in a format that is read here"),
    422: gettext_lazy("Something in it is not right"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something is wrong with Kelola"),
    503: gettext_lazy("Kelola is busy at the moment"),
    507: gettext_lazy("The storage is full"),
}


class Problem(Exception):  # noqa: N818 - an answer to a program, not a fault of ours
    """A request is refused.

    Args:
        status: of the answer, one of ``TITLES``.
        code: names the kind of problem, for programs: ``step_closed``.
        detail: a sentence for the person behind the program.
        errors: (JSON pointer into the body, or the name of a parameter; what is wrong).
        headers: further headers of the answer.
        more: further members of the document.

    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}
        self.more = more or {}


def for_programs(request: HttpRequest) -> bool:
    """Tell whether a program asks, and not a browser."""
    return request.path.startswith(PREFIX)


def language(request: HttpRequest) -> str:
    """Return the language of an answer to a program: the first it wishes that we speak."""
    wished = request.headers.get("Accept-Language", "")[:LONGEST_WISH]
    known = [code for code, _name in settings.LANGUAGES]
    for tag, _weight in parse_accept_lang_header(wished.lower()):
        base = tag.partition("-")[0]
        if base in known:
            return base
    return settings.LANGUAGE_CODE


def document(found: Problem) -> dict[str, Any]:
    """Return a problem as it is written into the answer."""
    written: dict[str, Any] = {
        "type": f"{NAMES}{found.code}",
        "title": str(TITLES[found.status]),
        "status": found.status,
        "detail": found.detail,
    }
    if found.errors:
        written["errors"] = [{"pointer": where, "detail": what} for where, what in found.errors]
    return {**written, **found.more}


def answer(request: HttpRequest, found: Problem) -> JsonResponse:
    """Return the answer that tells a problem."""
    spoken = language(request)
    with translation.override(spoken):
        body = document(found)
    headers = {"Content-Language": spoken, **found.headers}
    return JsonResponse(body, status=found.status, content_type=MEDIA_TYPE, headers=headers)


def plain(request: HttpRequest, status: int, *, reason: str = "") -> JsonResponse:
    """Return the answer for what stopped a request before it reached its address."""
    with translation.override(language(request)):
        code, detail = _PLAIN[status](reason)
        return answer(request, Problem(status, code, detail))


def _bad(_reason: str) -> tuple[str, str]:
    return "bad_request", _("The request is damaged or incomplete. Send it again, whole.")


def _forbidden(reason: str) -> tuple[str, str]:
    return "forbidden", reason or _("You may not open this.")


def _missing(_reason: str) -> tuple[str, str]:
    return "not_found", _("There is nothing here, or it belongs to another office.")


def _large(_reason: str) -> tuple[str, str]:
    return "too_large", _("This is larger than what is accepted. Send less at once.")


def _crowded(_reason: str) -> tuple[str, str]:
    return "too_many_requests", _("Wait a moment, then go on more slowly.")


def _broken(reason: str) -> tuple[str, str]:
    words = _("Try again; if it happens again, tell the operator the code %(code)s.")
    return "internal", words % {"code": reason}


def _unserved(reason: str) -> tuple[str, str]:
    words = _("Nothing was saved; try again later. The code for the operator is %(code)s.")
    return "unserved", words % {"code": reason}


_PLAIN = {
    400: _bad,
    403: _forbidden,
    404: _missing,
    413: _large,
    429: _crowded,
    500: _broken,
    503: _unserved,
    507: _unserved,
}
