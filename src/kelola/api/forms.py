"""The form with which somebody makes a key for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.api.rules import NAME_LENGTH, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

MAY: Mapping[Scope, Promise] = {
    Scope.READ: _("Read SOPs, runs, the calendar and people"),
    Scope.RUNS: _("Open runs and work on steps"),
    Scope.FILES: _("Add files"),
}
DAYS: Mapping[int, Promise] = {
    30: _("30 days"),
    90: _("90 days"),
    180: _("180 days"),
    365: _("A year"),
}


class TokenForm(forms.Form):
    """What the key is for, what it may do, how long."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("What the program is for, such as “Daily report”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope.value, words) for scope, words in MAY.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
        error_messages={"required": _("Choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=_("It lasts"),
        choices=list(DAYS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        initial=90,
    )

    def wanted(self) -> tuple[str, list[Scope], int]:
        """Return the name, what it may do, and the days it lasts."""
        told: dict[str, Any] = self.cleaned_data
        return told["name"], [Scope(text) for text in told["scopes"]], told["days"]
