"""Rows of the notices, one module for each subject."""

from kelola.notify.models.messages import Message, MessageState
from kelola.notify.models.news import News
from kelola.notify.models.preferences import PACES, Address, Preference
from kelola.notify.models.webhooks import Delivery, Webhook

__all__ = [
    "PACES",
    "Address",
    "Delivery",
    "Message",
    "MessageState",
    "News",
    "Preference",
    "Webhook",
]
