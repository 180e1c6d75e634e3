"""The filter of the office's history, and the forms of the first start."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from kelola.home.rules import likely
from kelola.office.forms import nip_field
from kelola.office.models import Person, Post
from kelola.registry import topics
from kelola.sop.words import say
from kelola.workcal.forms import ConfirmationForm, HoursForm
from kelola.workcal.rules import KNOWN_YEARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms.boundfield import BoundField

    from kelola.sop.definition.shape import Role, SopDefinition

_BOUNDS = _("Choose a day between 2000 and 2077.")


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
    tentang = forms.ChoiceField(label=_("About"), required=False)
    dari = _day(_("From"))
    sampai = _day(_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(pk), name) for pk, name in Person.objects.values_list("pk", "name")]
        by: Any = self.fields["oleh"]
        by.choices = [("", _("Everybody")), ("system", "Kelola"), *people]
        about: Any = self.fields["tentang"]
        kinds = [(f"{key.partition('.')[0]}.", words) for key, words in topics.items()]
        about.choices = [("", _("Everything")), *kinds]

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("dari"), data.get("sampai")
        if since and until and until < since:
            self.add_error("sampai", _("The end lies before the start."))
        return data


class FirstAdminForm(forms.Form):
    """The first administrator, who signs in with what stands here."""

    person = forms.CharField(
        label=_("Your name"), max_length=200, help_text=_("With titles, as on the decree.")
    )
    nip = nip_field()
    login = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("A short name or the NIP: letters, digits and . _ - @"),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        help_text=_("At least 12 characters, not your name."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return data


class FirstHoursForm(HoursForm):
    """The hours of a week; they hold from the beginning of the year."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["effective_from"]


class FirstYearForm(ConfirmationForm):
    """The decree on the days off; may be left for later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        """Ask for both parts of the decree, or none."""
        data: dict[str, Any] = super().clean() or {}
        for name, other in (("decree", "decree_on"), ("decree_on", "decree")):
            if data.get(other) and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Fill in the number and the date, or neither."))
        return data


TRIAL, IN_FORCE = "trial", "in_force"
NEW_POST, NO_POST = "new", ""


class FirstSopForm(forms.Form):
    """How an SOP begins in the office, and which post performs each of its roles."""

    state = forms.ChoiceField(
        label=_("How it begins"),
        choices=((TRIAL, _("On trial")), (IN_FORCE, _("In force, the office has decreed it"))),
        widget=forms.RadioSelect,
        initial=TRIAL,
    )
    decree_number = forms.CharField(label=_("Number of the decree"), max_length=120, required=False)
    effective_on = _day(_("In force from"))

    def __init__(self, *args: Any, definition: SopDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decree_number"].help_text = _("Only for an SOP that is in force.")
        self.fields["effective_on"].help_text = _("Today or before.")
        self._posts = {str(post.pk): post for post in Post.objects.all()}
        self._roles = {r.key: r for p in definition.procedures for r in p.roles}
        state: Any = self.fields["state"]
        state.choice_hints = {
            TRIAL: _("Runs are real and marked so until the decree is there."),
            IN_FORCE: _("Fill in the decree's number and its day below."),
        }
        for key, role in self._roles.items():
            self.fields[f"role_{key}"] = self._role_field(role)

    def _role_field(self, role: Role) -> forms.ChoiceField:
        posts = [(key, post.label) for key, post in self._posts.items()]
        guess = likely(role.title.id, {key: post.title for key, post in self._posts.items()})
        return forms.ChoiceField(
            label=say(role.title),
            required=False,
            choices=[
                *posts,
                (NEW_POST, _("A new post of this name")),
                (NO_POST, _("Nobody yet")),
            ],
            initial=guess or NEW_POST,
        )

    @property
    def roles(self) -> Sequence[BoundField]:
        """The fields of the roles, in the order of the SOP."""
        return [self[f"role_{key}"] for key in self._roles]

    @property
    def posts(self) -> dict[str, Post | None]:
        """The post of each role that somebody shall perform; None where it is to be added."""
        chosen = {key: self.cleaned_data[f"role_{key}"] for key in self._roles}
        return {
            key: None if value == NEW_POST else self._posts[value]
            for key, value in chosen.items()
            if value != NO_POST
        }

    def clean(self) -> dict[str, Any]:
        """Ask for the decree of an SOP in force, and take none for a trial."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("state") == TRIAL:
            return {**data, "decree_number": "", "effective_on": None}
        for name in ("decree_number", "effective_on"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("An SOP in force needs the decree's number and its day."))
        return data
