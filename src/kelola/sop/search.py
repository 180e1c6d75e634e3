"""Runs and steps in the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kelola.search.kinds import Face, Findable, Kind, kinds
from kelola.sop import queries
from kelola.sop.models import Run, Step
from kelola.sop.services.findable import RUN, STEP, run_words, step_words
from kelola.sop.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from kelola.sop.definition.shape import Activity


def _activity(step: Step) -> Activity:
    return queries.procedure_of(step.run).activity(step.activity)


def _run_faces(_actor: Any, ids: Sequence[UUID]) -> Mapping[UUID, Face]:
    return {
        run.id: Face(
            title=run.subject,
            url=reverse("run", args=[run.id]),
            detail=run.number,
            state=f"run.{run.state}",
            code=run.procedure,
        )
        for run in Run.objects.filter(id__in=ids)
    }


def _step_faces(_actor: Any, ids: Sequence[UUID]) -> Mapping[UUID, Face]:
    return {
        step.id: Face(
            title=step.run.subject,
            url=reverse("step", args=[step.id]),
            detail=f"{step.run.number} · {say(_activity(step).title)}",
            code=step.activity,
        )
        for step in Step.objects.filter(id__in=ids).select_related("run")
    }


def _runs(after: UUID | None, limit: int) -> Sequence[Findable]:
    rows = Run.objects.order_by("id")
    return [run_words(run) for run in (rows.filter(id__gt=after) if after else rows)[:limit]]


def _steps(after: UUID | None, limit: int) -> Sequence[Findable]:
    rows = Step.objects.select_related("run").order_by("id")
    page = (rows.filter(id__gt=after) if after else rows)[:limit]
    return [step_words(step, _activity(step).form.fields) for step in page]


kinds.register(RUN, Kind(_("Runs"), "runs", 10, _run_faces, _runs))
kinds.register(STEP, Kind(_("Steps"), "sop", 20, _step_faces, _steps))
