"""The front address and the work desk."""

from __future__ import annotations

from django.urls import path

from kelola.home.views import desk, search, settings
from kelola.office.policies import Policy, member

urlpatterns = [
    path("", desk.front, name="front"),
    path("meja-kerja/", desk.desk, name="desk"),
    path("cari/", search.search, name="search"),
    path("pengaturan/", settings.settings, name="settings"),
]

POLICIES: dict[str, Policy] = {
    "front": member,
    "desk": member,
    "search": member,
    "settings": member,
}
