"""SOPs for programs."""

# Annotations are read at run time by ninja, so they are no strings here.
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router

from kelola.office.api import PostName, post_name
from kelola.office.http import OfficeRequest
from kelola.office.policies import Refused
from kelola.sop import access, policies, queries, rules
from kelola.sop.api.shapes import Round, Words, words
from kelola.sop.definition.shape import Procedure, Strand
from kelola.sop.models import SopVersion
from kelola.ui.http import paging
from kelola.ui.http.operations import Moment, Out, answers, reads
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

router = Router(tags=["sops"], auth=reads)


class VersionOut(Out):
    """A version of an SOP."""

    id: UUID
    """Id of the version."""
    state: Literal["draft", "trial", "in_force", "superseded", "revoked"]
    """Its life."""
    adopted_at: Moment
    """When the office took it into use."""
    effective_on: date | None
    """The day it takes effect."""
    hash: str
    """SHA-256 of the canonical definition."""


class SopRow(Out):
    """An SOP in use."""

    id: UUID
    """Id of the SOP."""
    number: str
    """Its number: ``SOP/AS/29``."""
    title: Words
    """Its title."""
    version: VersionOut
    """The version that new runs open on."""


class SopOut(SopRow):
    """An SOP with its definition."""

    definition: dict[str, Any]
    """The definition in the format of SOP files: identity, procedures, activities, forms."""
    actors: dict[str, list[PostName]]
    """The posts that perform each role of the SOP."""


class SopPage(paging.Page[SopRow]):
    """SOPs in use, by number."""


class RoundToOpen(Round):
    """A turn that may be opened."""

    taken: bool
    """Whether it already has a run."""


class StrandOut(Out):
    """A way to open a run."""

    procedure: str
    """Code of the procedure."""
    strand: str
    """Key of the strand, for ``POST /runs``."""
    title: Words
    """Its name."""
    activities: list[str]
    """The activities it runs through."""
    needs_round: bool
    """Whether a round must be given."""
    rounds: list[RoundToOpen]
    """The rounds to choose from: the running one and up to four before."""
    refused: str
    """Why the owner of the key can't open it, in words; empty if they can."""


class Strands(Out):
    """The ways to open a run of an SOP."""

    items: list[StrandOut]
    """In the SOP's order."""


@router.get("/sops", response=answers(SopPage))
def sops(request: OfficeRequest, paged: Query[paging.Paged]) -> SopPage:
    """List the SOPs in use.

    Those that new runs can be opened on: in force or on trial.
    """
    place = paging.place("sops", paged.after, str, UUID)
    rows = sorted(queries.current_versions(), key=lambda v: (v.sop.number, v.sop_id))
    if place is not None:
        rows = [v for v in rows if (v.sop.number, v.sop_id) > place]
    shown, following = paging.cut(
        request, "sops", rows, paged.limit, lambda v: (v.sop.number, v.sop_id)
    )
    return SopPage(items=[SopRow(**_row(v)) for v in shown], next=following)


@router.get("/sops/{uuid:sop_id}", response=answers(SopOut, 404))
def sop(request: OfficeRequest, sop_id: UUID) -> SopOut:
    """Show an SOP with its definition.

    The newest version, also one that is no longer in force.
    """
    del request
    row = access.sop(sop_id)
    version = access.version(row)
    posts = queries.posts_by_role(row)
    return SopOut(
        **_row(version),
        definition=version.definition.data,
        actors={role: [post_name(post) for post in held] for role, held in sorted(posts.items())},
    )


@router.get("/sops/{uuid:sop_id}/strands", response=answers(Strands, 404))
def strands(request: OfficeRequest, sop_id: UUID) -> Strands:
    """List what can be opened.

    Every strand of the SOP, with its rounds, and why the owner of the key can't open it.
    """
    row = access.sop(sop_id)
    version = next((v for v in queries.current_versions() if v.sop_id == row.id), None)
    if version is None:
        return Strands(items=[])
    roles = queries.roles_through(request.actor.posts).of(row.id)
    taken = queries.taken_slots_of(row)
    procedures = queries.definition(version.definition_id).procedures
    return Strands(
        items=[
            _strand(procedure, strand, roles, taken.get(strand.key, set()), request)
            for procedure in procedures
            for strand in procedure.strands
        ]
    )


def _row(version: SopVersion) -> dict[str, Any]:
    row = version.sop
    return {
        "id": row.id,
        "number": row.number,
        "title": Words(id=row.title_id, en=row.title_en),
        "version": VersionOut(
            id=version.id,
            state=version.state,
            adopted_at=version.adopted_at,
            effective_on=version.effective_on,
            hash=version.definition_id,
        ),
    }


def _strand(
    procedure: Procedure,
    strand: Strand,
    roles: frozenset[str],
    taken: set[str],
    request: OfficeRequest,
) -> StrandOut:
    decision = policies.may_open(roles, procedure, strand)
    found = []
    if strand.rule:
        calendar = calendar_of(request.actor.office.id)
        today = workcal.local(calendar, timezone.now()).date()
        found = rules.rounds(calendar, strand.rule, today)
    return StrandOut(
        procedure=procedure.code,
        strand=strand.key,
        title=words(strand.title),
        activities=list(strand.activities),
        needs_round=rules.needs_slot(strand),
        rounds=[
            RoundToOpen(key=s.key, opens_on=s.opens_on, due_on=s.due_on, taken=s.key in taken)
            for s in found
        ],
        refused=str(decision.reason) if isinstance(decision, Refused) else "",
    )
