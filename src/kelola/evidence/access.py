"""One document, or 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from kelola.evidence.models import Document

if TYPE_CHECKING:
    from uuid import UUID


def document(document_id: UUID) -> Document:
    """Return a document of the open office; raise Http404 for any other."""
    found = Document.objects.select_related("file").filter(pk=document_id).first()
    if found is None:
        raise Http404
    return found
