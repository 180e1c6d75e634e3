"""The register of decrees among the settings."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import MenuEntry, SettingsPage, menu, settings_pages
from kelola.ui.shell import Shortcut, shortcuts

settings_pages.register(
    "evidence.decrees",
    SettingsPage(
        _("Decrees"),
        _("Who holds a post by which decree, and what must be renewed."),
        "decrees",
        40,
    ),
)
menu.register("evidence.files", MenuEntry(_("Files"), "files", "file", _("Governance"), order=40))
shortcuts.register("evidence.files", Shortcut(letter="f"))
