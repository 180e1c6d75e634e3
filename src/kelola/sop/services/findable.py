"""What of a run and of a step the search finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kelola.search.kinds import Findable
from kelola.search.services import index
from kelola.sop import queries
from kelola.sop.definition.shape import FieldType, FormField
from kelola.sop.rules import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kelola.sop.models import Run, Step

RUN, STEP = "sop.run", "sop.step"
_PLAIN = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NUMBER)


def run_words(run: Run) -> Findable:
    """Return a run as it goes into the index; its version's definition is cached."""
    number = queries.definition_of(run).identity.number
    return Findable(run.id, f"{run.subject} · {run.number}", number, run.opened_at)


def step_words(step: Step, fields: Sequence[FormField]) -> Findable:
    """Return a step as it goes into the index: what people wrote on its form and beside it."""
    written = [*_written(fields, step.form), step.remarks]
    return Findable(step.id, "", "\n".join(filter(None, written)), step.opened_at)


def _written(fields: Sequence[FormField], data: Mapping[str, Any]) -> Iterator[str]:
    for field in fields:
        value: Any = data.get(field.key)
        if is_blank(value):
            continue
        if field.type is FieldType.TABLE:
            for row in value:
                yield " ".join(_written(field.columns, row))
        elif field.type is FieldType.CHOICE:
            yield next((o.label.id for o in field.options if o.code == value), "")
        elif field.type in _PLAIN:
            yield str(value)


def index_run(run: Run) -> None:
    """Let a run be found by its subject and number."""
    _index(run.office_id, RUN, run_words(run))


def index_step(step: Step, fields: Sequence[FormField]) -> None:
    """Let a step be found by what was written on it."""
    _index(step.office_id, STEP, step_words(step, fields))


def _index(office: Any, kind: str, thing: Findable) -> None:
    index(
        office=office,
        kind=kind,
        object=thing.object_id,
        title=thing.title,
        text=thing.text,
        at=thing.at,
    )
