"""One function per object: return it, or 404 for what is absent or another office's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from kelola.sop.models import HandOver, Run, Sop, SopVersion, StandingDisposition, Step, StepPause


def run(run_id: UUID) -> Run:
    """Return a run of the open office."""
    return get_object_or_404(
        Run.objects.select_related("version", "opened_by", "closed_by", "sop", "answer__asked_of"),
        id=run_id,
    )


def step(step_id: UUID) -> Step:
    """Return a step of the open office with its run and pauses."""
    return get_object_or_404(
        Step.objects.select_related(
            "run",
            "run__version",
            "run__sop",
            "run__opened_by",
            "assignee",
            "performer",
            "confirmation",
            "confirmation__answered_by",
            "confirmation__recorded_by",
            "sample__checked_by",
            "disposition",
        ).prefetch_related(Prefetch("pauses", StepPause.objects.all())),
        id=step_id,
    )


def sop(sop_id: UUID) -> Sop:
    """Return an SOP of the open office."""
    return get_object_or_404(Sop, id=sop_id)


def version(sop_row: Sop) -> SopVersion:
    """Return the version of an SOP that new runs open on, else the newest there is."""
    rows = list(SopVersion.objects.filter(sop=sop_row).order_by("-adopted_at", "-id"))
    if not rows:
        raise Http404
    return next((v for v in rows if v.state in ("in_force", "trial")), rows[0])


def version_of(sop_row: Sop, version_id: UUID) -> SopVersion:
    """Return one version of an SOP."""
    return get_object_or_404(SopVersion, sop=sop_row, id=version_id)


def disposition(disposition_id: UUID) -> StandingDisposition:
    """Return a standing disposition of the open office."""
    rows = StandingDisposition.objects.select_related("sop", "given_by", "withdrawn_by")
    return get_object_or_404(rows, id=disposition_id)


def handover(handover_id: UUID) -> HandOver:
    """Return a hand-over of the open office."""
    rows = HandOver.objects.select_related("giver", "receiver", "made_by")
    return get_object_or_404(rows, id=handover_id)


def id_of(text: str) -> UUID:
    """Return the id that a form posted; 404 for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
