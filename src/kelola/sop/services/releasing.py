"""Give back what somebody had taken up who works here no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from kelola.ledger.services import Fact, append_all
from kelola.office.models import Membership
from kelola.office.scope import current_office
from kelola.sop.models import STILL_OPEN, Run, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID


@transaction.atomic
def release_steps(*, people: Iterable[UUID], by: str, at: datetime) -> int:
    """Free the open steps that these people of the open office had taken up; return how many.

    The steps stay with their role, and what was typed stays on the form. Who has access again is
    left alone, so that a follower may hear of an ended access late or twice.
    """
    back = Membership.objects.filter(person__in=people, is_active=True).values("person_id")
    taken = Step.objects.filter(STILL_OPEN, assignee__in=people).exclude(assignee__in=back)
    # Acts lock the run: whoever finishes one of these steps now takes their turn.
    runs = Run.objects.filter(pk__in=taken.values("run_id")).order_by("pk")
    locked = [run.pk for run in runs.select_for_update()]
    return _free(list(taken.filter(run__in=locked).order_by("pk")), by, at)


@transaction.atomic
def release_roles(
    *, person: UUID, roles: Collection[tuple[UUID, str]], by: str, at: datetime
) -> int:
    """Free the open steps of these roles, (SOP id, role), that somebody had taken up."""
    wanted = Q(pk__in=[])
    for sop, role in roles:
        wanted |= Q(sop=sop, role=role)
    taken = Step.objects.filter(STILL_OPEN, wanted, assignee=person)
    runs = Run.objects.filter(pk__in=taken.values("run_id")).order_by("pk")
    locked = [run.pk for run in runs.select_for_update()]
    return _free(list(taken.filter(run__in=locked).order_by("pk")), by, at)


def _free(steps: list[Step], by: str, at: datetime) -> int:
    Step.objects.filter(pk__in=[step.pk for step in steps]).update(assignee=None)
    append_all(office=current_office(), at=at, by=by, facts=[_fact(step) for step in steps])
    return len(steps)


def _fact(step: Step) -> Fact:
    return Fact(
        "sop.step.released",
        f"sop.run:{step.run_id}",
        {
            "step": str(step.id),
            "activity": step.activity,
            "attempt": step.attempt,
            "person": str(step.assignee_id),
        },
    )
