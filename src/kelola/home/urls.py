"""The front address and the work desk."""

from __future__ import annotations

from django.urls import path

from kelola.home import views
from kelola.office.policies import Policy, member

urlpatterns = [
    path("", views.front, name="front"),
    path("meja-kerja/", views.desk, name="desk"),
]

POLICIES: dict[str, Policy] = {"front": member, "desk": member}
