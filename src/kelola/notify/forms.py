"""The forms with which people say how letters reach them, and what webhooks are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.notify.models import PACES
from kelola.notify.models.webhooks import NAME_LENGTH
from kelola.notify.rules import Pace, Wishes
from kelola.notify.rules.addresses import LONGEST
from kelola.registry import topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.forms import BoundField

    from kelola.notify.channels import Channel
    from kelola.notify.models import Address


def _clock(label: Any, hint: Any = "") -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, help_text=hint, required=False, widget=widget)


class WishesForm(forms.Form):
    """How often, when not, and for each way out the address and whether it may be used."""

    pace = forms.ChoiceField(label=_("How often"), choices=PACES, widget=forms.RadioSelect)
    hour = forms.TypedChoiceField(
        label=_("Hour of the digest"),
        choices=[(n, f"{n:02}.00") for n in range(24)],
        coerce=int,
        help_text=_("For once a day and once a week."),
    )
    quiet_from = _clock(_("Quiet from"))
    quiet_until = _clock(
        _("Quiet until"), _("In these hours nothing is sent; it leaves when they end.")
    )

    def __init__(self, channels: Sequence[Channel], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = channels
        for channel in channels:
            name = _name(channel)
            self.fields[name] = forms.CharField(
                label=channel.label, help_text=channel.hint, max_length=254, required=False
            )
            self.fields[f"{name}_on"] = forms.BooleanField(
                label=_("Send letters this way"), required=False
            )

    def ways(self) -> list[tuple[Channel, BoundField, BoundField]]:
        """Return each way out with its two fields."""
        return [(c, self[_name(c)], self[f"{_name(c)}_on"]) for c in self.channels]

    def clean(self) -> dict[str, Any]:
        """Ask for both quiet hours or none, and for addresses that the ways out can use."""
        told: dict[str, Any] = super().clean() or {}
        begun, ended = told.get("quiet_from"), told.get("quiet_until")
        if (begun is None) != (ended is None) and not self.errors:
            missing = "quiet_until" if ended is None else "quiet_from"
            self.add_error(missing, str(_("Give both hours, or leave both empty.")))
        for channel in self.channels:
            text = told.get(_name(channel), "").strip()
            wrong = channel.problem(text) if text else ""
            if not text and told.get(f"{_name(channel)}_on"):
                wrong = str(_("Write the address, or take the mark away."))
            if wrong:
                self.add_error(_name(channel), wrong)
        return told

    def wanted(self) -> tuple[Wishes, dict[str, tuple[str, bool]]]:
        """Return the wishes, and the addresses by channel."""
        told = self.cleaned_data
        wishes = Wishes(Pace(told["pace"]), told["hour"], told["quiet_from"], told["quiet_until"])
        return wishes, {
            c.key: (told[_name(c)].strip(), told[f"{_name(c)}_on"]) for c in self.channels
        }


def stored(wishes: Wishes, addresses: Mapping[str, Address]) -> dict[str, Any]:
    """Return what the form shows of what is kept."""
    found: dict[str, Any] = {
        "pace": wishes.pace.value,
        "hour": wishes.hour,
        "quiet_from": wishes.quiet_from,
        "quiet_until": wishes.quiet_until,
    }
    for key, row in addresses.items():
        found[key.replace(".", "_")] = row.address
        found[f"{key.replace('.', '_')}_on"] = row.is_on
    return found


class WebhookForm(forms.Form):
    """What a webhook is for, where it goes and what it is told."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("What the other program is, such as “Portal pengawasan”."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        help_text=_("Where it listens, such as https://penerima.contoh.go.id/kelola"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("It is told of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No mark means everything."),
    )
    is_on = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told: Any = self.fields["topics"]
        told.choices = [(key.partition(".")[0], words) for key, words in topics.items()]


def _name(channel: Channel) -> str:
    return channel.key.replace(".", "_")
