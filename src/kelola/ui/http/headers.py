"""Security headers of every page."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.http.request import split_domain_port, validate_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    # People share the front desk's computer: nothing may come back from the browser's cache.
    "Cache-Control": "no-store",
}

SIGNED_OUT = "KELOLA_SIGNED_OUT"
A_YEAR = 365 * 24 * 3600


def _kept_safe(request: HttpRequest) -> bool:
    """Tell whether the browser may be told to come with encryption only.

    Only for names that the office gave to Kelola: the machine's own name may belong to other
    programs too, and an address or this very machine never needs it.
    """
    host = split_domain_port(request.META.get("HTTP_HOST", "").lower())[0]
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() and validate_host(host, settings.SAFE_ONLY_NAMES)
    return False


def _note_sign_out(request: HttpRequest | None, **_more: object) -> None:
    if request is not None:
        request.META[SIGNED_OUT] = True


user_logged_out.connect(_note_sign_out, dispatch_uid="kelola.ui.http.headers")


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: add the headers that a view did not set itself (documents set stricter ones).

    Stands before the static files, so that they carry them too; those keep their own caching.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if _kept_safe(request):
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        if SIGNED_OUT in request.META:  # what this device kept for the person who leaves
            response.headers["Clear-Site-Data"] = '"storage"'
        if request.is_secure():  # every cookie, whoever sets it; the same office also has http
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return middleware
