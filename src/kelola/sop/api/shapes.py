"""What programs read of SOPs, runs and steps."""

# Annotations are read at run time by pydantic, so they are no strings here.
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from kelola.office.api import PersonName
from kelola.office.models import Person
from kelola.sop import queries
from kelola.sop.definition import shape
from kelola.sop.models import Run, Step
from kelola.ui.http.operations import Moment, Out

RunState = Literal["open", "completed", "cancelled"]
StepState = Literal[
    "waiting",
    "ready",
    "started",
    "paused",
    "done",
    "returned",
    "skipped",
    "ordered",
    "not_carried_out",
    "cancelled",
]


class Words(Out):
    """A text of the SOP in both languages."""

    id: str
    """Indonesian."""
    en: str
    """English; empty where the SOP has none."""


class Round(Out):
    """One turn of a strand on schedule."""

    key: str
    """Names the turn: ``2026-11``, ``2026-W48``, ``2026``."""
    opens_on: date
    """From this day on it may be worked."""
    due_on: date
    """It is due when the office closes on this day."""


class OpenStep(Out):
    """A step that somebody still has to act on, in a list of runs."""

    id: UUID
    """Id of the step."""
    activity: str
    """Code of the activity: ``B2``."""
    attempt: int
    """1, and one more after each return."""
    role: str
    """The SOP's actor whose turn it is."""
    state: StepState
    """Where it stands."""
    assignee: PersonName | None
    """Who has taken it up."""
    due_at: Moment | None
    """When it is due; null while its clock is not running."""


class RunRow(Out):
    """A run in a list."""

    id: UUID
    """Id of the run."""
    number: str
    """The number people read: ``214/TI-B/XI/2026``."""
    subject: str
    """What it is about."""
    sop_id: UUID
    """The SOP it executes."""
    version_id: UUID
    """The version of the SOP that it stays on."""
    procedure: str
    """Code of the procedure: ``B``."""
    strand: str
    """Key of the strand: ``C2-C7``."""
    state: RunState
    """Where it stands."""
    origin: Literal["request", "schedule", "verb"]
    """Why it was opened: on request, on schedule, or after something happened."""
    round: Round | None
    """The turn it stands for; null for strands on request."""
    opened_at: Moment
    """When it was opened."""
    opened_by: PersonName | None
    """Who opened it; null where the schedule did."""
    closed_at: Moment | None
    """When it was completed or cancelled."""
    open_steps: list[OpenStep]
    """Where it stands now."""


class StepRow(OpenStep):
    """A step of a run."""

    run_id: UUID
    """The run it belongs to."""
    position: int
    """Its place in the order in which the run's steps opened."""
    kind: str
    """The kind of activity: ``sop.generic``."""
    not_needed: bool
    """Whether its group went on without it."""
    performer: PersonName | None
    """Who finished or returned it."""
    acting_for: str
    """Id of the order by which the performer acted as Plh. or Plt.; empty for a holder."""
    opened_at: Moment
    """When it became somebody's turn."""
    clock_from: Moment | None
    """When its clock started; null while it waits for its requirement."""
    started_at: Moment | None
    """When it was first taken up."""
    performed_at: Moment | None
    """When the work was done."""
    recorded_at: Moment | None
    """When that was recorded."""
    late_reason: str
    """Why it was recorded on a later day than it was done; empty for what was not."""
    due_target: Moment | None
    """The earlier end of a range of time, if the SOP gives one."""
    outcome: str
    """Code of the outcome it was finished with."""
    remarks: str
    """What the performer wrote beside it."""


class AnswerOut(Out):
    """What who opened a run says of it when others completed it."""

    state: Literal["asked", "settled", "unsettled", "silent"]
    """``silent`` when nobody answered in time: taken as settled, which is no signature."""
    due_at: Moment
    """Until when an answer is waited for."""
    words: str
    """In the opener's words."""
    answered_at: Moment | None
    """When they answered, or were no longer waited for."""


class RunOut(RunRow):
    """A run with all its steps."""

    closed_by: PersonName | None
    """Who completed or cancelled it."""
    cancel_reason: str
    """Why it was cancelled."""
    done_at: Moment | None
    """When its work was done, for a run that records what was done already."""
    done_reason: str
    """Why it was recorded on a later day than it was done."""
    answer: AnswerOut | None
    """The opener's word; null when nobody is asked."""
    steps: list[StepRow]
    """All its steps in the order they opened."""


