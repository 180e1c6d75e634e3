"""The forms: who signs them and whether each field has what its type asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.sop.definition.checks.node import Node, named, repeated, twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.problems import Found

# What belongs to one type of field only.
_FOR_TYPE = {
    "options": "choice",
    "columns": "table",
    "daily": "table",
    "unit": "number",
    "minimum": "number",
    "maximum": "number",
}
# Names that the page around a form posts itself; a field of that name would be taken for them.
RESERVED = (
    "office",
    "outcome",
    "revision",
    "remarks",
    "save",
    "add_row",
    "done_on",
    "done_time",
    "late_reason",
    "csrfmiddlewaretoken",
)
_NOT_IN_A_TABLE = ("table", "file", "photo")


def faults(sop: Node, procedure: Node) -> Iterator[Found]:
    """Yield what is wrong with the forms of a procedure's activities."""
    signatories = dict.fromkeys(
        r.text("key") for r in (*procedure.each("roles"), *sop.each("parties"))
    )
    scheduled = {
        key.text()
        for strand in procedure.each("strands")
        if strand.has("rule")
        for key in strand.texts("activities")
    }
    for activity in procedure.each("activities"):
        form = activity.at("form")
        yield from repeated(form.texts("signed_by"))
        for role in form.texts("signed_by"):
            if role.text() not in signatories:
                yield role.found(
                    "signatory_unknown",
                    role=role.text(),
                    procedure=procedure.text("code"),
                    known=named(signatories),
                )
        yield from twice(form.each("fields"), "key")
        for field in form.each("fields"):
            if field.text("key") in RESERVED:
                yield field.at("key").found("reserved_key", key=field.text("key"))
            yield from _field(field)
            if field.true("daily") and activity.text("key") not in scheduled:
                name = field.text("key")
                yield field.at("daily").found("daily_without_schedule", field=name)


def _field(field: Node) -> Iterator[Found]:
    name, kind = field.text("key"), field.text("type")
    if not kind:
        return
    for extra, wanted in _FOR_TYPE.items():
        if field.has(extra) and kind != wanted:
            yield field.at(extra).found("not_for_type", name=extra, type=kind, wanted=wanted)
    if kind == "choice":
        if not field.each("options"):
            yield field.found("options_missing", field=name)
        yield from twice(field.each("options"), "code")
    elif kind == "table":
        yield from _table(field, name)
    low, high = field.number("minimum"), field.number("maximum")
    if low is not None and high is not None and low > high:
        yield field.at("minimum").found("bounds_crossed", minimum=f"{low:g}", maximum=f"{high:g}")


def _table(table: Node, name: str) -> Iterator[Found]:
    columns = table.each("columns")
    if not columns:
        yield table.found("columns_missing", field=name)
        return
    yield from twice(columns, "key")
    for column in columns:
        if column.text("type") in _NOT_IN_A_TABLE:
            yield column.at("type").found("column_type", type=column.text("type"))
        else:
            yield from _field(column)
    if table.true("daily") and columns[0].text("type") != "date":
        yield table.at("daily").found("daily_without_date", field=name)
