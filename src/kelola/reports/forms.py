"""The form of the office's logo."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class LogoForm(forms.Form):
    """A picture."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG or JPEG, at most 500 KB. It stands on the left, 22 mm high."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
