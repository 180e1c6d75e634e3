"""Runs and forms as papers: what ``reports`` sets, seals and keeps.

Papers are in Indonesian and in the office's own time, whoever asks. Every date comes from the
data, so that the same state gives the same paper.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kelola.reports.letterheads import dated, letterhead_of
from kelola.reports.rules.content import (
    Content,
    Facts,
    Heading,
    Paragraph,
    Signature,
    Size,
    Table,
)
from kelola.sop import outputs
from kelola.sop.definition.shape import FieldType
from kelola.sop.phrases import say
from kelola.sop.reports import FORM
from kelola.ui.states import LOOKS
from kelola.ui.wording import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.office.models import Office
    from kelola.reports.rules.content import Block
    from kelola.sop.definition.shape import FormField
    from kelola.sop.models import Step
    from kelola.sop.outputs import Filled, Part, Shown

FINAL = ("done", "returned")


@contextlib.contextmanager
def office_words(office: Office) -> Iterator[None]:
    """Speak Indonesian and keep the office's time for the block."""
    with translation.override("id"), timezone.override(ZoneInfo(office.zone)):
        yield


def is_final(step: Step) -> bool:
    """Whether a step's form will not change any more, so that it may be sealed."""
    return step.state in FINAL


def form_number(step: Step) -> str:
    """Return what a step's form is called in seals: ``214/TI-B/XI/2026 B5``, or ``B5-2``."""
    attempt = f"-{step.attempt}" if step.attempt > 1 else ""
    return f"{step.run.number} {step.activity}{attempt}"


def form_paper(office: Office, step: Step, *, size: Size = Size.A4, draft: bool = False) -> Content:
    """Return a step's form as a paper; a form that is not final, or a ``draft``, says so."""
    with office_words(office):
        filled = outputs.filled(step)
        activity, run = filled.activity, step.run
        moments = [s.recorded_at or s.performed_at for s in filled.steps]
        done = step.performed_at if is_final(step) else None
        rows = ((_("Subject"), run.subject), (_("Output of the SOP"), _output(filled)))
        return Content(
            kind=FORM,
            size=size,
            at=max((m for m in moments if m), default=step.opened_at),
            letterhead=letterhead_of(office),
            title=say(activity.form.name),
            subtitle=f"{_('Number')} {run.number}",
            corner=(activity.form.number, f"{run.sop.number} · {step.activity}"),
            number=form_number(step),
            day=dated(office, done),
            blocks=(Facts(rows), *(b for p in filled.parts for b in _part(filled, p))),
            signatures=tuple(_signature(s) for s in filled.signatures),
            mark=form_mark(step, draft=draft),
        )


def form_mark(step: Step, *, draft: bool) -> str:
    """Return the word across a form that is not valid: a draft, or a step that came to nothing."""
    if step.is_open or (draft and is_final(step)):
        return _("DRAFT")
    return "" if is_final(step) else str(LOOKS[f"step.{step.state}"].word).upper()


def _output(filled: Filled) -> str:
    return f"{filled.activity.output.verbatim} ({_('as the source has it')})"


def _part(filled: Filled, part: Part) -> Iterator[Block]:
    """Yield what one step wrote: plain fields as facts, tables between them, who and when."""
    attempt = _("attempt %(n)s") % {"n": part.attempt} if part.attempt > 1 else ""
    yield Heading(part.title, part.code, attempt)
    fields = filled.procedure.activity(part.code).form.fields
    plain: list[tuple[str, str]] = []
    for field, shown in zip(fields, part.fields, strict=True):
        if field.type is not FieldType.TABLE:
            plain.append((shown.label, _value(shown)))
            continue
        if plain:
            yield Facts(tuple(plain))
            plain = []
        yield table(field, shown)
    told = [*plain, (_("Decision"), part.decision), (_("Note on this step"), part.remarks)]
    facts = tuple(row for row in told if row[1] or row in plain)
    if facts:
        yield Facts(facts)
    yield Paragraph(_done(part), quiet=True)


def _done(part: Part) -> str:
    if part.performed_at is None:
        return _("Not finished yet")
    words = {"name": part.performer, "role": part.role, "moment": long_date(part.performed_at)}
    return _("Done by %(name)s, %(role)s, %(moment)s") % words


def _value(shown: Shown) -> str:
    if not shown.documents:
        return shown.text
    return "\n".join(f"{d.name} (SHA-256 {d.file.sha256[:16]}…)" for d in shown.documents)


def table(field: FormField, shown: Shown) -> Table:
    """Return a table field as a table of the paper, its figures to the right."""
    return Table(
        title=shown.label,
        columns=shown.columns,
        rows=tuple(tuple(_value(cell) for cell in row) for row in shown.rows),
        figures=tuple(n for n, c in enumerate(field.columns) if c.type is FieldType.NUMBER),
        empty=_("No rows."),
    )


def _signature(signature: Any) -> Signature:
    note = f"{_('Done in Kelola')}\n{long_date(signature.at)}" if signature.at else ""
    return Signature(signature.role, signature.name, signature.nip, note)
