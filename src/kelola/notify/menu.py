"""The notices' pages among one's account and the settings."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import SettingsPage, account_pages, settings_pages

account_pages.register(
    "notify.wishes",
    SettingsPage(
        _("How letters reach you"), _("E-mail, how often, quiet hours."), "news_wishes", order=30
    ),
)
settings_pages.register(
    "notify.outbox",
    SettingsPage(_("Letters"), _("Which ways out there are, and what waits."), "outbox", order=70),
)
settings_pages.register(
    "notify.webhooks",
    SettingsPage(
        _("Webhooks"), _("Other programs that are told what happens."), "webhooks", order=75
    ),
)
