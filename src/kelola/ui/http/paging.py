"""Lists by pages: a cursor is the signed place of the last row shown, not a number of a page.

A page costs the same wherever it stands, and rows that come meanwhile shift nothing.
"""

# Annotations are read at run time by ninja and pydantic, so they are no strings here.
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import Field

from kelola.ui.http.operations import In, Out
from kelola.ui.http.problem import Problem

T = TypeVar("T")
Row = TypeVar("Row")
Place = str | int | None
MOST, USUAL = 100, 50
LONGEST = 1000


class Paged(In):
    """Which part of a list is wanted."""

    after: Annotated[str, Field(max_length=LONGEST)] | None = None
    """Where the page before ended: the ``after`` of its ``next``. Don't make one up."""
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    """How many at most."""


class Page(Out, Generic[T]):
    """A part of a list."""

    items: list[T]
    """What was found, in the order of the list."""
    next: str | None
    """Address of the part that follows, or null at the end."""


def cut(
    request: HttpRequest, name: str, found: Sequence[Row], limit: int, place: Callable[[Row], Any]
) -> tuple[list[Row], str | None]:
    """Return the rows of this page and the address of the next one.

    Args:
        request: whose address and filters the next page repeats.
        name: of the list; a cursor of one list is none of another.
        found: the rows, one more than ``limit`` when there are more.
        limit: how many a page has.
        place: the values that order a row among the others.

    """
    shown = list(found[:limit])
    if len(found) <= limit:
        return shown, None
    return shown, link(request, name, place(shown[-1]))


def link(request: HttpRequest, name: str, place: Sequence[Any]) -> str:
    """Return the address of the page that begins behind a place, with the filters of this one."""
    query = request.GET.copy()
    query["after"] = _signer(name).sign_object([_text(v) for v in place])
    return f"{request.path}?{query.urlencode(safe=':')}"


def place(name: str, after: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """Read a cursor of a list back into the values it was made of; None for the first page.

    Raises Problem for a cursor that is not one of this list.
    """
    if after is None:
        return None
    try:
        values = _signer(name).unsign_object(after)
    except (BadSignature, ValueError):  # ValueError: it was signed, and yet is no JSON
        raise bad_cursor() from None
    return tuple(v if v is None else kind(v) for kind, v in zip(kinds, values, strict=True))


def bad_cursor() -> Problem:
    """Return the problem of a cursor that is not one of the list."""
    words = _("This page of the list does not exist. Begin again without “after”.")
    return Problem(400, "bad_cursor", words, errors=[("after", words)])


def _signer(name: str) -> Signer:
    return Signer(salt=f"kelola.cursor.{name}")


def _text(value: Any) -> Place:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
