"""Answers that the door gives without the application."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.html import escape
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from kelola.jobs.door.outbox import plain

if TYPE_CHECKING:
    from kelola.jobs.door.outbox import Outbox

WORDS = {
    HTTPStatus.REQUEST_TIMEOUT: _(
        "What the browser sent came too slowly, so the connection was ended. Nothing has been "
        "changed. Check the network and send it again."
    ),
    HTTPStatus.LENGTH_REQUIRED: _(
        "The request does not say how long it is. Nothing has been changed. Programs state the "
        "length of what they send (Content-Length)."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _(
        "What the browser sent is too large. Nothing has been changed. Go back and send a "
        "smaller file, or fewer files at once."
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: _(
        "The request cannot be read: its head is too large. Delete this site's cookies in the "
        "browser, then open the page again."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: _(
        "Too many large files arrive at this moment. Nothing has been changed. Wait a minute "
        "and send it again."
    ),
    HTTPStatus.INSUFFICIENT_STORAGE: _(
        "There is no room left for what the browser sent. Nothing has been changed. Tell the "
        "operator that the disk is full."
    ),
}
PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title} – Kelola</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
)
TARGET = re.compile(rb"[!-~]+ (/(?!api/)[!-~]*) HTTP/1\.[01]\r\n")
HOST = re.compile(rb"\r\nhost:[ \t]*([^\s]+)[ \t]*\r\n", re.IGNORECASE)


def refusal(status: HTTPStatus) -> Outbox:
    """Return the page that says why a request was not taken."""
    language = settings.LANGUAGE_CODE
    with override(language):
        title = escape(gettext(_("The request was not taken")))
        text = escape(gettext(WORDS[status]))
    return _response(status, PAGE.format(language=language, title=title, text=text))


def to_the_safe_door(head: bytes) -> Outbox:
    """Answer whoever speaks without encryption at the door that has it: the same place, safely.

    People only: a program led on in silence would go on sending its key for everybody to read.
    """
    target, host = TARGET.match(head), HOST.search(head)
    name = host[1].decode("latin-1") if host else ""
    if target is None or not validate_host(split_domain_port(name)[0], settings.ALLOWED_HOSTS):
        return refusal_of_nonsense()
    place = f"https://{name}{target[1].decode('ascii')}"
    return _response(HTTPStatus.TEMPORARY_REDIRECT, "", f"Location: {place}\r\n")


def names_another_host(request: Any) -> bool:
    """Tell whether a target is written as for a proxy and names another host than the head does.

    The one of the target would count (RFC 9112, 3.2.2); whoever stands before us may have read it.
    """
    if request.uri.startswith("/"):
        return False
    hosts = [value.casefold() for name, value in request.headers if name == "HOST"]
    return [urlsplit(request.uri).netloc.casefold()] != hosts


def refusal_of_nonsense() -> Outbox:
    """Answer what is no request for this office."""
    return _response(HTTPStatus.BAD_REQUEST, "")


def _response(status: HTTPStatus, page: str, more: str = "") -> Outbox:
    body = page.encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Content-Security-Policy: default-src 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"Cache-Control: no-store\r\n{more}"
        "Connection: close\r\n\r\n"
    )
    return plain(head.encode("latin-1") + body)
