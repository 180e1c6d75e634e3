"""Walking through the pages as a browser would: links, forms, and every byte that comes back."""

from __future__ import annotations

import functools
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import Resolver404, resolve
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http.response import HttpResponseBase

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b[^\"]*\"(\w+)\"", re.IGNORECASE)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


@dataclass
class Control:
    """One field of a form with the values it offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    required: bool = False

    def filled(self, today: str) -> str | None:
        """Return what somebody in a hurry would send; None for nothing."""
        chosen = [o for o in self.options if o]
        if self.value:
            return self.value
        match self.kind:
            case "select" | "radio":
                return chosen[0] if chosen else None
            case "date":
                return today
            case "checkbox" | "file" | "submit":
                return None
            case "number":
                return "1"
            case _:
                return "Isi" if self.required else ""


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def data(self, today: str) -> dict[str, str]:
        """Return it filled, sent by its first button."""
        sent = {c.name: c.filled(today) for c in self.controls.values()}
        if self.buttons:
            sent |= dict(self.buttons[:1])
        return {name: value for name, value in sent.items() if name and value is not None}


class Page(HTMLParser):
    """What one can go to from a page, and the forms on it."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, [], list[Form]()
        self._form: Form | None = None
        self._select: Control | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a form, a field or an option."""
        told = {name: value or "" for name, value in attrs}
        for name in ("href", "src"):
            if told.get(name):
                self.links.append(urljoin(self.address, told[name]))
        if tag == "form":
            action = urljoin(self.address, told.get("action", "") or self.address)
            self._form = Form(action, told.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "option" and self._select is not None:
            self._select.options.append(told.get("value", ""))
            if "selected" in told:
                self._select.value = told.get("value", "")
        elif tag in {"input", "select", "textarea", "button"} and told.get("name"):
            self._note(tag, told)

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag closes."""
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None

    def _note(self, tag: str, told: dict[str, str]) -> None:
        form, name = self._form, told["name"]
        if form is None:
            return
        kind = told.get("type", "text") if tag == "input" else tag
        if tag == "button" or kind == "submit":
            form.buttons.append((name, told.get("value", "")))
            return
        known = form.controls.setdefault(name, Control(name, kind))
        known.required = known.required or "required" in told
        if tag == "select":
            self._select = known
        elif kind in {"radio", "checkbox"}:
            known.options.append(told.get("value", "on"))
            if "checked" in told:
                known.value = told.get("value", "on")
        else:
            known.value = told.get("value", "")


def body_of(answer: HttpResponseBase) -> bytes:
    """Return the whole body, read to its end."""
    if answer.streaming:
        return b"".join(answer)  # type: ignore[arg-type]  # the test client's are synchronous
    return bytes(answer.content)  # type: ignore[attr-defined]  # not streaming


def bytes_of(answer: HttpResponseBase, body: bytes) -> Iterator[bytes]:
    """Yield all that an answer carries: headers, cookies, body, and what is packed in the body."""
    yield repr(sorted(answer.headers.items())).encode()
    yield answer.cookies.output().encode()
    yield body
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name.encode() + archive.read(name)
    if body.startswith(b"%PDF"):
        for packed in STREAM.findall(body):
            unpacker = zlib.decompressobj()
            try:
                yield unpacker.decompress(packed)
            except zlib.error:
                yield packed
        reader = PdfReader(io.BytesIO(body))
        yield repr(reader.metadata).encode()
        yield "".join("".join(page.extract_text().split()) for page in reader.pages).encode()


@functools.lru_cache(maxsize=4)
def handler_of(_middleware: tuple[str, ...]) -> ClientHandler:
    """Return the program behind its middleware, built once."""
    return ClientHandler(enforce_csrf_checks=False)


class Quick(Client):
    """A browser that asks and keeps no copies of what each template was given."""

    def request(self, **request: Any) -> Any:
        """Answer a request."""
        return handler_of(tuple(settings.MIDDLEWARE))(self._base_environ(**request))


@dataclass
class Visitor:
    """A browser of somebody. Whatever a request changes is undone; ``writes`` tells what it was."""

    cookies: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    queries: int = 0
    peek: Callable[[], None] = lambda: None  # looks at what was written before it is undone

    def ask(self, method: str, url: str, data: Any = None, **more: Any) -> HttpResponseBase:
        """Make one request; a break of the program is an answer as well, as it is for people."""
        client = Quick(raise_request_exception=False, headers=self.headers)
        client.cookies.load(self.cookies)
        self.writes, self.queries = [], 0

        def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            self.queries += 1
            if found := WRITES.match(sql):
                self.writes.append(f"{found[1].upper()} {found[2]}")
            return execute(sql, *rest)

        with transaction.atomic(), connection.execute_wrapper(note):
            if method == "GET":
                answer: Any = client.generic("GET", url)
            else:
                answer = client.post(url, data or {}, **more)
            answer.whole = body_of(answer)
            if self.writes:
                self.peek()
            transaction.set_rollback(True)
        return answer  # type: ignore[no-any-return]  # the handler's


def is_page(url: str) -> bool:
    """Tell whether an address is one of ours that a view answers, and no paper."""
    parts = urlsplit(url)
    ours = parts.netloc in {"", "testserver"} and parts.scheme in {"", "http"}
    return ours and parts.path.startswith("/") and not parts.path.startswith("/static/")


def alike(url: str) -> tuple[str, ...]:
    """Return what pages have in common that show different rows of one view."""
    parts = urlsplit(url)
    try:
        name = resolve(unquote(parts.path)).view_name
    except Resolver404:
        name = parts.path
    asked = parse_qs(parts.query, keep_blank_values=True)
    return name, *sorted(asked), asked.get("unduh", [""])[0]


def plain(answer: HttpResponseBase, *asked: str) -> tuple[int, str, str]:
    """Return an answer without what differs from request to request, and without what was asked."""
    text = answer.whole.decode(errors="replace")  # type: ignore[attr-defined]  # our note
    headers = repr(sorted(answer.headers.items()))
    for pattern, instead in (
        (r'name="csrfmiddlewaretoken" value="\w+"', ""),
        (r"K-[0-9A-F]{4}", ""),
        (r"'Content-Length', '\d+'", ""),
    ):
        text, headers = re.sub(pattern, instead, text), re.sub(pattern, instead, headers)
    for word in asked:
        text, headers = text.replace(word, "…"), headers.replace(word, "…")
    return answer.status_code, headers, text
