"""The outbox: what is still to be sent, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kelola.notify.models.news import News
from kelola.office.scope import ScopedModel


class MessageState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    DROPPED = "dropped", _("No longer needed")


WAITS = models.Q(state__in=(MessageState.WAITING, MessageState.SENDING))


class Message(ScopedModel):
    """A piece of news on its way through a channel.

    Messages of one person that are due together share a ``letter`` and leave as one; its id names
    the letter for ever, so that whoever gets it twice can tell. ``next_at`` is when to try, or
    while it is being sent, when to take the sender for dead.
    """

    news = models.ForeignKey(News, on_delete=models.CASCADE, related_name="messages")
    person = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=60)
    state = models.CharField(
        max_length=8, choices=MessageState.choices, default=MessageState.WAITING
    )
    letter = models.UUIDField(null=True, db_index=True)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("news", "channel"), name="notify_message_once"),
        )
        indexes = (models.Index(fields=("next_at",), condition=WAITS, name="notify_message_due"),)

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
