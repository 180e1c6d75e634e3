"""The forms of sign-in, people, posts and the office, in the office's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account import forms as allauth
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.office.mfa import ODD_ANSWERS
from kelola.office.rules import PIN_TRIES, AbsenceKind, canonical_login

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelola.office.models import Membership, User
    from kelola.office.services import Invalid

HOME_ZONES = {
    "Asia/Jakarta": _("WIB (Jakarta)"),
    "Asia/Pontianak": _("WIB (Pontianak)"),
    "Asia/Makassar": _("WITA (Makassar)"),
    "Asia/Jayapura": _("WIT (Jayapura)"),
}


def _label(form: forms.Form, **labels: Any) -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = ""
        form.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(allauth.LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, login=_("User name"), password=_("Password"))
        # Phones write a capital first and mend "andi" to "andai".
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")

    def clean_login(self) -> str:
        """Return the one spelling of the name."""
        return canonical_login(self.cleaned_data["login"])


class ChangePasswordForm(allauth.ChangePasswordForm):
    """The present password and, twice, the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password, once more"),
        )
        self.fields["password1"].help_text = _("At least 12 characters, not your name.")

    def clean_password1(self) -> str:
        """Return the new password; the one that somebody else made is not new."""
        password: str = self.cleaned_data["password1"]
        user = cast("User", self.user)
        if user.must_change_password and user.check_password(password):
            raise forms.ValidationError(
                _("This is the password that was given. Make one of yours.")
            )
        return password


class ReauthenticateForm(allauth.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, password=_("Password"))


def nip_field() -> forms.CharField:
    """Return the field of a civil servant's number."""
    return forms.CharField(
        label=_("NIP"),
        max_length=30,
        required=False,
        help_text=_("18 digits; leave it empty for who is no civil servant."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class PersonForm(forms.Form):
    """Who somebody is."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("With titles, as on the decree.")
    )
    nip = nip_field()
    unit = forms.CharField(
        label=_("Unit"),
        max_length=200,
        required=False,
        help_text=_("Such as Subbagian PTIP. A new name adds a unit."),
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )


class AccountForm(forms.Form):
    """The user name of a new account."""

    login = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("A short name or the NIP: letters, digits and . _ - @"),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )


class PostForm(forms.Form):
    """What a post is called."""

    title = forms.CharField(label=_("Title of the post"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    unit = forms.CharField(
        label=_("Unit"),
        max_length=200,
        required=False,
        help_text=_("Such as Subbagian PTIP. A new name adds a unit."),
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )


def day_input() -> forms.DateInput:
    """Return the browser's own field for a day."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")


class EndForm(forms.Form):
    """The last day of an appointment."""

    valid_until = forms.DateField(
        label=_("Last day"), widget=day_input(), input_formats=DAY_FORMATS
    )


class AbsenceForm(forms.Form):
    """Why somebody is away, and until when."""

    kind = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (AbsenceKind.LEAVE.value, _("Leave")),
            (AbsenceKind.TRAVEL.value, _("Travel on duty")),
            (AbsenceKind.ILLNESS.value, _("Illness")),
        ],
        widget=forms.RadioSelect,
    )
    starts_on = forms.DateField(
        label=_("First day away"), widget=day_input(), input_formats=DAY_FORMATS
    )
    ends_on = forms.DateField(
        label=_("Last day away"), widget=day_input(), input_formats=DAY_FORMATS
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Such as the number of the leave letter. Nothing about an illness."),
    )


class LeaveForm(forms.Form):
    """The last day of somebody who leaves the office."""

    last_day = forms.DateField(
        label=_("Last day in this office"),
        widget=day_input(),
        input_formats=DAY_FORMATS,
        help_text=_(
            "For a transfer or retirement. Posts and orders end with this day. If it is today or"
            " before, the account is closed at once; else when the day is over."
        ),
    )


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OfficeForm(forms.Form):
    """What the office is called and what stands on its papers."""

    name = forms.CharField(label=_("Name of the office"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    short_name = forms.CharField(
        label=_("Short name"), max_length=60, help_text=_("Stands beside the menu.")
    )
    zone = forms.ChoiceField(label=_("Time zone"))
    letter_code = forms.CharField(
        label=_("Code in letter numbers"),
        max_length=40,
        required=False,
        help_text=_("Such as W1-A1."),
    )
    letterhead = forms.CharField(
        label=_("Lines above the name"),
        max_length=900,
        required=False,
        help_text=_("One line each, at most four: from the Mahkamah Agung down to this office."),
        widget=_long(3),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=900,
        required=False,
        help_text=_("At most four lines."),
        widget=_long(2),
    )
    place = forms.CharField(
        label=_("Place of signing"),
        max_length=60,
        required=False,
        help_text=_("Stands before the date on papers, such as Kualasimpang."),
    )
    contact = forms.CharField(label=_("Telephone and e-mail"), max_length=200, required=False)
    site = forms.CharField(label=_("Website"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = str(self.initial.get("zone", ""))
        zones = {**HOME_ZONES, **({known: known} if known and known not in HOME_ZONES else {})}
        cast("forms.ChoiceField", self.fields["zone"]).choices = list(zones.items())


class ImportForm(forms.Form):
    """The file with people and posts."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, at most 5 MB and 2,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


def refuse(form: forms.Form, refusal: Invalid) -> None:
    """Show what a service refused at the field it speaks of, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


class TotpForm(forms.Form):
    """The first code of an app that was just set up."""

    code = forms.CharField(
        label=_("Code of the app"),
        max_length=12,
        help_text=_("Six digits; a new code comes every 30 seconds."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class PasskeyForm(AddWebAuthnForm):
    """The name of a passkey, and what the device answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]  # every passkey is one that opens without a password
        _label(self, name=_("Name of the passkey"))
        self.fields["name"].required = True
        self.fields["name"].help_text = _("Such as the device that keeps it: Andi's phone.")

    def clean(self) -> dict[str, Any]:
        """Verify what the device answered; refuse in words what no device answers."""
        try:
            return super().clean() or {}
        except ODD_ANSWERS as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PinForm(forms.Form):
    """A new PIN, twice."""

    pin = forms.CharField(
        label=_("PIN"),
        help_text=_("6 to 12 digits, without a pattern, not your birthday or NIP."),
        max_length=12,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("PIN, once more"),
        max_length=12,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or {}
        if data.get("pin") and data.get("again") and data["pin"] != data["again"]:
            self.add_error("again", _("The two PINs differ. Type the same one twice."))
        return data


class PinSignInForm(forms.Form):
    """Who is there, and the PIN."""

    person = forms.ChoiceField(label=_("Name"), widget=forms.RadioSelect)
    pin = forms.CharField(
        label=_("PIN"),
        max_length=12,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, people: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(row.pk): row for row in people}
        field = cast("forms.ChoiceField", self.fields["person"])
        field.choices = [(key, row.person.name) for key, row in self._people.items()]
        off = _("PIN off; sign in with the password")
        hints = {k: off for k, r in self._people.items() if r.user.pin.failures >= PIN_TRIES}
        field.choice_hints = hints  # type: ignore[attr-defined] # read by the form components

    def clean_person(self) -> Membership:
        """Return the membership that was chosen."""
        return self._people[self.cleaned_data["person"]]
