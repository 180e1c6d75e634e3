"""What concerns somebody: one row for each person and thing to be told."""

from __future__ import annotations

from django.db import models

from kelola.office.scope import ScopedModel


class News(ScopedModel):
    """What happened as one person is told of it.

    ``notice`` names the sentence and ``words`` what is put into it, so that each reads it in their
    own language; ``key`` names what it is about and ``detail`` is not for the ways out. Nothing
    but an unread mark depends on it.
    """

    person = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    notice = models.CharField(max_length=100)
    key = models.CharField(max_length=120)
    words = models.JSONField(default=dict)
    detail = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            # The same entry heard twice, by two followers or after a kill, is told once.
            models.UniqueConstraint(fields=("person", "notice", "key"), name="notify_news_once"),
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
        return f"{self.notice} {self.key}"
