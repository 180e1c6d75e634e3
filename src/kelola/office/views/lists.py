"""What the lists of people and posts share: words, filters and the way to the next rows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE = 50
MOST_WORDS = 200


def words(request: HttpRequest) -> str:
    """Return what is searched for, short enough to search for."""
    return request.GET.get("cari", "").strip()[:MOST_WORDS]


def key(request: HttpRequest, name: str) -> UUID | None:
    """Return the id that a filter names; raise Http404 for what is none."""
    text = request.GET.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None


def query(request: HttpRequest, **changes: str) -> str:
    """Return the address's filters with some of them changed, from the first row on."""
    kept = request.GET.copy()
    for name in ("setelah", "unduh", *changes):
        kept.pop(name, None)
    for name, value in changes.items():
        if value:
            kept[name] = value
    return kept.urlencode()
