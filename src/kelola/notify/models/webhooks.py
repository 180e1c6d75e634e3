"""Programs of others that are told what happens, and what was sent to them."""

from __future__ import annotations

from django.db import models

from kelola.notify.models.messages import WAITS, MessageState
from kelola.notify.rules.addresses import LONGEST
from kelola.office.scope import ScopedModel
from kelola.registry import new_salt

NAME_LENGTH = 80


class Webhook(ScopedModel):
    """An address that is told of entries of the history.

    ``topics`` are names of apps, none means all; ``sealed`` holds the secret, encrypted. After a
    failure nothing is tried before ``rests_until``; ``failing_since`` is when the trouble began.
    """

    name = models.CharField(max_length=NAME_LENGTH)
    address = models.CharField(max_length=LONGEST)
    topics = models.JSONField(default=list)
    sealed = models.CharField(max_length=300)
    is_on = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Delivery(ScopedModel):
    """An entry on its way to a webhook; without ``seq`` it is a test.

    Its id and body never change, however often it is sent: by them the receiver knows a repeat.
    ``next_at`` is when to try, or while it is being sent, when to take the sender for dead.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    seq = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=100)
    body = models.TextField()
    state = models.CharField(
        max_length=8, choices=MessageState.choices, default=MessageState.WAITING
    )
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("webhook", "seq"), name="notify_delivery_once"),
        )
        indexes = (
            models.Index(fields=("next_at",), condition=WAITS, name="notify_delivery_due"),
            models.Index(fields=("webhook", "-made_at", "-id"), name="notify_delivery_newest"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.state}"
