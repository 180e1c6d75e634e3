"""Steps for programs: what lies before one, and every act on it."""

# Annotations are read at run time by ninja, so they are no strings here.
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from kelola.evidence.api import FileOut, file_out, stored
from kelola.office import access as office
from kelola.office.http import OfficeRequest
from kelola.office.policies import Actor
from kelola.sop import access, forms, queries, rules, services, turns
from kelola.sop.api.refusals import refusals
from kelola.sop.api.shapes import InboxStep, RunOut, StepOut, inbox_step, run_out, step_out
from kelola.sop.models import Step
from kelola.ui.http import paging, uploads
from kelola.ui.http.operations import (
    GivenDay,
    GivenMoment,
    In,
    answers,
    files,
    reads,
    takes_file,
    works,
)
from kelola.ui.http.problem import Problem

router = Router(tags=["steps"], auth=reads)
Remarks = Annotated[str, Field(max_length=rules.MAX_LONG_TEXT)]
ACTED = answers(StepOut, 404, 409, body=True)
Revision = Annotated[StrictInt, Field(ge=0, le=2_000_000_000)]


class InboxPage(paging.Page[InboxStep]):
    """Steps that wait for the owner of the key: nearest due first, standing clocks last."""


class Since(In):
    """Since when the requirement is there."""

    since: GivenMoment | None = None
    """The moment; now, if it is left out. A moment to come counts as now."""


class Draft(In):
    """A form that is not complete yet."""

    form: dict[str, Any]
    """Values by field key; see the step's ``fields``. What is left out is emptied."""
    revision: Revision
    """The ``revision`` of the step that this builds on."""


class Finish(In):
    """How a step is finished."""

    outcome: Annotated[str, Field(min_length=1, max_length=60)]
    """Code of one of the step's ``outcomes``; a return is one too."""
    form: Annotated[dict[str, Any], Field(default_factory=dict)]
    """The whole form: the output that the SOP asks for."""
    remarks: Remarks = ""
    """In words; required for a return, and where the outcome asks for a reason."""
    performed_at: GivenMoment | None = None
    """When it was done; now, if it is left out. A moment to come counts as now."""
    late_reason: Remarks = ""
    """Why it is recorded on a later day than it was done; required then."""
    revision: Revision
    """The ``revision`` of the step that this builds on."""


class Pause(In):
    """Why a clock stands still."""

    reason: Literal["requester", "third_party", "spare_part", "budget", "power_or_network"]
    """Whom or what the work waits for."""
    until: GivenDay | None = None
    """The day somebody promised."""
    note: Annotated[str, Field(min_length=1, max_length=rules.MAX_LONG_TEXT)]
    """What is waited for, in words."""


class Undone(In):
    """Why a step is not carried out."""

    reason: Annotated[str, Field(min_length=1, max_length=rules.MAX_LONG_TEXT)]
    """In words; kept as the step's remarks."""


class VerbalOrder(In):
    """What a superior decided by word of mouth."""

    ordered_by: UUID
    """Id of the person who gave the order; they perform the step's role, or one above it."""
    ordered_at: GivenMoment | None = None
    """When; now, if it is left out. A moment to come counts as now."""
    outcome: Annotated[str, Field(min_length=1, max_length=60)]
    """Code of one of the step's ``outcomes``, no return."""
    words: Annotated[str, Field(min_length=1, max_length=rules.MAX_LONG_TEXT)]
    """What was ordered; kept as the step's remarks."""
    until: Annotated[str, Field(max_length=40)] = ""
    """The activity up to which the order goes, when it decided the following steps too."""


class Word(In):
    """A superior's word on a step that is not carried out, or was ordered by word of mouth."""

    state: Literal["given", "refused"]
    """Whether they confirm it."""
    remarks: Remarks = ""
    """In words; required for a refusal."""


class FileName(In):
    """The name of a file that is sent as bare bytes."""

    name: Annotated[str, Field(max_length=300)] = ""
    """With its extension: ``foto.png``. A form (multipart) brings its own."""


