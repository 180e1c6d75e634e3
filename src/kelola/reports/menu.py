"""The logo among the settings."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import SettingsPage, settings_pages

settings_pages.register(
    "reports.logo",
    SettingsPage(_("Logo"), _("The picture on the letterhead of papers."), "settings_logo", 12),
)
