"""The filter of the office's history."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from kelola.office.models import Person
from kelola.workcal.rules import KNOWN_YEARS

_BOUNDS = _("Choose a day between 2000 and 2077.")
GROUPS = (
    ("", _("Everything")),
    ("sop.", _("SOPs, runs and steps")),
    ("office.", _("People, posts and accounts")),
    ("workcal.", _("Working calendar")),
    ("evidence.", _("Files")),
)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        validators=[
            MinValueValidator(date(KNOWN_YEARS[0], 1, 1), _BOUNDS),
            MaxValueValidator(date(KNOWN_YEARS[-1], 12, 31), _BOUNDS),
        ],
    )


class HistoryForm(forms.Form):
    """By whom, about what, from and until which day. Its names stand in the address."""

    oleh = forms.ChoiceField(label=_("By"), required=False)
    tentang = forms.ChoiceField(label=_("About"), choices=GROUPS, required=False)
    dari = _day(_("From"))
    sampai = _day(_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(pk), name) for pk, name in Person.objects.values_list("pk", "name")]
        by: Any = self.fields["oleh"]
        by.choices = [("", _("Everybody")), ("system", "Kelola"), *people]

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("dari"), data.get("sampai")
        if since and until and until < since:
            self.add_error("sampai", _("The end lies before the start."))
        return data
