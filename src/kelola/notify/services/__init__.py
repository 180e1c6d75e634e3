"""Changes of news, preferences, the outbox and webhooks."""

from kelola.notify.services.deliveries import (
    clear_deliveries,
    deliver,
    deliver_due,
    send_again,
    try_webhook,
)
from kelola.notify.services.news import clear, mark_read, tell
from kelola.notify.services.preferences import keep_wishes
from kelola.notify.services.sending import send_due, send_test
from kelola.notify.services.webhooks import add_webhook, change_webhook, renew_secret

__all__ = [
    "add_webhook",
    "change_webhook",
    "clear",
    "clear_deliveries",
    "deliver",
    "deliver_due",
    "keep_wishes",
    "mark_read",
    "renew_secret",
    "send_again",
    "send_due",
    "send_test",
    "tell",
    "try_webhook",
]
