"""The app of the work desk."""

from django.apps import AppConfig


class HomeApp(AppConfig):
    """Meja Kerja."""

    name = "kelola.home"
    label = "home"
