"""What concerns somebody: one row for each person and entry of the ledger."""

from __future__ import annotations

from django.db import models

from kelola.office.scope import ScopedModel


class News(ScopedModel):
    """An entry of the ledger as one person is told of it.

    ``notice`` names the sentence and ``words`` what is put into it, so that each reads it in their
    own language. Nothing but an unread mark depends on it.
    """

    person = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    notice = models.CharField(max_length=100)
    seq = models.BigIntegerField()
    words = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            # The same entry heard twice, by two followers or after a kill, is told once.
            models.UniqueConstraint(
                fields=("office", "seq", "notice", "person", "url"), name="notify_news_once"
            ),
        )
        indexes = (
            models.Index(fields=("person", "-at", "-id"), name="notify_news_newest"),
            models.Index(
                fields=("person",),
                condition=models.Q(read_at__isnull=True),
                name="notify_news_unread",
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice} {self.seq}"