class RunName(Out):
    """The run that a step belongs to."""

    id: UUID
    """Id of the run."""
    number: str
    """The number people read."""
    subject: str
    """What it is about."""


class InboxStep(StepRow):
    """A step that waits for the owner of the key."""

    run: RunName
    """Its run."""


class PauseOut(Out):
    """A stretch during which the clock stood still."""

    starts_at: Moment
    """From when."""
    ends_at: Moment | None
    """Until when; null while it lasts."""
    reason: str
    """``requester``, ``third_party``, ``spare_part``, ``budget`` or ``power_or_network``."""
    until: date | None
    """The day somebody promised."""
    note: str
    """What is waited for."""


class OutcomeOut(Out):
    """A way to finish a step."""

    code: str
    """What ``finish`` takes."""
    label: Words
    """Its name."""
    is_return: bool
    """Whether it returns the work to an earlier activity."""
    needs_reason: bool
    """Whether remarks are required; always so for a return."""


class ChoiceOut(Out):
    """One of the answers to choose from."""

    code: str
    """What the form takes."""
    label: Words
    """Its name."""


class ColumnOut(Out):
    """A field of a form, or a column of one of its tables."""

    key: str
    """The name under which the form holds the value."""
    type: str
    """``text``, ``long_text``, ``number``, ``date``, ``yes_no``, ``choice``, ``file`` or ``photo``.

    Texts, dates (``2026-11-30``), choices, ``yes``/``no`` and numbers (``98.7``) are strings; files
    are lists of document ids; a table is a list of rows, objects by column key.
    """
    label: Words
    """Its name."""
    help: Words
    """What to write into it."""
    required: bool
    """Whether the step can't be finished without it."""
    unit: str
    """Unit of a number."""
    minimum: float | None
    """Least value of a number."""
    maximum: float | None
    """Largest value of a number."""
    options: list[ChoiceOut]
    """The answers to choose from."""


class FieldOut(ColumnOut):
    """A field of the form; ``table`` is a type too."""

    columns: list[ColumnOut]
    """The columns of a table."""


class ConfirmationOut(Out):
    """A superior's word on a step that is not carried out, or was ordered by word of mouth."""

    kind: Literal["undone", "order"]
    """On what."""
    recorded_by: PersonName | None
    """Who recorded it."""
    due_at: Moment | None
    """Until when an order is to be ratified."""

    state: Literal["asked", "given", "refused"]
    """Whether it is still asked for, was given, or was refused."""
    role: str
    """Key of the role that is asked."""
    remarks: str
    """The superior's words."""
    by: PersonName | None
    """Who answered."""
    at: Moment | None
    """When."""


class StepOut(InboxStep):
    """A step with its form."""

    title: Words
    """The activity in the SOP's words."""
    requirement: Words
    """What the SOP asks for before it."""
    output: Words
    """What the SOP asks for as its output."""
    refused: str
    """Why the owner of the key can't work on it now, in words; empty if it is their turn."""
    outcomes: list[OutcomeOut]
    """The ways to finish it."""
    fields: list[FieldOut]
    """What its form asks for."""
    form: dict[str, Any]
    """What was filled in so far, by field key."""
    revision: int
    """Counts the savings of the form; saving and finishing name the one they build on."""
    pauses: list[PauseOut]
    """When its clock stood still."""
    confirmation: ConfirmationOut | None
    """The superior's word, where one is asked for."""


def somebody(person: Person | None) -> PersonName | None:
    """Return a person, or None."""
    return PersonName(id=person.id, name=person.name) if person else None


def words(text: shape.Words | None) -> Words:
    """Return a text of the SOP."""
    return Words(id=text.id, en=text.en) if text else Words(id="", en="")


def open_step(row: Step) -> dict[str, Any]:
    """Return the fields of ``OpenStep``."""
    return {
        "id": row.id,
        "activity": row.activity,
        "attempt": row.attempt,
        "role": row.role,
        "state": row.state,
        "assignee": somebody(row.assignee),
        "due_at": row.due_at,
    }


