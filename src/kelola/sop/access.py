"""One function per object: return it, or 404 for what is absent or another office's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from kelola.sop.models import Run, Sop, SopVersion, Step, StepPause

if TYPE_CHECKING:
    from uuid import UUID


def run(run_id: UUID) -> Run:
    """Return a run of the open office."""
    return get_object_or_404(Run.objects.select_related("version", "opened_by", "sop"), id=run_id)


def step(step_id: UUID) -> Step:
    """Return a step of the open office with its run and pauses."""
    return get_object_or_404(
        Step.objects.select_related(
            "run", "run__version", "run__sop", "run__opened_by", "assignee", "performer"
        ).prefetch_related(Prefetch("pauses", StepPause.objects.all())),
        id=step_id,
    )


def sop(sop_id: UUID) -> Sop:
    """Return an SOP of the open office."""
    return get_object_or_404(Sop, id=sop_id)


def version(sop_row: Sop) -> SopVersion:
    """Return the newest version of an SOP."""
    newest = SopVersion.objects.filter(sop=sop_row).order_by("-adopted_at", "-id").first()
    if newest is None:
        raise Http404
    return newest
