"""The page of keys among those of one's account."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import SettingsPage, account_pages

TEXT = _("Keys with which programs act for you.")

account_pages.register("api.tokens", SettingsPage(_("API keys"), TEXT, "api_tokens", order=60))
