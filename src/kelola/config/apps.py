"""Finds what each app registers, once, and closes the registry."""

from __future__ import annotations

from django.apps import AppConfig, apps

from kelola import registry


class ConfigApp(AppConfig):
    """Stands first in INSTALLED_APPS, so that the registry is complete before any request."""

    name = "kelola.config"
    label = "config"

    def ready(self) -> None:
        """Import the agreed modules of every app of ours."""
        registry.autodiscover(
            a.name for a in apps.get_app_configs() if a.name.startswith("kelola.")
        )