@router.get("/steps/mine", response=answers(InboxPage))
def steps_mine(request: OfficeRequest, paged: Query[paging.Paged]) -> InboxPage:
    """List the steps that wait for the owner of the key."""
    place = paging.place("steps", paged.after, int, datetime.fromisoformat, UUID)
    person, today = request.actor.person, timezone.localdate()
    roles = queries.roles_through(request.actor.posts)
    found = queries.inbox(person, roles, today, limit=paged.limit + 1, after=place)
    shown, following = paging.cut(request, "steps", found, paged.limit, _place)
    return InboxPage(items=[InboxStep(**inbox_step(row)) for row in shown], next=following)


def _place(row: Step) -> tuple[int, datetime | None, UUID]:
    return int(row.state == "paused"), row.due_at, row.id


@router.get("/steps/{uuid:step_id}", response=answers(StepOut, 404))
def step(request: OfficeRequest, step_id: UUID) -> StepOut:
    """Show a step with its form."""
    return _shown(request.actor, step_id)


@router.post(
    "/steps/{uuid:step_id}/claim", auth=works, response=answers(StepOut, 404, 409, body=True)
)
def step_claim(request: OfficeRequest, step_id: UUID) -> StepOut:
    """Take a step up.

    Or take it over from a colleague with the same role; the history tells it.
    """
    row = access.step(step_id)
    with refusals():
        services.claim_step(step_id=row.id, by=request.actor.person, at=timezone.now())
    return _shown(request.actor, step_id)


@router.post("/steps/{uuid:step_id}/requirement", auth=works, response=ACTED)
def step_requirement(request: OfficeRequest, step_id: UUID, given: Since) -> StepOut:
    """Record that the requirement is there.

    The clock of a step that waits for it starts then.
    """
    row = access.step(step_id)
    now = timezone.now()
    with refusals():
        services.meet_requirement(
            step_id=row.id, since=min(given.since or now, now), by=request.actor.person, at=now
        )
    return _shown(request.actor, step_id)


@router.put(
    "/steps/{uuid:step_id}/draft", auth=works, response=answers(StepOut, 404, 409, body=True)
)
def step_draft(request: OfficeRequest, step_id: UUID, draft: Draft) -> StepOut:
    """Save the form for later.

    Required fields may be missing, wrong values may not. A free step is taken up by it.
    """
    row = access.step(step_id)
    with refusals():
        services.save_draft(
            step_id=row.id,
            data=_form(row, draft.form),
            revision=draft.revision,
            by=request.actor.person,
            at=timezone.now(),
        )
    return _shown(request.actor, step_id)


@router.post(
    "/steps/{uuid:step_id}/finish", auth=works, response=answers(RunOut, 404, 409, body=True)
)
def step_finish(request: OfficeRequest, step_id: UUID, done: Finish) -> RunOut:
    """Finish or return a step.

    With its output and one of its outcomes; what follows becomes somebody's turn.
    """
    row = access.step(step_id)
    with refusals():
        run = services.finish_step(
            step_id=row.id,
            outcome=done.outcome,
            data=_form(row, done.form),
            remarks=done.remarks,
            revision=done.revision,
            by=request.actor.person,
            at=timezone.now(),
            performed_at=done.performed_at,
            late_reason=done.late_reason,
        )
    return run_out(access.run(run.id))


@router.post(
    "/steps/{uuid:step_id}/pause", auth=works, response=answers(StepOut, 404, 409, body=True)
)
def step_pause(request: OfficeRequest, step_id: UUID, why: Pause) -> StepOut:
    """Stop the clock of a step."""
    row = access.step(step_id)
    with refusals(reason_missing="/note"):
        services.pause_clock(
            step_id=row.id,
            reason=why.reason,
            until=why.until,
            note=why.note,
            by=request.actor.person,
            at=timezone.now(),
        )
    return _shown(request.actor, step_id)


