"""Addresses of the face itself: what a browser remembers about looks and language."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from kelola.ui import device, views

urlpatterns = [
    path("tampilan/", views.theme, name="ui_theme"),
    path("aplikasi/", device.manifest, name="manifest"),
    path("pekerja/", device.service_worker, name="service_worker"),
    path("luring/", device.offline, name="offline"),
    path("bahasa/", set_language, name="set_language"),
]
