"""Keys of people for their programs, and answers kept for requests that are sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from kelola.api.rules import NAME_LENGTH
from kelola.office.scope import ScopedModel
from kelola.registry import new_salt

if TYPE_CHECKING:
    from datetime import datetime


class Token(ScopedModel):
    """A key that lets a program act as somebody in one office. The key itself is not kept.

    ``window_at`` and ``window_used`` count the requests of the running minute.
    """

    membership = models.ForeignKey(
        "office.Membership", on_delete=models.PROTECT, related_name="tokens"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)
    window_at = models.DateTimeField(null=True)
    window_used = models.PositiveIntegerField(default=0)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return self.name

    def ended(self, at: datetime) -> bool:
        """Whether it no longer opens anything."""
        return self.revoked_at is not None or self.expires_at <= at


class KeptAnswer(ScopedModel):
    """What was answered to a request that named itself, in case it is sent again.

    It is written in the transaction of what the request did: both are there, or neither.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta(ScopedModel.Meta):
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="api_answer_once"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
