"""The app of SOPs and runs."""

from django.apps import AppConfig


class SopApp(AppConfig):
    """SOPs as data and their execution."""

    name = "kelola.sop"
    label = "sop"
