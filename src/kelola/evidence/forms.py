"""The forms of decrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.office.forms import DAY_FORMATS, day_input
from kelola.office.rules import AppointmentKind

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

    kind = forms.ChoiceField(
        label=_("As what"),
        required=False,
        initial=AppointmentKind.DEFINITIVE.value,
        choices=[
            (AppointmentKind.DEFINITIVE.value, _("Holder of the post")),
            (AppointmentKind.PLH.value, _("Plh. (pelaksana harian)")),
            (AppointmentKind.PLT.value, _("Plt. (pelaksana tugas)")),
        ],
        widget=forms.RadioSelect,
    )
    person = forms.ChoiceField(label=_("Who"))
    field_order = ("kind", "person")

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((str(person.pk), person.name) for person in people)]
        cast("forms.ChoiceField", self.fields["person"]).choices = choices
        self.fields["decree_number"].label = _("Number of the decree or order")
        self.fields["decree_on"].label = _("Decree or order dated")
        self.fields["scan"].label = _("Scan of the decree or order")
        self.fields["kind"].choice_hints = {  # type: ignore[attr-defined] # read by the form components
            AppointmentKind.DEFINITIVE.value: _("By a decree (SK)."),
            AppointmentKind.PLH.value: _("While the holder is away for a time, by an order."),
            AppointmentKind.PLT.value: _("While the post is vacant, by an order."),
        }

    def clean_kind(self) -> AppointmentKind:
        """Return the kind; who says nothing means a holder."""
        return AppointmentKind(self.cleaned_data["kind"] or AppointmentKind.DEFINITIVE)


class ScanForm(forms.Form):
    """The scan of a decree that is in the register."""

    scan = _scan()
