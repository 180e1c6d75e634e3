"""A step's output as the office's form shows it: labels, values, documents, signatories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from kelola.evidence.queries import documents_by_id
from kelola.sop import queries
from kelola.sop.definition.shape import FieldType
from kelola.sop.phrases import decision, say
from kelola.sop.rules import file_ids, is_blank, names_document, to_number
from kelola.ui.wording import long_day, number, rupiah

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from kelola.evidence.models import Document
    from kelola.office.queries import Order
    from kelola.sop.definition.shape import Activity, FormField, Procedure, SopDefinition
    from kelola.sop.models import Step


@dataclass(frozen=True, slots=True)
class Shown:
    """A filled field: text, documents, or a table of columns and rows of shown cells."""

    label: str
    text: str = ""
    documents: tuple[Any, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Shown, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one step wrote on the form: its output, fields, decision, and by whom and when."""

    code: str
    title: str
    output: str
    verbatim_output: str
    fields: tuple[Shown, ...]
    decision: str
    remarks: str
    performer: str
    role: str
    performed_at: datetime | None
    attempt: int
    state: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: the role, and who did it with Kelola if somebody did."""

    role: str
    name: str
    nip: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A step's form with all that earlier steps of its run wrote on it."""

    procedure: Procedure
    activity: Activity
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    signatures: tuple[Signature, ...]


def filled(step: Step) -> Filled:
    """Gather the form of a step: the step's own part and those before it, oldest first."""
    definition = queries.definition_of(step.run)
    procedure = definition.procedure(step.run.procedure)
    activity = procedure.activity(step.activity)
    before = [s for s in queries.steps_of(step.run) if s.position <= step.position]
    steps = [s for s in before if s.form and _same_form(procedure, s, activity.form.number)]
    known = documents(
        i for s in steps for i in file_ids(procedure.activity(s.activity).form.fields, s.form)
    )
    acts = queries.orders_of(steps)
    return Filled(
        procedure,
        activity,
        tuple(steps),
        tuple(part(procedure, s, known, acts) for s in steps),
        signatures(definition, procedure, activity, steps, acts),
    )


def _same_form(procedure: Procedure, step: Step, number: str) -> bool:
    """Later steps add to the same form; a step that was returned has its newer attempt."""
    return procedure.activity(step.activity).form.number == number and step.state not in (
        "cancelled",
        "not_carried_out",
    )


def documents(ids: Iterable[str]) -> dict[str, Document]:
    """Return the documents that a form names, by the ids it holds; unknown ones are absent."""
    return {
        str(key): found
        for key, found in documents_by_id({UUID(i) for i in ids if names_document(i)}).items()
    }


def shown(field: FormField, value: Any, documents: Mapping[str, Any]) -> Shown:
    """Return a field's value in words."""
    label = say(field.label)
    if field.type is FieldType.TABLE:
        rows = value if isinstance(value, list) else []
        return Shown(
            label,
            columns=tuple(say(c.label) for c in field.columns),
            rows=tuple(
                tuple(shown(c, row.get(c.key), documents) for c in field.columns) for row in rows
            ),
        )
    if field.type in (FieldType.FILE, FieldType.PHOTO):
        ids = value if isinstance(value, list) else []
        return Shown(label, documents=tuple(documents[i] for i in ids if i in documents))
    return Shown(label, _text(field, value))


def _text(field: FormField, value: Any) -> str:
    if is_blank(value):
        return ""
    match field.type:
        case FieldType.CHOICE | FieldType.YES_NO:
            return _choice(field, value)
        case FieldType.DATE:
            return long_day(date.fromisoformat(value))
        case FieldType.NUMBER:
            return _figure(field, value)
        case _:
            return str(value)


def _choice(field: FormField, value: Any) -> str:
    if field.type is FieldType.YES_NO:
        return _("Yes") if value == "yes" else _("No")
    chosen = next((o for o in field.options if o.code == value), None)
    return say(chosen.label) if chosen else str(value)


def _figure(field: FormField, value: Any) -> str:
    figure = to_number(str(value))
    if figure is None:
        return str(value)
    return rupiah(figure) if field.unit == "Rp" else f"{number(figure)} {field.unit}".strip()


def part(
    procedure: Procedure, step: Step, documents: Mapping[str, Any], acts: Mapping[str, Order]
) -> Part:
    """Return what a step wrote; ``acts`` are the orders of ``queries.orders_of``."""
    activity = procedure.activity(step.activity)
    return Part(
        code=step.activity,
        title=say(activity.title),
        output=say(activity.output),
        verbatim_output=activity.output.verbatim,
        fields=tuple(shown(f, step.form.get(f.key), documents) for f in activity.form.fields),
        decision=decision(activity, step.outcome),
        remarks=step.remarks,
        performer=step.performer.name if step.performer else "",
        role=acts[step.acting_for].title
        if step.acting_for in acts
        else say(procedure.role(_as_role(step)).title),
        performed_at=step.performed_at if step.performer else None,
        attempt=step.attempt,
        state=step.state,
    )


def _as_role(step: Step) -> str:
    """Return the role a step was decided by: for a verbal order, that of who gave it."""
    return step.asked.role if step.state == "ordered" and step.asked else step.role


def signatures(
    definition: SopDefinition,
    procedure: Procedure,
    activity: Activity,
    steps: Sequence[Step],
    acts: Mapping[str, Order],
) -> tuple[Signature, ...]:
    """Return the places to sign: whoever of them did a step of this form stands there by name.

    Who did it as Plh. or Plt. signs as that.
    """
    found = []
    for role in activity.form.signed_by:
        step = next((s for s in reversed(steps) if s.role == role and s.state == "done"), None)
        person = step.performer if step else None
        found.append(
            Signature(
                role=acts[step.acting_for].title
                if step and step.acting_for in acts
                else say(definition.signatory(procedure, role).title),
                name=person.name if person else "",
                nip=person.nip if person else "",
                at=step.performed_at if step and person else None,
            )
        )
    return tuple(found)
