"""A table as a file to keep."""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, StreamingHttpResponse

from kelola.ui.sheets import csv_lines, xlsx_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_response(
    kind: str, name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> HttpResponse | StreamingHttpResponse:
    """Return a table as ``name.csv`` (row by row) or ``name.xlsx``; another kind is a 404.

    ``name`` is ours, not a person's: letters, digits and hyphens.
    """
    if kind not in ("csv", "xlsx"):
        raise Http404
    if kind == "xlsx":
        headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        return HttpResponse(xlsx_bytes(header, rows), content_type=XLSX, headers=headers)
    return streamed(csv_lines(header, rows), f"{name}.csv", "text/csv; charset=utf-8")


def streamed(pieces: Iterator[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    """Send a file piece by piece as it is made; ``name`` is ours, as above."""
    # The view has ended by the time the pieces are drawn; its office, zone and language have not.
    view = contextvars.copy_context()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_inside(view, pieces), content_type=content_type, headers=headers)


def _inside(view: contextvars.Context, pieces: Iterator[bytes]) -> Iterator[bytes]:
    while piece := view.run(next, pieces, b""):
        yield piece
