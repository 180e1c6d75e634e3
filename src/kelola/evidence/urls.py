"""Addresses of stored files, and of the verification page."""

from __future__ import annotations

from django.urls import path

from kelola.evidence.views import documents, verification
from kelola.office.policies import Policy, member, public

urlpatterns = [
    path("berkas/<uuid:document_id>/", documents.document, name="document"),
    path("periksa/", verification.verification, name="verification"),
]

POLICIES: dict[str, Policy] = {"document": member, "verification": public}
