"""The register of decrees among the settings."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import SettingsPage, settings_pages

settings_pages.register(
    "evidence.decrees",
    SettingsPage(
        _("Decrees"),
        _("Who holds a post by which decree, and what must be renewed."),
        "decrees",
        40,
    ),
)
