"""One search over everything that apps let be found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.search import queries, rules
from kelola.search.kinds import kinds

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.search.queries import Hit

OF_EACH, OF_ONE = 5, 20


@require_safe
def search(request: OfficeRequest) -> HttpResponse:
    """Show what fits the words: the first few of every kind, or one kind page by page."""
    text, only = request.GET.get("kata", ""), request.GET.get("jenis", "")
    if only and only not in kinds:
        raise Http404
    context = {"heading": _("Search"), "text": text, "only": only, "longest": rules.LONGEST_QUERY}
    try:
        asked = rules.question(text)
    except rules.TooLong:
        error = _("At most %(n)d characters. Take the few words that matter.")
        context |= {
            "text": text[: rules.LONGEST_QUERY],
            "error": error % {"n": rules.LONGEST_QUERY},
        }
        return render(request, "home/search.html", context, status=400)
    try:
        groups = _groups(request, asked, only)
    except ValueError:
        raise Http404 from None
    context |= {"asked": bool(asked.words), "groups": groups}
    return render(request, "home/search.html", context)


def _groups(request: OfficeRequest, asked: rules.Question, only: str) -> list[dict[str, Any]]:
    wanted = [(key, kind) for key, kind in kinds.items() if only in ("", key)]
    found = [
        _group(request, asked, key, OF_ONE if only else OF_EACH)
        for key, _kind in sorted(wanted, key=lambda pair: pair[1].order)
    ]
    return [group for group in found if group["hits"]]


def _group(request: OfficeRequest, asked: rules.Question, key: str, limit: int) -> dict[str, Any]:
    after = request.GET.get("setelah", "") if limit == OF_ONE else ""
    hits = queries.hits(
        asked, office=request.actor.office.pk, kinds=[key], limit=limit + 1, after=after
    )
    shown, address = hits[:limit], {"kata": request.GET.get("kata", ""), "jenis": key}
    if limit == OF_ONE and len(hits) > limit:
        address["setelah"] = shown[-1].place
    return {
        "kind": kinds[key],
        "hits": _drawn(request, asked, key, shown),
        "more": urlencode(address) if len(hits) > limit else "",
    }


def _drawn(
    request: OfficeRequest, asked: rules.Question, key: str, hits: list[Hit]
) -> list[dict[str, Any]]:
    """Return the hits that still exist and that this person may see, in their order."""
    faces = kinds[key].faces(request.actor, [hit.object_id for hit in hits])
    return [
        {
            "face": face,
            "title": rules.highlighted(asked, face.title),
            "detail": rules.highlighted(asked, face.detail),
            "said": _said(asked, hit),
        }
        for hit in hits
        if (face := faces.get(hit.object_id)) is not None
    ]


def _said(asked: rules.Question, hit: Hit) -> tuple[rules.Piece, ...]:
    """Return the surroundings of the words, where they stand in the text."""
    pieces = rules.excerpt(asked, hit.words) if hit.words else ()
    return pieces if any(piece.hit for piece in pieces) else ()
