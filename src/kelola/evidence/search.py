"""Documents in the search: by their name, and by the text that was read out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kelola.evidence.models import Document
from kelola.evidence.services import DOCUMENT
from kelola.search.kinds import Face, Findable, Kind, kinds
from kelola.ui.wording import short_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID


def _faces(_actor: Any, ids: Sequence[UUID]) -> Mapping[UUID, Face]:
    return {
        row.pk: Face(
            title=row.name,
            url=reverse("document", args=[row.pk]),
            detail=short_time(row.added_at),
        )
        for row in Document.objects.filter(pk__in=ids)
    }


def _documents(after: UUID | None, limit: int) -> Sequence[Findable]:
    rows = Document.objects.select_related("file__read_text").order_by("id")
    page = rows.filter(id__gt=after) if after else rows
    return [Findable(row.pk, row.name, _text(row), row.added_at) for row in page[:limit]]


def _text(row: Document) -> str:
    read = getattr(row.file, "read_text", None)
    return read.text if read else ""


kinds.register(DOCUMENT, Kind(_("Files"), "file", 40, _faces, _documents))
