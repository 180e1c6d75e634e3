"""Runs for programs."""

# Annotations are read at run time by ninja, so they are no strings here.
from typing import Annotated, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from kelola.evidence.api import FileOut, file_out
from kelola.evidence.queries import documents_of
from kelola.office.http import OfficeRequest
from kelola.sop import access, lists, queries, rules, services
from kelola.sop.api.refusals import refusals
from kelola.sop.api.shapes import RunOut, RunRow, RunState, run_out, run_row
from kelola.sop.models import Origin
from kelola.ui.http import paging
from kelola.ui.http.operations import In, Out, answers, reads, works
from kelola.ui.http.problem import Problem
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

router = Router(tags=["runs"], auth=reads)
SORTS = {"newest": lists.Sort.NEWEST, "oldest": lists.Sort.OLDEST, "due": lists.Sort.DUE}


class RunFilters(paging.Paged):
    """Which runs are wanted; only those that meet all of it are listed."""

    state: RunState | None = None
    """Where they stand."""
    sop: UUID | None = None
    """Id of the SOP."""
    procedure: Annotated[str, Field(max_length=20)] = ""
    """Code of the procedure; needs ``sop``."""
    strand: Annotated[str, Field(max_length=40)] = ""
    """Key of the strand; needs ``procedure``."""
    opened_by: UUID | None = None
    """Id of the person who opened them."""
    late: bool = False
    """Only those with a step past its due."""
    text: Annotated[str, Field(max_length=100)] = ""
    """Words that the number or the subject contains."""
    sort: Literal["newest", "oldest", "due"] = "newest"
    """In which order; ``due`` lists open runs only, the nearest due first."""


class RunPage(paging.Page[RunRow]):
    """Runs of the office."""


class RunToOpen(In):
    """What a new run is about."""

    sop_id: UUID
    """The SOP."""
    strand: Annotated[str, Field(min_length=1, max_length=40)]
    """Key of the strand: ``C2-C7``."""
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    """What it is about, in a few words."""
    round: Annotated[str, Field(max_length=20)] | None = None
    """The turn it stands for, from ``GET /sops/{sop_id}/strands``; only for strands on schedule."""


class Reason(In):
    """Why a run is given up."""

    reason: Annotated[str, Field(min_length=1, max_length=rules.MAX_LONG_TEXT)]
    """In words; it stands in the run's history."""


class Files(Out):
    """The files of a run."""

    items: list[FileOut]
    """Oldest first."""


@router.get("/runs", response=answers(RunPage))
def runs(request: OfficeRequest, asked: Query[RunFilters]) -> RunPage:
    """List runs.

    The runs of the office, the newest first unless asked otherwise, with their open steps.
    """
    if (asked.procedure and not asked.sop) or (asked.strand and not asked.procedure):
        words = _("A strand is named with its procedure, and that with its SOP.")
        raise Problem(400, "bad_parameter", words, errors=[("sop", words)])
    place = paging.place("runs", asked.after, str)
    wanted = lists.RunsAsked(
        state=asked.state or "",
        sop=asked.sop,
        procedure=asked.procedure,
        strand=asked.strand,
        opened_by=asked.opened_by,
        late=asked.late,
        text=asked.text,
        sort=SORTS[asked.sort],
    )
    try:
        found, following = lists.page(
            wanted, at=timezone.now(), after=place[0] if place else "", limit=asked.limit
        )
    except ValueError:  # a place in another order
        raise paging.bad_cursor() from None
    return RunPage(
        items=[RunRow(**run_row(run, run.open_steps)) for run in found],  # type: ignore[attr-defined] # prefetched by lists
        next=paging.link(request, "runs", (following,)) if following else None,
    )


@router.get("/runs/{uuid:run_id}", response=answers(RunOut, 404))
def run(request: OfficeRequest, run_id: UUID) -> RunOut:
    """Show a run with its steps."""
    del request
    return run_out(access.run(run_id))


@router.get("/runs/{uuid:run_id}/files", response=answers(Files, 404))
def run_files(request: OfficeRequest, run_id: UUID) -> Files:
    """List the files of a run."""
    del request
    row = access.run(run_id)
    return Files(items=[file_out(found) for found in documents_of(f"sop.run:{row.id}")])


@router.post("/runs", auth=works, response=answers(RunOut, 404, 409, status=201, body=True))
def run_open(request: OfficeRequest, wanted: RunToOpen, response: HttpResponse) -> Status[RunOut]:
    """Open a run.

    Whoever has a part in the strand may; the first step becomes somebody's turn.
    """
    found = queries.strand_in_use(wanted.sop_id, wanted.strand)
    if found is None:
        raise Http404
    version, procedure = found
    rule = procedure.strand(wanted.strand).rule
    calendar = calendar_of(version.office_id)
    today = workcal.local(calendar, timezone.now()).date()
    slots = rules.rounds(calendar, rule, today) if rule else []
    slot = next((s for s in slots if s.key == wanted.round), None)
    subject = " ".join(wanted.subject.split())
    if wanted.round and slot is None:
        _lacks("/round", _("Choose the round from the list."))
    if not subject:
        _lacks("/subject", _("Say in a few words what it is about."))
    with refusals():
        opened = services.open_run(
            version=version,
            procedure=procedure.code,
            strand=wanted.strand,
            subject=subject,
            slot=slot,
            origin=Origin.SCHEDULE if slot else Origin.REQUEST,
            by=request.actor.person,
            at=timezone.now(),
        )
    response["Location"] = f"{request.path}/{opened.id}"
    return Status(201, run_out(access.run(opened.id)))


@router.post(
    "/runs/{uuid:run_id}/cancel", auth=works, response=answers(RunOut, 404, 409, body=True)
)
def run_cancel(request: OfficeRequest, run_id: UUID, why: Reason) -> RunOut:
    """Cancel a run.

    The head of the procedure may; the run keeps its number, its open steps are closed.
    """
    row = access.run(run_id)
    with refusals(reason_missing="/reason"):
        services.cancel_run(
            run_id=row.id, reason=why.reason, by=request.actor.person, at=timezone.now()
        )
    return run_out(access.run(row.id))


def _lacks(pointer: str, words: str) -> None:
    raise Problem(422, "invalid", words, errors=[(pointer, words)])
