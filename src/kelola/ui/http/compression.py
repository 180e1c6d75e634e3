"""Pages travel compressed; files and papers, which are compressed already, travel as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.middleware.gzip import GZipMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

_TEXTS = ("text/", "application/json", "application/problem+json", "application/manifest+json")


class Compression(GZipMiddleware):
    """Compress texts of more than 200 bytes where the browser can read them.

    Secrets in pages (CSRF tokens) are masked anew in every answer and Django pads each compressed
    one by a random length, which is what BREACH (2013) is met with.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the response, compressed when it is a text."""
        if response.get("Content-Type", "").startswith(_TEXTS):
            return super().process_response(request, response)
        return response
