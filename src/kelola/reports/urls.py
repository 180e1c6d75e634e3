"""The address of the office's logo."""

from __future__ import annotations

from django.urls import path

from kelola.office.policies import Policy, office_admin
from kelola.reports import views

urlpatterns = [path("pengaturan/satker/logo/", views.settings_logo, name="settings_logo")]

POLICIES: dict[str, Policy] = {"settings_logo": office_admin}
