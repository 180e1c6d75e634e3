"""Read a posted form into data, and lay a form out for the page with its values and problems."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from kelola.sop.definition.shape import FieldType, FormField
from kelola.sop.exchange.incoming import is_yaml
from kelola.sop.rules import is_blank, may_stand, to_count, to_number
from kelola.sop.services.standing import NUMBER_LENGTH, Given
from kelola.sop.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict

    from kelola.sop.definition.shape import Procedure, Strand

    Upload: TypeAlias = UploadedFile[Any]
    Store: TypeAlias = Callable[[str, Upload], str | None]

FILE_TYPES = (FieldType.FILE, FieldType.PHOTO)
EMPTY_ROWS = 3
LARGEST_SOP = 1024 * 1024
# From so many columns on, a row is drawn as a card of its own; one is enough to begin with.
WIDE = 6
LONG_OPTION = 12
MAX_POSTED_ROWS = 400


def read(
    fields: Sequence[FormField],
    posted: QueryDict,
    files: MultiValueDict[str, Upload],
    store: Store,
    prefix: str = "",
) -> dict[str, Any]:
    """Return the data of a posted form.

    Args:
        fields: the form's fields.
        posted: the values; a table's cell is named ``table.row.column``, its size ``table.rows``.
        files: uploads under their field's name; what stays of earlier ones comes as ids in
            ``posted``.
        store: keeps one upload and returns the document's id, or None if it was refused.
        prefix: what stands before every name, where several forms share a page.

    Returns:
        text, choices and dates as str, numbers as str with a point, files as lists of document
        ids, tables as lists of rows; what is blank is left out.

    """
    data: dict[str, Any] = {}
    for item in fields:
        if item.type is FieldType.TABLE:
            value: Any = _rows(item, prefix + item.key, posted, files, store)
        else:
            value = _value(item, prefix + item.key, posted, files, store)
        if not is_blank(value):
            data[item.key] = value
    return data


def _rows(
    item: FormField,
    name: str,
    posted: QueryDict,
    files: MultiValueDict[str, Upload],
    store: Store,
) -> list[dict[str, Any]]:
    count = to_count(posted.get(f"{name}.rows", "0"), MAX_POSTED_ROWS)
    rows = []
    for number in range(count):
        row = {}
        for column in item.columns:
            value = _value(column, f"{name}.{number}.{column.key}", posted, files, store)
            if not is_blank(value):
                row[column.key] = value
        if row:
            rows.append(row)
    return rows


def _value(
    item: FormField,
    name: str,
    posted: QueryDict,
    files: MultiValueDict[str, Upload],
    store: Store,
) -> Any:
    if item.type in FILE_TYPES:
        kept = [v for v in posted.getlist(name) if v]
        stored = [store(name, upload) for upload in files.getlist(name)]
        return [*kept, *(s for s in stored if s is not None)]
    text = posted.get(name, "").replace("\r\n", "\n").strip()
    if item.type is FieldType.NUMBER and text:
        number = to_number(text)
        return str(number) if number is not None else text
    return text


def has_files(fields: Sequence[FormField]) -> bool:
    """Tell whether a form takes files, cells of tables included."""
    return any(f.type in FILE_TYPES or has_files(f.columns) for f in fields)


def taken(fields: Sequence[FormField], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return data that a program gives, in the shape that ``read`` makes of a posted form.

    Figures become texts and blanks are left out; whatever is wrong stays as it is, to be judged.
    """
    tables = {f.key: f for f in fields if f.type is FieldType.TABLE}
    data: dict[str, Any] = {}
    for key, value in given.items():
        rows = value if key in tables and isinstance(value, list) else None
        if rows is not None and all(isinstance(row, dict) for row in rows):
            cells = [{k: _plain(v) for k, v in row.items() if not is_blank(v)} for row in rows]
            data[key] = [row for row in cells if row]
        else:
            data[key] = _plain(value)
    return {key: value for key, value in data.items() if not is_blank(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    figure = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if figure else value


@dataclass(slots=True)
class Cell:
    """A field laid out for the page: its name in the post, its value and what is wrong with it."""

    field: FormField
    name: str
    value: Any
    error: str = ""
    documents: list[Any] = dataclasses.field(default_factory=list)

    @property
    def has_long_options(self) -> bool:
        """Whether the choices need wide cards so that no word breaks."""
        return any(len(o.label.id) > LONG_OPTION for o in self.field.options)

    @property
    def html_id(self) -> str:
        """An id that is safe in selectors."""
        return _html_id(self.name)


@dataclass(slots=True)
class Item:
    """A field of the form: a cell, or for a table its rows of cells."""

    cell: Cell
    rows: list[list[Cell]] = dataclasses.field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Whether the field is a table."""
        return self.cell.field.type is FieldType.TABLE


@dataclass(slots=True)
class Layout:
    """A whole form for the page. ``errors`` are (html id, label, message) for the summary."""

    items: list[Item]
    errors: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What every field of one page is drawn with.

    Args:
        told: (label, message) of each problem, by path.
        documents: stored documents by id.
        days: the working days of the run's slot, for tables with one row per day.
        more: how many blank rows to add to a table, by name.
        prefix: what stands before every name, where several forms share a page.

    """

    told: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    documents: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    days: Sequence[date] = ()
    more: Mapping[str, int] = dataclasses.field(default_factory=dict)
    prefix: str = ""


def lay_out(fields: Sequence[FormField], data: Mapping[str, Any], drawing: Drawing) -> Layout:
    """Lay a form out with its values, by key, and what is wrong with them."""
    items = [_item(f, data.get(f.key), drawing) for f in fields]
    errors = [(_html_id(path), label, text) for path, (label, text) in drawing.told.items()]
    return Layout(items, errors)


def _item(item: FormField, value: Any, drawing: Drawing) -> Item:
    name = drawing.prefix + item.key
    laid = Item(_cell(item, name, value, drawing))
    if item.type is FieldType.TABLE:
        rows = list(value) if isinstance(value, list) else []
        rows = _daily(item, rows, drawing.days) if item.daily else rows
        wide = len(item.columns) >= WIDE
        usual = 0 if item.daily and rows else 1 if wide else EMPTY_ROWS
        blank = drawing.more.get(name, usual)
        rows += [{} for _ in range(max(blank, 0 if rows else 1))]
        laid.rows = [
            [_cell(c, f"{name}.{n}.{c.key}", row.get(c.key), drawing) for c in item.columns]
            for n, row in enumerate(rows)
        ]
    return laid


def _daily(item: FormField, rows: list[Any], days: Sequence[date]) -> list[Any]:
    """Give every working day of the slot its row, keeping what was written already."""
    key = next((c.key for c in item.columns if c.type is FieldType.DATE), None)
    if key is None:
        return rows
    written = {row.get(key) for row in rows}
    added = [{key: day.isoformat()} for day in days if day.isoformat() not in written]
    return sorted([*rows, *added], key=lambda row: str(row.get(key, "")))


def _cell(item: FormField, name: str, value: Any, drawing: Drawing) -> Cell:
    found = []
    if item.type in FILE_TYPES and isinstance(value, list):
        found = [drawing.documents[v] for v in value if v in drawing.documents]
    error = drawing.told.get(name, ("", ""))[1]
    return Cell(item, name, "" if value is None else value, error, found)


def _html_id(name: str) -> str:
    return "f-" + name.replace(".", "-")


def _day(label: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget)


class DispositionForm(forms.Form):
    """A standing disposition for one strand: which steps it settles how, and for what requests."""

    number = forms.CharField(label=_("Number of the disposition"), max_length=NUMBER_LENGTH)
    issued_on = _day(_("Its date"))
    valid_from = _day(_("Valid from"))
    valid_until = _day(_("Valid until"), _("Included. It ends by itself that night."))
    words = forms.CharField(
        label=_("What is decided"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence; it stands with every step that this settles."),
    )

    def __init__(self, procedure: Procedure, strand: Strand, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passes"] = forms.MultipleChoiceField(
            label=_("Steps that it settles"),
            choices=_settled(procedure, strand),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one step.")},
        )
        first = procedure.activity(strand.first).form.fields
        self.choices = [f for f in first if f.type is FieldType.CHOICE]
        for field in self.choices:
            self.fields[f"when_{field.key}"] = forms.MultipleChoiceField(
                label=say(field.label),
                choices=[(o.code, say(o.label)) for o in field.options],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text=_("Only for these; none marked: for all."),
            )

    def clean_passes(self) -> dict[str, str]:
        """Return the outcome by activity; two of one activity contradict each other."""
        pairs = [value.partition(":")[::2] for value in self.cleaned_data["passes"]]
        if len({key for key, _code in pairs}) < len(pairs):
            raise forms.ValidationError(str(_("Choose one outcome for each step.")))
        return dict(pairs)

    def given(self) -> Given:
        """Return what it says."""
        told = self.cleaned_data
        wanted = {f.key: told[f"when_{f.key}"] for f in self.choices}
        return Given(
            **{name: told[name] for name in ("number", "issued_on", "valid_from", "valid_until")},
            words=told["words"],
            passes=told["passes"],
            wanted=wanted,
        )


class HandingForm(forms.Form):
    """What somebody hands over, to whom, from when and by which decree."""

    receiver = forms.ChoiceField(label=_("To whom"))
    posts = forms.MultipleChoiceField(
        label=_("Posts"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one post.")},
    )
    on = _day(_("First day of who takes over"), _("The giver's last day is the day before."))
    decree_number = forms.CharField(label=_("Number of the decree"), max_length=NUMBER_LENGTH)
    decree_on = _day(_("Date of the decree"))
    note = forms.CharField(
        label=_("What else is handed over"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Keys, passwords in a sealed envelope, papers: as the minutes shall say it."),
    )

    def __init__(
        self,
        people: Sequence[tuple[str, str]],
        posts: Sequence[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("receiver", [("", "–"), *people]), ("posts", posts)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(choices)


class SopFileForm(forms.Form):
    """An SOP as a file; a table does not say which SOP it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel with the SOP's table, or YAML; at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.yaml,.yml"}),
    )
    number = forms.CharField(label=_("SOP number"), max_length=100, required=False)
    title = forms.CharField(label=_("Title of the SOP"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask a table for its number and title, and every file for a size that is read."""
        told: dict[str, Any] = super().clean() or {}
        file = told.get("file")
        if file is not None and file.size > LARGEST_SOP:
            self.add_error("file", _("This file is too large. An SOP has at most 1 MB."))
        if file is not None and not is_yaml(file.name):
            for name in ("number", "title"):
                if not told.get(name):
                    self.add_error(name, _("A table does not say it. Write it here."))
        return told


def _settled(procedure: Procedure, strand: Strand) -> list[tuple[str, str]]:
    """Return what may be settled beforehand, ``activity:outcome``, in words."""
    found = []
    for key in strand.activities:
        activity = procedure.activity(key)
        if key == strand.first or not may_stand(activity):
            continue
        ways = [o for o in activity.outcomes if not o.is_return and not o.needs_reason]
        words = say(activity.title)
        found += [
            (
                f"{key}:{o.code}",
                f"{key} {words}" + (f": {say(o.label)}" if activity.decision else ""),
            )
            for o in ways
        ]
    return found
