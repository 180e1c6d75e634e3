"""When somebody is not there."""

from __future__ import annotations

from django.db import models

from kelola.office.models.people import Person
from kelola.office.rules import AbsenceKind
from kelola.office.scope import ScopedModel


class Absence(ScopedModel):
    """Days on which somebody is not at work, first and last day included.

    The note says nothing of an illness. What was ended before it began ends before it starts.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in AbsenceKind]
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        indexes = (models.Index(fields=["office", "ends_on"], name="office_absence_running"),)
        ordering = ("-starts_on", "-id")

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_on} to {self.ends_on}"
