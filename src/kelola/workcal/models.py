"""What an office has set about its working time. Without any row the defaults of ``rules`` hold.

``CalendarState`` holds the token of the calendar in force. Every change gives it a new one, never
a next number: a number that is rolled back comes again, with another calendar behind it.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from kelola.office.scope import ScopedModel
from kelola.registry import new_id, new_salt


class CalendarState(ScopedModel):
    """The token of the office's calendar; a cached calendar with another token is outdated."""

    # Named from the office's side, so that zone and token come in one small query.
    office = models.ForeignKey(
        "office.Office", on_delete=models.PROTECT, related_name="calendar_states", editable=False
    )
    token = models.UUIDField(default=new_id)

    class Meta(ScopedModel.Meta):
        constraints = (models.UniqueConstraint(fields=["office"], name="workcal_state_once"),)

    def __str__(self) -> str:
        return str(self.token)


class HoursVersion(ScopedModel):
    """The hours of a week from a date on. ``basis`` names the decree."""

    effective_from = models.DateField()
    weekdays = models.JSONField()
    basis = models.CharField(max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["office", "effective_from"], name="workcal_hours_once"),
        )
        ordering = ("effective_from",)

    def __str__(self) -> str:
        return f"{self.effective_from}"


class ZoneVersion(ScopedModel):
    """The time zone (IANA name) from a date on; before the first it is the office's own."""

    effective_from = models.DateField()
    zone = models.CharField(max_length=60)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["office", "effective_from"], name="workcal_zone_once"),
        )
        ordering = ("effective_from",)

    def __str__(self) -> str:
        return f"{self.effective_from}: {self.zone}"


class Season(ScopedModel):
    """Hours that replace the usual ones for some weeks, both days included (Ramadan)."""

    starts_on = models.DateField()
    ends_on = models.DateField()
    weekdays = models.JSONField()
    label = models.CharField(max_length=120)
    basis = models.CharField(max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="workcal_season_ends_after_start"
            ),
        )
        ordering = ("starts_on",)

    def __str__(self) -> str:
        return self.label


class DayKind(models.TextChoices):
    """What a declared day is."""

    OFF = "off"
    WORKED = "worked"


class DeclaredDay(ScopedModel):
    """A local day off, or a national day off that the office works on."""

    on = models.DateField()
    kind = models.CharField(max_length=6, choices=DayKind.choices)
    label = models.CharField(max_length=120)
    basis = models.CharField(max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["office", "on"], name="workcal_day_once"),
            models.CheckConstraint(
                condition=Q(kind__in=DayKind.values), name="workcal_day_kind_known"
            ),
        )
        ordering = ("on",)

    def __str__(self) -> str:
        return f"{self.on}: {self.label}"


class Closure(ScopedModel):
    """The office is closed on a day, wholly or between two times of day."""

    on = models.DateField()
    label = models.CharField(max_length=120)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gt=F("starts")),
                name="workcal_closure_ends_after_start",
            ),
        )
        indexes = (models.Index(fields=["office", "on"], name="workcal_closure_on"),)
        ordering = ("on", "starts")

    def __str__(self) -> str:
        return f"{self.on}: {self.label}"


class YearConfirmation(ScopedModel):
    """The office has confirmed the national days off of a year by the government's decree.

    ``days`` holds them as confirmed (day, "holiday" or "joint", name), so that a later version of
    the library's estimates moves no due time of a confirmed year.
    """

    year = models.PositiveSmallIntegerField()
    decree = models.CharField(max_length=120)
    decree_on = models.DateField()
    days = models.JSONField()
    confirmed_by = models.CharField(max_length=36)
    confirmed_at = models.DateTimeField()
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["office", "year"], name="workcal_confirmed_once"),
        )
        ordering = ("year",)

    def __str__(self) -> str:
        return str(self.year)

    def names(self) -> dict[date, str]:
        """Return the names of the days."""
        return {date.fromisoformat(on): name for on, _kind, name in self.days}
