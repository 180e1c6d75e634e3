"""A receiver of one's own: the letter as JSON."""

from __future__ import annotations

import json

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.notify.channels import Letter, channels
from kelola.notify.posting import must_take, post
from kelola.notify.rules.addresses import BadAddress, parse


class WebhookChannel:
    """``id`` stays the same when a letter is tried again."""

    key = "notify.webhook"
    label = gettext_lazy("Webhook of your own")
    hint = gettext_lazy("An address that takes JSON by POST: id, subject, text, url")

    def is_ready(self) -> bool:
        """Whether the settings let people choose it."""
        return "webhook" in settings.CHANNELS

    def problem(self, address: str) -> str:
        """Return what is wrong with an address."""
        try:
            parse(address)
        except BadAddress:
            return _("Write a whole address that begins with https:// or http://.")
        return ""

    def send(self, *, to: str, letter: Letter) -> None:
        """Post the letter."""
        told = {"id": letter.id, "subject": letter.subject, "text": letter.text, "url": letter.url}
        must_take(post(to, json.dumps(told).encode(), {}))


channels.register(WebhookChannel.key, WebhookChannel())