def step_row(row: Step) -> dict[str, Any]:
    """Return the fields of ``StepRow``; the step comes with assignee and performer."""
    plain = (
        "run_id",
        "position",
        "kind",
        "not_needed",
        "opened_at",
        "clock_from",
        "started_at",
        "performed_at",
        "recorded_at",
        "late_reason",
        "acting_for",
        "due_target",
        "outcome",
        "remarks",
    )
    told = {name: getattr(row, name) for name in plain}
    return {**open_step(row), **told, "performer": somebody(row.performer)}


def run_row(row: Run, open_steps: Sequence[Step]) -> dict[str, Any]:
    """Return the fields of ``RunRow``; the run comes with who opened it."""
    plain = (
        "id",
        "number",
        "subject",
        "sop_id",
        "version_id",
        "procedure",
        "strand",
        "state",
        "origin",
        "opened_at",
        "closed_at",
    )
    turn = None
    if row.slot_key and row.slot_opens_on and row.slot_due_on:
        turn = Round(key=row.slot_key, opens_on=row.slot_opens_on, due_on=row.slot_due_on)
    ordered = sorted(open_steps, key=lambda step: step.position)
    return {
        **{name: getattr(row, name) for name in plain},
        "round": turn,
        "opened_by": somebody(row.opened_by),
        "open_steps": [OpenStep(**open_step(step)) for step in ordered],
    }


def run_out(row: Run) -> RunOut:
    """Return a run with all its steps."""
    steps = queries.steps_of(row)
    return RunOut(
        **run_row(row, [s for s in steps if s.is_open]),
        closed_by=somebody(row.closed_by),
        cancel_reason=row.cancel_reason,
        done_at=row.done_at,
        done_reason=row.done_reason,
        answer=_answer(row),
        steps=[StepRow(**step_row(step)) for step in steps],
    )


def _answer(row: Run) -> AnswerOut | None:
    asked = row.opener_answer
    if asked is None:
        return None
    return AnswerOut(
        state=asked.state, due_at=asked.due_at, words=asked.words, answered_at=asked.answered_at
    )


def inbox_step(row: Step) -> dict[str, Any]:
    """Return the fields of ``InboxStep``; the step comes with its run."""
    run = RunName(id=row.run_id, number=row.run.number, subject=row.run.subject)
    return {**step_row(row), "run": run}


def step_out(row: Step, refused: str) -> StepOut:
    """Return a step with its form."""
    activity = queries.procedure_of(row.run).activity(row.activity)
    return StepOut(
        **inbox_step(row),
        title=words(activity.title),
        requirement=words(activity.requirement),
        output=words(activity.output),
        refused=refused,
        outcomes=[
            OutcomeOut(
                code=o.code,
                label=words(o.label),
                is_return=o.is_return,
                needs_reason=o.needs_reason or o.is_return,
            )
            for o in activity.outcomes
        ],
        fields=[
            FieldOut(**_column(f), columns=[ColumnOut(**_column(c)) for c in f.columns])
            for f in activity.form.fields
        ],
        form=row.form,
        revision=row.revision,
        pauses=[
            PauseOut(
                starts_at=p.starts_at,
                ends_at=p.ends_at,
                reason=p.reason,
                until=p.until,
                note=p.note,
            )
            for p in row.pauses.all()
        ],
        confirmation=_confirmation(row),
    )


def _confirmation(row: Step) -> ConfirmationOut | None:
    asked = row.asked
    if asked is None:
        return None
    return ConfirmationOut(
        kind=asked.kind,
        recorded_by=somebody(asked.recorded_by),
        due_at=asked.due_at,
        state=asked.state,
        role=asked.role,
        remarks=asked.remarks,
        by=somebody(asked.answered_by),
        at=asked.answered_at,
    )


def _column(field: shape.FormField) -> dict[str, Any]:
    options = [ChoiceOut(code=o.code, label=words(o.label)) for o in field.options]
    return {
        "key": field.key,
        "type": field.type.value,
        "label": words(field.label),
        "help": words(field.help),
        "required": field.required,
        "unit": field.unit,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "options": options,
    }
