"""What can be found. The words themselves are indexed beside this table, by each database's means.

``Item`` names its office by id alone: offices lie above this app, and every question names one.
"""

from __future__ import annotations

from django.db import models


class Item(models.Model):
    """One thing of one office that can be found. Newer things have higher ids."""

    office = models.UUIDField()
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    title = models.CharField(max_length=300)
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("office", "kind", "object_id"), name="search_item_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"
