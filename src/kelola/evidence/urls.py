"""Addresses of stored files, of decrees, and of the verification page."""

from __future__ import annotations

from django.urls import path

from kelola.evidence.views import decrees, documents, files, verification
from kelola.office.policies import Policy, member, office_admin, public

urlpatterns = [
    path("berkas/", files.files, name="files"),
    path("berkas/<uuid:document_id>/", documents.document, name="document"),
    path("jabatan/<uuid:post_id>/angkat/", decrees.appoint, name="appoint"),
    path("sk/", decrees.decrees, name="decrees"),
    path("sk/perpanjangan/", decrees.decree_renewals, name="decree_renewals"),
    path("sk/<uuid:appointment_id>/pindaian/", decrees.decree_scan, name="decree_scan"),
    path("periksa/", verification.verification, name="verification"),
]

POLICIES: dict[str, Policy] = {
    "document": member,
    "files": member,
    "verification": public,
    "appoint": office_admin,
    "decrees": member,
    "decree_renewals": office_admin,
    "decree_scan": office_admin,
}
