"""The front address and the work desk."""

from __future__ import annotations

from django.urls import path

from kelola.home.views import desk, gallery, guide, history, install, jobs, search, settings
from kelola.office.policies import Policy, member, office_admin, public

urlpatterns = [
    path("", desk.front, name="front"),
    path("meja-kerja/", desk.desk, name="desk"),
    path("_ui/", gallery.gallery, name="gallery"),
    path("bantuan/", guide.help_pages, name="help"),
    path("cari/", search.search, name="search"),
    path("pasang/", install.install, name="install"),
    path("pasang/sertifikat/", install.install_certificate, name="install_certificate"),
    path("pengaturan/", settings.settings, name="settings"),
    path("pengaturan/pekerjaan/", jobs.jobs, name="jobs"),
    path("pengaturan/pekerjaan/jalankan/", jobs.job_run, name="job_run"),
    path("riwayat/", history.history, name="history"),
    path("riwayat/periksa/", history.history_check, name="history_check"),
]

POLICIES: dict[str, Policy] = {
    "front": member,
    "desk": member,
    "gallery": member,
    "help": member,
    "search": member,
    "install": public,
    "install_certificate": public,
    "settings": member,
    "jobs": office_admin,
    "job_run": office_admin,
    "history": office_admin,
    "history_check": office_admin,
}
