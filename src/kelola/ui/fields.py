"""What the form templates need to know about a field: its kind, its ids, its choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms.boundfield import BoundField

# Django's sentence for an empty field; the catalogue of this app gives it our words in Indonesian.
REQUIRED = _("This field is required.")
LONG_CHOICE = 28  # characters from which a choice card wants the wider grid
# From so many letters on, a choice takes a phone's whole width.
SENTENCE = 36

Errors = list[tuple[str, str, str]]


def kind_of(bound: BoundField) -> str:
    """Return how a field is drawn: hidden, choices, checks, check, file, select or text."""
    widget = bound.field.widget
    kinds: list[tuple[type[forms.Widget], str]] = [
        (forms.HiddenInput, "hidden"),
        (forms.CheckboxSelectMultiple, "checks"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxInput, "check"),
        (forms.FileInput, "file"),
        (forms.Select, "select"),
    ]
    return next((kind for widget_type, kind in kinds if isinstance(widget, widget_type)), "text")


def _css(kind: str) -> str:
    return {"text": "form-control", "select": "form-select"}.get(kind, "")


def _widget(bound: BoundField, kind: str, described: str, **more: str) -> str:
    attrs: dict[str, str | bool] = {**more}
    css = f"{_css(kind)} {bound.field.widget.attrs.get('class', '')}".strip()
    if css:
        attrs["class"] = css
    if described:
        attrs["aria-describedby"] = described
    return bound.as_widget(attrs=attrs)


def _choices(bound: BoundField) -> list[dict[str, Any]]:
    """Return the input, label and hint of every choice; hints come from ``choice_hints``."""
    hints: dict[str, str] = getattr(bound.field, "choice_hints", {})
    return [
        {
            "input": sub.tag(wrap_label=False),
            "label": sub.choice_label,
            "hint": hints.get(str(sub.data["value"]), ""),
            "id": sub.id_for_label,
        }
        for sub in bound.subwidgets
        if str(sub.data["value"]) != ""
    ]


def context_of(
    bound: BoundField, *, label: str = "", hint: str = "", kept: str = ""
) -> dict[str, Any]:
    """Return what ``ui/field.html`` draws."""
    kind = kind_of(bound)
    told = hint or bound.help_text
    described = [f"{bound.auto_id}_hint"] if told else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    grouped = kind in {"choices", "checks"}
    choices = _choices(bound) if grouped else []
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": told,
        "kept": kept,
        "described": " ".join(described),
        "required": bound.field.required and kind != "check",
        "choices": choices,
        "told": any(c["hint"] or len(str(c["label"])) > SENTENCE for c in choices),
        "long": any(
            len(str(c["label"])) > LONG_CHOICE or len(c["hint"]) > LONG_CHOICE for c in choices
        ),
        "widget": "" if grouped else _widget(bound, kind, " ".join(described)),
    }


def cell_of(bound: BoundField) -> dict[str, Any]:
    """Return what ``ui/cell.html`` draws: a field whose label stands elsewhere in a table."""
    described = f"{bound.auto_id}_error" if bound.errors else ""
    spoken = {"aria-label": str(bound.label)}
    return {"bound": bound, "widget": _widget(bound, kind_of(bound), described, **spoken)}


def errors_of(sources: Iterable[forms.BaseForm | None]) -> Errors:
    """Return (anchor, label, message) of every error in these forms."""
    found: Errors = []
    for form in sources:
        if form is None:
            continue
        for name, messages in form.errors.items():
            if name == NON_FIELD_ERRORS:
                found += [("", "", str(message)) for message in messages]
                continue
            bound = form[name]
            found += [(str(bound.auto_id), str(bound.label), str(message)) for message in messages]
    return found
