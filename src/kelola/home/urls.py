"""The front address and the work desk."""

from __future__ import annotations

from django.urls import path

from kelola.home.policies import member_or_first, setting_up
from kelola.home.views import (
    contact,
    desk,
    gallery,
    guide,
    history,
    install,
    jobs,
    search,
    settings,
    start,
    start_steps,
)
from kelola.office.policies import Policy, member, office_admin, public

urlpatterns = [
    path("", desk.front, name="front"),
    path("meja-kerja/", desk.desk, name="desk"),
    path("_ui/", gallery.gallery, name="gallery"),
    path("bantuan/", guide.help_pages, name="help"),
    path("cari/", search.search, name="search"),
    path("pasang/", install.install, name="install"),
    path("pasang/sertifikat/", install.install_certificate, name="install_certificate"),
    path(".well-known/security.txt", contact.security_txt, name="security_txt"),
    path("pengaturan/", settings.settings, name="settings"),
    path("pengaturan/pekerjaan/", jobs.jobs, name="jobs"),
    path("pengaturan/pekerjaan/jalankan/", jobs.job_run, name="job_run"),
    path("mulai/", start.start, name="start"),
    path("mulai/pegawai/", start_steps.start_people, name="start_people"),
    path("mulai/kalender/", start_steps.start_calendar, name="start_calendar"),
    path("mulai/sop/", start_steps.start_sop, name="start_sop"),
    path("mulai/selesai/", start_steps.start_done, name="start_done"),
    path("mulai/<slug:secret>/", start.start_office, name="start_office"),
    path("riwayat/", history.history, name="history"),
    path("riwayat/periksa/", history.history_check, name="history_check"),
]

POLICIES: dict[str, Policy] = {
    "front": member_or_first,
    "desk": member,
    "gallery": member,
    "help": member,
    "search": member,
    "install": public,
    "security_txt": public,
    "install_certificate": public,
    "settings": member,
    "jobs": office_admin,
    "job_run": office_admin,
    "start": public,
    "start_people": setting_up,
    "start_calendar": setting_up,
    "start_sop": setting_up,
    "start_done": setting_up,
    "start_office": public,
    "history": office_admin,
    "history_check": office_admin,
}
