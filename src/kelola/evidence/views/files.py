"""All files of the office: what they are, whose, where used, and whether they are whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kelola.evidence import queries
from kelola.evidence.rules import KINDS
from kelola.evidence.uses import subject_id, uses
from kelola.office.queries import names_of
from kelola.ui.http.tables import table_response
from kelola.ui.states import LOOKS
from kelola.ui.wording import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from kelola.evidence.models import Document
    from kelola.evidence.uses import Place
    from kelola.office.http import OfficeRequest

PAGE, AT_ONCE, MONTHS_BACK, LONGEST_TEXT, MOST_WORDS = 50, 500, 24, 100, 6
NAMES = ("cari", "jenis", "bulan", "keadaan")
GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "pdf": ("PDF", ("pdf",)),
    "dokumen": (gettext_lazy("Documents"), ("docx", "doc", "odt", "txt")),
    "tabel": (gettext_lazy("Tables"), ("xlsx", "xls", "ods", "csv")),
    "gambar": (gettext_lazy("Pictures"), ("jpeg", "png", "webp")),
    "video": (gettext_lazy("Videos"), ("mp4",)),
}


@require_safe
def files(request: OfficeRequest) -> HttpResponseBase:
    """List the documents of the office as asked, newest first."""
    asked = _asked(request)
    if "unduh" in request.GET:
        return _table(asked, request.GET["unduh"])
    found = queries.documents(**_conditions(asked), after=_place(request), limit=PAGE + 1)
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    count, size, damaged = queries.sum_of_files()
    context = {
        "heading": _("Files"),
        "rows": _rows(shown),
        "next": f"{last.added_at.astimezone(UTC).isoformat()}_{last.pk}" if last else "",
        "asked": asked,
        "filtered": any(asked.values()),
        "query": urlencode({k: v for k, v in asked.items() if v}),
        "kinds": [(key, words) for key, (words, _keys) in GROUPS.items()],
        "months": _months(),
        "count": count,
        "size": size,
        "damaged": damaged,
        "begun": "setelah" not in request.GET,
    }
    return render(request, "evidence/files.html", context)


def _table(asked: dict[str, str], kind: str) -> HttpResponseBase:
    header = [
        _("Name of the file"),
        _("Kind"),
        _("Size in bytes"),
        _("Used in"),
        _("Added"),
        _("Added by"),
        _("Content"),
        "SHA-256",
    ]
    return table_response(kind, "berkas", header, _cells(asked))


def _cells(asked: dict[str, str]) -> Iterator[list[Any]]:
    place = None
    while found := queries.documents(**_conditions(asked), after=place, limit=AT_ONCE):
        for row in _rows(found):
            document = row["document"]
            yield [
                document.name,
                row["kind"],
                document.size,
                row["place"].title if row["place"] else "",
                long_date(document.added_at),
                row["who"],
                str(LOOKS[row["condition"]].word),
                document.file.sha256,
            ]
        place = (found[-1].added_at, found[-1].pk)


def _asked(request: HttpRequest) -> dict[str, str]:
    if set(request.GET) - {*NAMES, "setelah", "unduh"}:
        raise BadRequest("unknown parameters")
    asked = {name: " ".join(request.GET.get(name, "").split()) for name in NAMES}
    fits = asked["jenis"] in ("", *GROUPS) and asked["keadaan"] in ("", "berubah")
    if not fits or len(asked["cari"]) > LONGEST_TEXT:
        raise Http404
    return asked


def _conditions(asked: dict[str, str]) -> dict[str, Any]:
    since, until = _month(asked["bulan"])
    keys = GROUPS[asked["jenis"]][1] if asked["jenis"] else ()
    return {
        "media_types": [KINDS[key].media_type for key in keys],
        "damaged": asked["keadaan"] == "berubah",
        "words": asked["cari"].split()[:MOST_WORDS],
        "since": since,
        "until": until,
    }


def _month(text: str) -> tuple[datetime | None, datetime | None]:
    if not text:
        return None, None
    try:
        first = date.fromisoformat(f"{text}-01")
        after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    except (ValueError, OverflowError):
        raise Http404 from None
    if not 2000 <= first.year <= 2200:  # noqa: PLR2004 - the ends of a calendar break zones
        raise Http404
    zone = timezone.get_current_timezone()
    return datetime.combine(first, time.min, zone), datetime.combine(after, time.min, zone)


def _place(request: HttpRequest) -> tuple[datetime, UUID] | None:
    text = request.GET.get("setelah", "")
    if not text:
        return None
    moment, _sep, key = text.replace(" ", "+").partition("_")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise Http404
        return at.astimezone(UTC), UUID(key)
    except (ValueError, OverflowError):
        raise Http404 from None


def _months() -> list[tuple[str, str]]:
    today = timezone.localdate()
    count = [today.year * 12 + today.month - 1 - back for back in range(MONTHS_BACK)]
    months = [date(n // 12, n % 12 + 1, 1) for n in count]
    return [(f"{m:%Y-%m}", date_format(m, "F Y")) for m in months]


def _rows(shown: Sequence[Document]) -> list[dict[str, Any]]:
    """Return the documents with whoever added them and where they are used."""
    names = names_of(document.added_by for document in shown)
    places, unused = _uses(shown)
    papers = queries.issued_papers([document.pk for document in shown])
    return [
        {
            "document": document,
            "kind": document.file.kind.extensions[0].upper(),
            "who": names.get(document.added_by, "Kelola"),
            "place": places.get(document.pk),
            "unused": document.pk in unused - papers,
            "condition": f"file.{document.file.condition}",
            "damaged": document.file.condition in queries.DAMAGED,
            "unreadable": document.file.text_state == "unreadable",
        }
        for document in shown
    ]


def _uses(shown: Sequence[Document]) -> tuple[dict[UUID, Place], set[UUID]]:
    """Ask every app that added some of these documents once."""
    by_kind: dict[str, list[tuple[Document, UUID]]] = {}
    for document in shown:
        kind, key = subject_id(document)
        if key is not None and kind in uses:
            by_kind.setdefault(kind, []).append((document, key))
    places: dict[UUID, Place] = {}
    unused: set[UUID] = set()
    for kind, pairs in by_kind.items():
        found = uses[kind].places([key for _document, key in pairs])
        places |= {document.pk: found[key] for document, key in pairs if key in found}
        unused |= uses[kind].unused([document for document, _key in pairs])
    return places, unused
