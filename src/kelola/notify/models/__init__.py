"""Rows of the notices, one module for each subject."""

from kelola.notify.models.messages import Message, MessageState
from kelola.notify.models.news import News
from kelola.notify.models.preferences import Address, Pace, Preference

__all__ = ["Address", "Message", "MessageState", "News", "Pace", "Preference"]
