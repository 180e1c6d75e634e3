"""The tile of the calendar among the settings."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import SettingsPage, settings_pages

settings_pages.register(
    "workcal.calendar",
    SettingsPage(
        _("Working calendar"),
        _("Days off, joint leave, working hours, Ramadan, closures"),
        "calendar",
        order=40,
    ),
)
