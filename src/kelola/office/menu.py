"""The office's pages among the settings."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import SettingsPage, settings_pages

settings_pages.register(
    "office.office",
    SettingsPage(
        _("Office"), _("Name, time zone, and the letterhead of papers."), "settings_office", 10
    ),
)
settings_pages.register(
    "office.people",
    SettingsPage(
        _("People"), _("Who works here, their posts, who can sign in."), "people", order=20
    ),
)
settings_pages.register(
    "office.posts",
    SettingsPage(_("Posts"), _("Posts and who holds them by which decree."), "posts", order=30),
)
settings_pages.register(
    "office.sign_in",
    SettingsPage(
        _("Sign-in and shared computers"),
        _("Second factors of administrators, computers that several people use."),
        "sign_in_settings",
        order=25,
    ),
)
settings_pages.register(
    "office.import",
    SettingsPage(
        _("Import people and posts"),
        _("From an Excel or CSV file, looked at before anything is written."),
        "import_people",
        order=50,
    ),
)