@router.post(
    "/steps/{uuid:step_id}/resume", auth=works, response=answers(StepOut, 404, 409, body=True)
)
def step_resume(request: OfficeRequest, step_id: UUID) -> StepOut:
    """Let the clock of a step run on."""
    row = access.step(step_id)
    with refusals():
        services.resume_clock(step_id=row.id, by=request.actor.person, at=timezone.now())
    return _shown(request.actor, step_id)


@router.post(
    "/steps/{uuid:step_id}/leave-undone", auth=works, response=answers(RunOut, 404, 409, body=True)
)
def step_leave_undone(request: OfficeRequest, step_id: UUID, why: Undone) -> RunOut:
    """Record that a step is not carried out.

    The run goes on without its output, and a superior is asked to confirm it.
    """
    row = access.step(step_id)
    with refusals(reason_missing="/reason"):
        run = services.leave_undone(
            step_id=row.id, reason=why.reason, by=request.actor.person, at=timezone.now()
        )
    return run_out(access.run(run.id))


@router.post(
    "/steps/{uuid:step_id}/order", auth=works, response=answers(RunOut, 404, 409, body=True)
)
def step_order(request: OfficeRequest, step_id: UUID, given: VerbalOrder) -> RunOut:
    """Record an order by word of mouth.

    For a step of somebody else's role, when the work must go on: who gave the order is asked to
    ratify it by the end of the next working day.
    """
    row = access.step(step_id)
    now = timezone.now()
    with refusals(reason_missing="/words"):
        run = services.record_order(
            step_id=row.id,
            ordered_by=office.person(given.ordered_by),
            ordered_at=given.ordered_at or now,
            outcome=given.outcome,
            words=given.words,
            until=given.until,
            by=request.actor.person,
            at=now,
        )
    return run_out(access.run(run.id))


@router.post("/steps/{uuid:step_id}/confirmation", auth=works, response=ACTED)
def step_confirmation(request: OfficeRequest, step_id: UUID, word: Word) -> StepOut:
    """Answer as the superior.

    Only where a step is not carried out or was ordered by word of mouth, and nobody answered yet;
    the run stays as it is.
    """
    row = access.step(step_id)
    if row.asked is None:
        raise Http404
    with refusals():
        services.answer(
            step_id=row.id,
            state=services.ConfirmationState(word.state),
            remarks=word.remarks,
            by=request.actor.person,
            at=timezone.now(),
        )
    return _shown(request.actor, step_id)


@router.post(
    "/steps/{uuid:step_id}/files",
    auth=files,
    response=answers(FileOut, 404, 409, 507, status=201, body=True),
    openapi_extra=uploads.BODY,
)
@takes_file
def step_file_add(
    request: OfficeRequest, step_id: UUID, named: Query[FileName], response: HttpResponse
) -> Status[FileOut]:
    """Add a file for a step.

    It is kept as evidence of the run; name its id in the step's form. Only whoever may work on the
    step now can add files.
    """
    del named  # the upload takes its name from the address itself
    row = access.step(step_id)
    _require_work(request.actor, row)
    sent = uploads.upload(request)
    found = stored(sent, request, subject=f"sop.run:{row.run_id}")
    response["Location"] = f"{request.path.partition('/steps/')[0]}/files/{found.id}"
    return Status(201, file_out(found))


def _require_work(actor: Actor, row: Step) -> None:
    standing = turns.standing(actor, row)
    if standing is not None:
        with refusals():
            raise standing
    refused = turns.refused(actor, row, queries.steps_of(row.run))
    if refused:
        raise Problem(403, "not_allowed", refused)


def _shown(actor: Actor, step_id: UUID) -> StepOut:
    row = access.step(step_id)
    refused = turns.refused(actor, row, queries.steps_of(row.run)) if row.is_open else ""
    return step_out(row, refused)


def _form(row: Step, given: dict[str, Any]) -> dict[str, Any]:
    fields = queries.procedure_of(row.run).activity(row.activity).form.fields
    return forms.taken(fields, given)
