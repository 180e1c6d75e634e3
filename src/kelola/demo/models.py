"""How far the demo office's year has been told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kelola.office.scope import ScopedModel


class Growth(ScopedModel):
    """The year of a demo office: what was asked for, and up to when it is told.

    Each day is one transaction with this row, so that a start that was cut off goes on with the
    next day. ``missed`` counts what a visitor made impossible meanwhile.
    """

    seed = models.IntegerField()
    months = models.PositiveSmallIntegerField()
    founded_at = models.DateTimeField()
    until = models.DateTimeField()
    told_until = models.DateTimeField()
    missed = models.PositiveIntegerField(default=0)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office"], name="one_year_of_each_office")
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.told_until:%Y-%m-%d}"

    @property
    def is_told(self) -> bool:
        """Whether the whole year is there."""
        return self.told_until >= self.until
