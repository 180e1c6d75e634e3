"""The theme switch and the pages shown when something is refused or broken."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kelola.ui import storage
from kelola.ui.context import THEME_COOKIE, THEMES
from kelola.ui.http import problem
from kelola.ui.http.intake import TooLarge
from kelola.ui.http.trouble import NoRoom, Trouble, trouble_of

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger(__name__)
YEAR = 365 * 24 * 3600
BARE = (
    '<!doctype html><html lang="id"><meta charset="utf-8"><title>Kelola</title>'
    "<h1>Ada gangguan pada Kelola, bukan pada isian Anda</h1>"
    "<p>Coba lagi; bila berulang, sampaikan kode {code} kepada operator.</p></html>"
)
HEADINGS = {
    Trouble.BUSY: gettext_lazy("Kelola is busy at the moment"),
    Trouble.FULL: gettext_lazy("The storage is full"),
    Trouble.UNWRITABLE: gettext_lazy("Nothing can be saved at the moment"),
    Trouble.DAMAGED: gettext_lazy("The stored data is damaged"),
}


def _back(request: HttpRequest) -> str:
    """Return the page the form came from, if it is ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if wanted and ours else "/"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the device's own choice in this browser."""
    response = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 in words; the exception is for the log only."""
    if problem.for_programs(request):
        return problem.plain(request, 413 if isinstance(exception, TooLarge) else 400)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403, with the policy's reason when it gave one."""
    reason = str(exception) if exception and exception.args else ""
    if problem.for_programs(request):
        return problem.plain(request, 403, reason=reason)
    return render(request, "403.html", {"reason": reason}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 the same way whether the page is missing or another office's."""
    del exception
    if problem.for_programs(request):
        return problem.plain(request, 404)
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old."""
    log.info("Form refused: %s", reason)
    return render(request, "403_csrf.html", status=403)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 429 in words."""
    del exception
    if problem.for_programs(request):
        return problem.plain(request, 429)
    return render(request, "429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a break without the database or the request's context; the code is in the log.

    500 for a fault of ours; 503 or 507, and when to come again, for trouble of the machine.
    """
    code = f"K-{secrets.token_hex(2).upper()}"
    error = sys.exc_info()[1]
    trouble = trouble_of(error)
    log.error("%s: %s at %s %s", code, type(error).__name__, request.method, request.path)
    status = trouble.status if trouble else 500
    if problem.for_programs(request):
        response: HttpResponse = problem.plain(request, status, reason=code)
    elif trouble is None:
        response = HttpResponse(_drawn("500.html", code), status=status)
    else:
        low = isinstance(error, NoRoom)
        heading = _low() if low else HEADINGS[trouble]
        words = "low" if low else trouble.value
        response = HttpResponse(
            _drawn("503.html", code, heading=heading, trouble=words), status=status
        )
    if trouble:
        response.headers["Retry-After"] = str(trouble.retry_after)
    return response


def _low() -> str:
    left = storage.free_megabytes()
    return _("Only %(left)s MB of room are left; uploads are paused.") % {"left": left}


def _drawn(template: str, code: str, **context: object) -> str:
    try:
        return str(render_to_string(template, {"code": code, **context}))
    except Exception:  # noqa: BLE001 - whatever broke the page may break its template too
        return BARE.format(code=code)
