"""Addresses of stored files."""

from __future__ import annotations

from django.urls import path

from kelola.evidence.views import documents
from kelola.office.policies import Policy, member

urlpatterns = [path("berkas/<uuid:document_id>/", documents.document, name="document")]

POLICIES: dict[str, Policy] = {"document": member}
