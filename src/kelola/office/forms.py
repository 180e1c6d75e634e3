"""The sign-in forms in the office's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _

from kelola.office.rules import canonical_login

if TYPE_CHECKING:
    from django import forms


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


class ReauthenticateForm(allauth.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, password=_("Password"))
