"""Fill any form of an SOP with values that stand, from its own definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kelola.sop.definition.shape import FieldType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from kelola.sop.definition.shape import FormField


def value_of(field: FormField, add_file: Callable[[FormField], str], days: Sequence[date]) -> Any:
    """Return a value that stands for one field."""
    match field.type:
        case FieldType.CHOICE | FieldType.YES_NO:
            return field.options[0].code if field.options else "yes"
        case FieldType.DATE:
            return "2026-11-02"
        case FieldType.NUMBER:
            low = field.minimum if field.minimum is not None else 1
            high = field.maximum if field.maximum is not None else low + 1
            return f"{(low + high) / 2:g}"
        case FieldType.TABLE:
            return _rows(field, add_file, days)
        case FieldType.FILE | FieldType.PHOTO:
            return [add_file(field)]
        case _:
            return f"Isi {field.label.id}"


def _rows(
    field: FormField, add_file: Callable[[FormField], str], days: Sequence[date]
) -> list[dict[str, Any]]:
    one = {c.key: value_of(c, add_file, days) for c in field.columns}
    if not field.daily:
        return [one]
    key = next(c.key for c in field.columns if c.type is FieldType.DATE)
    return [{**one, key: day.isoformat()} for day in days] or [one]


def fill(
    fields: Sequence[FormField],
    add_file: Callable[[FormField], str],
    days: Sequence[date] = (),
    *,
    required_only: bool = False,
) -> dict[str, Any]:
    """Return data that completes a form."""
    return {f.key: value_of(f, add_file, days) for f in fields if f.required or not required_only}
