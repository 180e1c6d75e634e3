"""The hours of a week: for every weekday when work begins and ends, and the break between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.workcal import rules
from kelola.workcal.forms.parts import basis_field, day_field, time_field

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import time

    from django.forms.boundfield import BoundField

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
_COLUMNS = {
    "opens": _("Begins"),
    "pauses": _("Break from"),
    "resumes": _("Break until"),
    "closes": _("Ends"),
}
_FAULTS = {
    rules.WeekFault.TURNED: _("Each time must be later than the one before it."),
    rules.WeekFault.OVERLAP: _("Each time must be later than the one before it."),
}


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A weekday and its four fields, each with its heading."""

    name: Any
    cells: tuple[tuple[Any, BoundField], ...]


class WeekForm(forms.Form):
    """Four times for each weekday; a weekday left empty isn't worked."""

    def __init__(self, *args: Any, week: rules.Weekdays, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in enumerate(WEEKDAYS):
            for column, label in _COLUMNS.items():
                self.fields[f"{column}_{day}"] = time_field(f"{name}, {label}")
            self.initial.update(_times(day, week.get(day, ())))

    @property
    def columns(self) -> list[Any]:
        """The four headings."""
        return list(_COLUMNS.values())

    @property
    def rows(self) -> Iterator[WeekRow]:
        """The weekdays with their fields."""
        for day, name in enumerate(WEEKDAYS):
            cells = ((label, self[f"{column}_{day}"]) for column, label in _COLUMNS.items())
            yield WeekRow(name, tuple(cells))

    def clean(self) -> dict[str, Any]:
        """Read the week; every weekday that can't be worked is told at its first field."""
        data: dict[str, Any] = super().clean() or {}
        found: dict[int, list[rules.Window]] = {}
        for day in range(len(WEEKDAYS)):
            if not any(f"{column}_{day}" in self.errors for column in _COLUMNS):
                found[day] = self._windows(day, [data[f"{column}_{day}"] for column in _COLUMNS])
        if not self.errors and not any(found.values()):
            self.add_error("opens_0", _("Give the hours of at least one weekday."))
        times = {f"{column}_{day}" for column in _COLUMNS for day in range(len(WEEKDAYS))}
        kept = {name: value for name, value in data.items() if name not in times}
        return {**kept, "weekdays": found}

    def _windows(self, day: int, times: list[time | None]) -> list[rules.Window]:
        opens, pauses, resumes, closes = times
        if not any(times):
            return []
        if not (opens and closes) or bool(pauses) != bool(resumes):
            self.add_error(
                f"opens_{day}", _("Fill in when work begins and ends, and both ends of a break.")
            )
            return []
        windows = [(opens, pauses), (resumes, closes)] if pauses and resumes else [(opens, closes)]
        try:
            rules.checked_week({day: windows})
        except rules.BadWeek as error:
            self.add_error(f"opens_{day}", _FAULTS[error.fault])
        return windows


def _times(day: int, windows: tuple[rules.Window, ...]) -> dict[str, time]:
    """Return the four times of a weekday; of more than two windows the outer ones."""
    if not windows:
        return {}
    found = {f"opens_{day}": windows[0][0], f"closes_{day}": windows[-1][1]}
    if len(windows) > 1:
        found |= {f"pauses_{day}": windows[0][1], f"resumes_{day}": windows[1][0]}
    return found


class HoursForm(WeekForm):
    """The usual hours from a day on."""

    effective_from = day_field(_("In force from"))
    basis = basis_field()


class SeasonForm(WeekForm):
    """Other hours for some weeks."""

    label = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example: Ramadan."))
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    basis = basis_field()
