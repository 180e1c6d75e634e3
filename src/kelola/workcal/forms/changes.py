"""Single days, closures, the zone, the yearly confirmation, and what would be due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.workcal.forms.parts import basis_field, day_field, time_field
from kelola.workcal.models import DayKind
from kelola.workcal.rules import KNOWN_YEARS, ZONES

if TYPE_CHECKING:
    from datetime import datetime

_ZONE_WORDS = {
    "Asia/Jakarta": _("WIB (Jakarta)"),
    "Asia/Makassar": _("WITA (Makassar)"),
    "Asia/Jayapura": _("WIT (Jayapura)"),
}
LONGEST = {"minutes": 100_000, "hours": 2000, "days": 400}
_UNITS = (
    ("minutes", _("minutes of work")),
    ("hours", _("hours of work")),
    ("days", _("working days")),
    ("wall", _("hours of a legal time limit, days off included")),
)


class DayForm(forms.Form):
    """A day off, or a day off that is worked."""

    on = day_field(_("Day"))
    kind = forms.ChoiceField(
        label=_("This day is"),
        choices=((DayKind.OFF, _("Day off")), (DayKind.WORKED, _("Working day"))),
        widget=forms.RadioSelect,
        initial=DayKind.OFF,
    )
    label = forms.CharField(
        label=_("Name of the day"),
        help_text=_("As people know it, for example: local holiday, election day."),
        max_length=120,
    )
    basis = basis_field()


class ClosureForm(forms.Form):
    """The office is closed for some days, or for a part of one."""

    first_on = day_field(_("First day"))
    last_on = day_field(
        _("Last day"), required=False, help_text=_("Leave it empty for a single day.")
    )
    starts = time_field(_("Closed from"), help_text=_("Only for a part of a single day."))
    ends = time_field(_("Closed until"))
    label = forms.CharField(
        label=_("Reason"),
        help_text=_("For example: flood, power cut, moving house."),
        max_length=120,
    )

    def clean(self) -> dict[str, Any]:
        """Take the first day for the last when that was left out."""
        data: dict[str, Any] = super().clean() or {}
        if "last_on" not in self.errors:
            data["last_on"] = data.get("last_on") or data.get("first_on")
        return data


class ZoneForm(forms.Form):
    """The time zone from a day on."""

    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, _ZONE_WORDS[zone]) for zone in ZONES],
        widget=forms.RadioSelect,
    )
    effective_from = day_field(_("In force from"))


class ConfirmationForm(forms.Form):
    """The government's decree on the days off of a year."""

    decree = forms.CharField(
        label=_("Number of the joint decree (SKB)"),
        help_text=_(
            "The joint decree of the three ministers on national holidays and joint leave."
        ),
        max_length=120,
    )
    decree_on = day_field(_("Date of the joint decree"))


class DueForm(forms.Form):
    """A start and a time standard."""

    start = forms.DateTimeField(
        label=_("Work begins"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    amount = forms.IntegerField(
        label=_("Time standard"),
        min_value=1,
        max_value=max(LONGEST.values()),
        error_messages={"invalid": _("Write a whole number.")},
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=_UNITS, initial="hours")

    def clean_start(self) -> datetime:
        """Keep to the years that the calendar knows."""
        start: datetime = self.cleaned_data["start"]
        if start.year not in KNOWN_YEARS[:-1]:
            raise forms.ValidationError(_("Choose a day between 2000 and 2077."))
        return start

    def clean(self) -> dict[str, Any]:
        """Keep the standard within what a step could ever take."""
        data: dict[str, Any] = super().clean() or {}
        unit = "hours" if data.get("unit") == "wall" else data.get("unit", "")
        amount, limit = data.get("amount"), LONGEST.get(unit)
        if amount and limit and amount > limit:
            self.add_error("amount", _("At most %(limit)s.") % {"limit": limit})
        return data
