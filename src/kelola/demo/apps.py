"""The app of the demo office."""

from django.apps import AppConfig


class DemoApp(AppConfig):
    """The demo office, made by the real services."""

    name = "kelola.demo"
    label = "demo"
