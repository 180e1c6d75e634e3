"""Rows of the notices, one module for each subject."""

from kelola.notify.models.messages import Message, MessageState
from kelola.notify.models.news import News
from kelola.notify.models.preferences import PACES, Address, Preference

__all__ = ["PACES", "Address", "Message", "MessageState", "News", "Preference"]
