"""One row per job and slot: the claim, the attempts and the outcome."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SlotState(models.TextChoices):
    """Where a slot stands."""

    DUE = "due", _("due")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class JobSlot(models.Model):
    """A job's turn. ``next_at``: the earliest next attempt; while running, the lease's end."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(max_length=80)
    slot_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=SlotState, default=SlotState.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # The kind of the error only: its text may hold names, which belong in the log.
    error = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "slot_at"], name="one_row_per_job_and_slot")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "next_at"], name="slots_by_due")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot_at:%Y-%m-%d %H:%M}"
