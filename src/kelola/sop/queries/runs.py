"""Reads of runs: their steps, the rounds they take, and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import (
    Count,
    F,
    Prefetch,
    Q,
)

from kelola.office.scope import unscoped
from kelola.sop.models import (
    Answer,
    Run,
    Sop,
    Step,
    StepPause,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person

WITH_ANSWER = (
    "confirmation",
    "confirmation__answered_by",
    "confirmation__recorded_by",
    "sample__checked_by",
)


def steps_of(run: Run) -> list[Step]:
    """Return all steps of a run in the order they opened."""
    return list(
        Step.objects.filter(run=run)
        .select_related("assignee", "performer", "disposition", *WITH_ANSWER)
        .prefetch_related(Prefetch("pauses", StepPause.objects.all()))
        .order_by("position")
    )


def to_answer(person: Person, *, limit: int = 20) -> list[Answer]:
    """Return what a person is asked about runs they opened, the first to pass first."""
    asked = Answer.objects.filter(asked_of=person, answered_at__isnull=True)
    return list(asked.select_related("run", "run__closed_by").order_by("due_at", "id")[:limit])


def run_of(sop: UUID, strand: str, *, slot: str, opened_at: datetime) -> Run:
    """Return the run of a round, or without a slot the one that opened at a moment.

    Raises:
        Run.DoesNotExist: there is none, or it was cancelled.

    """
    runs = Run.objects.filter(sop=sop, strand=strand).exclude(state="cancelled")
    return runs.get(slot_key=slot) if slot else runs.get(slot_key="", opened_at=opened_at)


def done_by(person: Person, start: datetime, end: datetime, *, limit: int) -> list[Step]:
    """Return what a person did, decided or left undone from ``start`` up to ``end``, in order.

    Nothing is recorded before it is done, so the index of recordings bounds it from below.
    """
    steps = Step.objects.filter(
        performer=person, recorded_at__gte=start, performed_at__gte=start, performed_at__lt=end
    )
    with_run = steps.select_related("run").defer("form")
    return list(with_run.order_by("performed_at", "id")[:limit])


def offices_with_silence(at: datetime) -> list[UUID]:
    """Return the offices where somebody was waited for long enough; needs no scope."""
    with unscoped("the sweep looks at every office's answers, and only at their time"):
        silent = Answer.objects.filter(answered_at__isnull=True, due_at__lte=at)
        return sorted(set(silent.values_list("office_id", flat=True).order_by().iterator()))


def taken_slots(sop: Sop, strand: str) -> set[str]:
    """Return the slots of a strand that already have a run."""
    return set(
        Run.objects.filter(sop=sop, strand=strand)
        .exclude(state="cancelled")
        .exclude(slot_key="")
        .values_list("slot_key", flat=True)
    )


def taken_slots_of(sop: Sop) -> dict[str, set[str]]:
    """Return the slots that already have a run, by strand, in one query."""
    runs = Run.objects.filter(sop=sop).exclude(state="cancelled").exclude(slot_key="")
    found: dict[str, set[str]] = {}
    for strand, key in runs.values_list("strand", "slot_key"):
        found.setdefault(strand, set()).add(key)
    return found


def finished_counts(since: datetime) -> tuple[int, int, int]:
    """Return how many steps were finished since a moment, how many late, how many left undone."""
    done = Q(state__in=("done", "ordered", "returned"))
    closed = ("done", "ordered", "returned", "not_carried_out")
    counts = Step.objects.filter(recorded_at__gte=since, state__in=closed).aggregate(
        finished=Count("id", filter=done),
        late=Count("id", filter=done & Q(due_at__lt=F("performed_at"))),
        undone=Count("id", filter=Q(state="not_carried_out")),
    )
    return counts["finished"], counts["late"], counts["undone"]
