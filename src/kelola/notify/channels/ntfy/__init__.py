"""ntfy: a topic on a server, to which the app of a phone subscribes (docs.ntfy.sh/publish)."""

from __future__ import annotations

import json
import re

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.notify.channels import Letter, channels
from kelola.notify.posting import must_take, post

_TOPIC = re.compile(r"(https?://[^/?#\s]+)/([A-Za-z0-9_-]{1,64})")


class NtfyChannel:
    """The topic's address is typed by its owner; the server is judged like any receiver."""

    key = "notify.ntfy"
    label = gettext_lazy("ntfy")
    hint = gettext_lazy("Your topic, such as https://ntfy.sh/topik-sukar-ditebak")

    def is_ready(self) -> bool:
        """Whether the settings let people choose it."""
        return "ntfy" in settings.CHANNELS

    def problem(self, address: str) -> str:
        """Return what is wrong with an address."""
        if _TOPIC.fullmatch(address):
            return ""
        return _("Write the whole address of a topic, such as https://ntfy.sh/topik-saya.")

    def send(self, *, to: str, letter: Letter) -> None:
        """Publish the letter as JSON to the server's root."""
        server, topic = to.rsplit("/", 1)
        told = {"topic": topic, "title": letter.subject, "message": letter.text}
        if letter.url:
            told["click"] = letter.url
        must_take(post(f"{server}/", json.dumps(told).encode(), {}))


channels.register(NtfyChannel.key, NtfyChannel())
