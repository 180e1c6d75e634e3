"""Changes of news, preferences and the outbox."""

from kelola.notify.services.news import clear, mark_read, tell
from kelola.notify.services.preferences import keep_wishes
from kelola.notify.services.sending import send_due, send_test

__all__ = ["clear", "keep_wishes", "mark_read", "send_due", "send_test", "tell"]
