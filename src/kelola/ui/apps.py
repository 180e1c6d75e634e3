"""The face as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, components and static files; knows no office and no SOP."""

    name = "kelola.ui"
    label = "ui"
