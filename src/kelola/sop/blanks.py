"""Blank forms to fill in by hand while there is no power or network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.reports.letterheads import letterhead_of
from kelola.reports.rules.content import (
    Content,
    Facts,
    Paragraph,
    Signature,
    Size,
    Table,
    Writing,
)
from kelola.sop.definition.shape import FieldType
from kelola.sop.papers import office_words
from kelola.sop.phrases import say
from kelola.sop.reports import FORM

if TYPE_CHECKING:
    from kelola.office.models import Office
    from kelola.reports.rules.content import Block
    from kelola.sop.definition.shape import Activity, FormField, Procedure, SopDefinition
    from kelola.sop.models import Run, SopVersion

ROWS = 8
DOTS = "......................................"
LONG = 4


def blank_form(
    office: Office,
    version: SopVersion,
    definition: SopDefinition,
    procedure: Procedure,
    activity: Activity,
    *,
    run: Run | None = None,
    size: Size = Size.A4,
) -> Content:
    """Return an activity's form to write on, for a run or for one that is opened later."""
    with office_words(office):
        opening: tuple[Block, ...] = (Writing(_("Number")), Writing(_("Subject")))
        if run is not None:
            opening = (Facts(((_("Number"), run.number), (_("Subject"), run.subject))),)
        return Content(
            kind=FORM,
            size=size,
            at=version.adopted_at,
            letterhead=letterhead_of(office),
            title=say(activity.form.name),
            subtitle=f"{activity.key} · {say(activity.title)}",
            corner=(activity.form.number, f"{definition.identity.number} · {activity.key}"),
            number=activity.form.number,
            day=f"{office.place or DOTS}, {DOTS}",
            blocks=(_advice(), *opening, *(_place(f) for f in activity.form.fields)),
            signatures=tuple(
                Signature(say(definition.signatory(procedure, role).title))
                for role in activity.form.signed_by
            ),
        )


def _advice() -> Paragraph:
    words = _(
        "To be filled in by hand while there is no power or network. Copy it into Kelola "
        "afterwards, with the date of the work, and attach the scan."
    )
    return Paragraph(words, quiet=True)


def _place(field: FormField) -> Writing | Table:
    title = say(field.label)
    if field.type is FieldType.TABLE:
        columns = tuple(say(c.label) for c in field.columns)
        return Table(title, columns, (("",) * len(columns),) * ROWS)
    if field.type in (FieldType.CHOICE, FieldType.YES_NO):
        choices = tuple(say(o.label) for o in field.options) or (_("Yes"), _("No"))
        return Writing(title, _hint(field), 0, choices)
    lines = {FieldType.LONG_TEXT: LONG, FieldType.FILE: 0, FieldType.PHOTO: 0}
    return Writing(title, _hint(field), lines.get(field.type, 1))


def _hint(field: FormField) -> str:
    """Return how to fill a place in: what it takes, and whether it may stay empty."""
    takes = {
        FieldType.DATE: _("day/month/year"),
        FieldType.FILE: _("to be attached"),
        FieldType.PHOTO: _("to be attached"),
    }.get(field.type, field.unit)
    return ", ".join(part for part in (takes, _("required") if field.required else "") if part)
