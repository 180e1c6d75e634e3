"""Fields that the calendar's forms share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from kelola.workcal.rules import KNOWN_YEARS

_BOUNDS = _("Choose a day between 2000 and 2077.")


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for one day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        validators=[
            MinValueValidator(date(KNOWN_YEARS[0], 1, 1), _BOUNDS),
            MaxValueValidator(date(KNOWN_YEARS[-1], 12, 31), _BOUNDS),
        ],
        **more,
    )


def time_field(label: Any, **more: Any) -> forms.TimeField:
    """Return an optional field for a time of day."""
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        input_formats=["%H:%M", "%H:%M:%S"],
        **more,
    )


def basis_field() -> forms.CharField:
    """Return the field for the decree behind a change."""
    return forms.CharField(
        label=_("Decree or letter"),
        help_text=_("Number and date, if there is one."),
        max_length=200,
        required=False,
    )
