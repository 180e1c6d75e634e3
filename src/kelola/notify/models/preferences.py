"""How somebody wants to be reached."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kelola.notify.rules import Pace
from kelola.office.scope import ScopedModel

PACES = (
    (Pace.AT_ONCE.value, _("At once")),
    (Pace.DAILY.value, _("Once a day")),
    (Pace.WEEKLY.value, _("Once a week, on Monday")),
)


class Preference(ScopedModel):
    """When messages may come. Without quiet hours both are empty."""

    person = models.OneToOneField("office.Person", on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(max_length=8, choices=PACES, default=Pace.AT_ONCE.value)
    hour = models.PositiveSmallIntegerField(default=8)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notify_quiet_both_or_none",
            ),
        )

    def __str__(self) -> str:
        return self.pace


class Address(ScopedModel):
    """Where a channel reaches somebody, and whether it may."""

    person = models.ForeignKey("office.Person", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=60)
    address = models.CharField(max_length=254)
    is_on = models.BooleanField(default=True)
    # Set after the other end refused it for good; cleared when somebody changes the address.
    refused = models.CharField(max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("person", "channel"), name="notify_address_once"),
        )

    def __str__(self) -> str:
        return self.channel
