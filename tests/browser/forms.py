"""Fill an office's form on the screen, field by field, as its definition asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kelola.sop.definition.shape import FieldType
from tests.filling import fill
from tests.runs import png
from tests.sample_files import pdf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import FilePayload, Page

    from kelola.sop.definition.shape import Activity, FormField


def upload(field: FormField) -> FilePayload:
    """Return a real file for a field: a picture for a photo, else a PDF."""
    if field.type is FieldType.PHOTO:
        return {"name": f"{field.key}.png", "mimeType": "image/png", "buffer": png()}
    return {"name": f"{field.key}.pdf", "mimeType": "application/pdf", "buffer": pdf()}


def fill_form(page: Page, activity: Activity, prefix: str = "", **instead: Any) -> None:
    """Fill every field of an activity's form; ``instead`` gives other values by key.

    ``prefix`` stands before every name, where several forms share a page.
    """
    fields = activity.form.fields
    values: Mapping[str, Any] = {**fill(fields, lambda field: field.key), **instead}
    for field in fields:
        if field.type is FieldType.TABLE:
            fill_rows(page, field, prefix + field.key, values[field.key][0])
        else:
            fill_one(page, field, f"f-{prefix}{field.key}", values[field.key])


def fill_rows(page: Page, field: FormField, name: str, row: Mapping[str, Any]) -> None:
    """Fill the first row of a table, or each row where every working day has drawn its own."""
    drawn = page.locator(f'[data-table="{name}"] > tr').count()
    assert drawn, f"{field.key} has no row to write in"
    for number in range(drawn if field.daily else 1):
        for column in field.columns:
            if field.daily and column.type is FieldType.DATE:
                continue  # the day stands there already
            fill_one(page, column, f"f-{name}-{number}-{column.key}", row[column.key])


def fill_one(page: Page, field: FormField, html_id: str, value: Any) -> None:
    """Fill one field, found by the id its label points to; a choice by the words on its card."""
    place = page.locator(f"#{html_id}")
    if field.type in (FieldType.FILE, FieldType.PHOTO):
        place.set_input_files([upload(field)])
    elif field.type not in (FieldType.CHOICE, FieldType.YES_NO):
        place.fill(value)
    else:
        words = label_of(field, value)
        if place.evaluate("(el) => el.tagName") == "SELECT":
            place.select_option(label=words)
        else:
            place.get_by_role("radio", name=words, exact=True).check()


def label_of(field: FormField, value: str) -> str:
    """Return a choice's words on an Indonesian screen."""
    if field.type is FieldType.YES_NO:
        return {"yes": "Ya", "no": "Tidak"}[value]
    return next(o.label.id for o in field.options if o.code == value)
