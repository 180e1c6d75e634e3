"""Who asks, when a web server of the office stands before Kelola."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

FORWARDED = "HTTP_X_FORWARDED_FOR"


def visitor(peer: str, forwarded: str) -> str:
    """Return the visitor's address.

    Args:
        peer: the address that the connection came from.
        forwarded: ``X-Forwarded-For``. Each proxy adds the address it was asked from at the end,
            so the last one that is no proxy of ours is the visitor; what stands before it is
            only the visitor's word.

    """
    chain = [text.strip() for text in forwarded.split(",")] if forwarded else []
    while _trusted(peer) and chain:
        peer_before = chain.pop()
        if _address(peer_before) is None:
            break
        peer = peer_before
    return peer


def _address(text: str) -> object:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _trusted(text: str) -> bool:
    one = _address(text)
    return one is not None and any(one in net for net in settings.TRUSTED_PROXIES)


def proxies(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: believe ``X-Forwarded-For`` of our own proxies only, and nobody's other word."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        meta["REMOTE_ADDR"] = visitor(meta.get("REMOTE_ADDR", ""), meta.pop(FORWARDED, ""))
        meta.pop("HTTP_X_FORWARDED_HOST", None)
        return get_response(request)

    return middleware
