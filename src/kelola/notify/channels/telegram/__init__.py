"""Telegram: messages of the office's own bot (core.telegram.org/bots/api#sendmessage)."""

from __future__ import annotations

import json
import re

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.notify.channels import Letter, Unreachable, channels
from kelola.notify.posting import must_take, post

_CHAT = re.compile(r"-?[0-9]{3,20}")
_LONGEST = 4096
_UNKNOWN_BOT = (401, 404)


class TelegramChannel:
    """The token is the installation's; a person gives the number of their chat with the bot."""

    key = "notify.telegram"
    label = gettext_lazy("Telegram")
    hint = gettext_lazy("The number of your chat with the office's bot")

    def is_ready(self) -> bool:
        """Whether the settings name a bot."""
        return bool(settings.TELEGRAM_TOKEN)

    def problem(self, address: str) -> str:
        """Return what is wrong with a chat's number."""
        return "" if _CHAT.fullmatch(address) else _("Write the number of the chat, digits alone.")

    def send(self, *, to: str, letter: Letter) -> None:
        """Let the bot say it."""
        text = f"{letter.subject}\n\n{letter.text}"[:_LONGEST]
        told = {"chat_id": to, "text": text, "disable_web_page_preview": True}
        url = f"{settings.TELEGRAM_API}/bot{settings.TELEGRAM_TOKEN}/sendMessage"
        status = post(url, json.dumps(told).encode(), {})
        if status in _UNKNOWN_BOT:
            raise Unreachable(_("Telegram does not know the office's bot."))
        must_take(status)


channels.register(TelegramChannel.key, TelegramChannel())
