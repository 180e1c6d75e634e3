"""The forms of decrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.office.forms import DAY_FORMATS, day_input

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelola.office.models import Person


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), input_formats=DAY_FORMATS, **more)


def _scan(**more: Any) -> forms.FileField:
    return forms.FileField(
        label=_("Scan of the decree"),
        help_text=_("PDF or photo."),
        widget=forms.FileInput(attrs={"accept": ".pdf,image/*"}),
        **more,
    )


class DecreeForm(forms.Form):
    """A decree and the days it is in force."""

    decree_number = forms.CharField(label=_("Number of the decree"), max_length=120)
    decree_on = _day(_("Decree dated"))
    valid_from = _day(_("In force from"), help_text=_("The first day."))
    valid_until = _day(
        _("In force until"), required=False, help_text=_("The last day; empty when there is none.")
    )
    scan = _scan(required=False)


class AppointForm(DecreeForm):
    """Who is appointed, by which decree."""

    person = forms.ChoiceField(label=_("Who"))
    field_order = ("person",)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((str(person.pk), person.name) for person in people)]
        cast("forms.ChoiceField", self.fields["person"]).choices = choices


class ScanForm(forms.Form):
    """The scan of a decree that is in the register."""

    scan = _scan()
