"""Runs and steps in the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kelola.evidence.uses import Place, Use, subject_id, uses
from kelola.search.kinds import Face, Findable, Kind, kinds
from kelola.sop import queries
from kelola.sop.models import Run, SopVersion, Step
from kelola.sop.services.findable import RUN, STEP, run_words, step_words
from kelola.sop.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from kelola.evidence.models import Document
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


def _places(ids: Sequence[UUID]) -> Mapping[UUID, Place]:
    return {
        run.id: Place(f"{run.number} · {run.subject}", reverse("run", args=[run.id]))
        for run in Run.objects.filter(id__in=ids)
    }


def _unused(documents: Sequence[Document]) -> set[UUID]:
    """Return the documents of runs that no form of their run names."""
    runs = [key for document in documents if (key := subject_id(document)[1]) is not None]
    named: set[str] = set()
    for form in Step.objects.filter(run__in=runs).values_list("form", flat=True):
        named |= _texts_in(form)
    return {document.pk for document in documents if str(document.pk) not in named}


def _texts_in(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for each in inner for text in _texts_in(each)}


def _versions(ids: Sequence[UUID]) -> Mapping[UUID, Place]:
    rows = SopVersion.objects.filter(id__in=ids).select_related("sop")
    return {v.id: Place(v.sop.number, reverse("sop_versions", args=[v.sop_id])) for v in rows}


uses.register(RUN, Use(_places, _unused))
uses.register("sop.version", Use(_versions, lambda _documents: set()))
kinds.register(RUN, Kind(_("Runs"), "runs", 10, _run_faces, _runs))
kinds.register(STEP, Kind(_("Steps"), "sop", 20, _step_faces, _steps))
