"""The deeds of a run: each finds its run by what the story knows of it, and acts by a service."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist

from kelola.registry import Deed, Missed
from kelola.sop import queries, services
from kelola.sop.models import (
    OPEN_STEP_STATES,
    Confirmation,
    ConfirmationKind,
    ConfirmationState,
    Origin,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from kelola.registry import World
    from kelola.sop.demo.roads import Turn
    from kelola.sop.models import SopVersion
    from kelola.workcal import rules as workcal


def version() -> SopVersion:
    """Return the version of the SOP that the demo office works by."""
    return queries.current_versions()[0]


def deed(at: datetime, key: str, do: Callable[[], object]) -> Deed:
    """Return a deed that misses, and breaks nothing, where somebody was quicker."""

    def act() -> None:
        try:
            do()
        except (*services.REFUSALS, ObjectDoesNotExist) as refusal:
            raise Missed(str(refusal)) from refusal

    return Deed(at, f"sop {key}", act)


@dataclass(frozen=True, slots=True)
class Thread:
    """One run of the story: found by its round, or by the moment at which it opened."""

    world: World
    procedure: str
    strand: str
    opened_at: datetime
    slot: workcal.Slot | None = None

    @property
    def _here(self) -> dict[str, Any]:
        """What the run's row is found by, as conditions of a step or a confirmation."""
        if self.slot:
            return {"run__slot_key": self.slot.key}
        return {"run__slot_key": "", "run__opened_at": self.opened_at}

    def step(self, activity: str) -> Step:
        """Return the open attempt at an activity; raises ``Step.DoesNotExist``."""
        return Step.objects.get(
            run__strand=self.strand,
            activity=activity,
            state__in=OPEN_STEP_STATES,
            **self._here,
        )

    def opening(self, by: str, subject: str) -> Deed:
        """Open the run on request."""
        return deed(
            self.opened_at,
            f"open {self.strand}",
            lambda: services.open_run(
                version=version(),
                procedure=self.procedure,
                strand=self.strand,
                subject=subject,
                slot=None,
                origin=Origin.REQUEST,
                by=self.world.people[by],
                at=self.opened_at,
            ),
        )

    def turns(self, turns: Sequence[Turn]) -> Iterator[Deed]:
        """Yield what finishes the steps of a plan."""
        for place, turn in enumerate(turns):
            key = f"{self.strand} {self.opened_at.isoformat()} {place:02}"
            if turn.waited is not None:
                yield deed(turn.waited, key, partial(self._meet, turn))
            yield deed(turn.told_at, f"{key} {turn.activity}", partial(self._finish, turn))

    def _meet(self, turn: Turn) -> None:
        step = self.step(turn.activity)
        by, at = self.world.people[turn.by], turn.waited or turn.done_at
        services.meet_requirement(step_id=step.id, since=at, by=by, at=at)

    def _finish(self, turn: Turn) -> None:
        step = self.step(turn.activity)
        by = self.world.people[turn.by]
        form = self.world.form(
            turn.activity,
            turn.own,
            at=turn.done_at,
            kept_at=turn.told_at,
            subject=f"sop.run:{step.run_id}",
            by=str(by.id),
            slot=self.slot,
        )
        earlier: dict[str, Any] = {"performed_at": turn.done_at} if turn.late_reason else {}
        services.finish_step(
            step_id=step.id,
            outcome=turn.outcome,
            data=form,
            remarks=turn.remarks,
            revision=step.revision,
            by=by,
            at=turn.told_at,
            late_reason=turn.late_reason,
            **earlier,
        )

    def undone(self, activity: str, by: str, reason: str, at: datetime) -> Deed:
        """Say that a step is not carried out."""
        return deed(
            at,
            f"undone {activity}",
            lambda: services.leave_undone(
                step_id=self.step(activity).id, reason=reason, by=self.world.people[by], at=at
            ),
        )

    def confirmed(self, activity: str, at: datetime, day: Any) -> Deed:
        """Let a superior say the word that is asked for on a step."""

        def answer() -> None:
            here = {f"step__{name}": value for name, value in self._here.items()}
            row = Confirmation.objects.get(
                step__run__strand=self.strand, step__activity=activity, **here
            )
            by = self.world.people[self.world.holder(row.role, day)]
            if row.kind == ConfirmationKind.ORDER:
                services.ratify_orders(step_ids=[row.step_id], by=by, at=at)
            else:
                given = ConfirmationState.GIVEN
                services.answer(step_id=row.step_id, state=given, remarks="", by=by, at=at)

        return deed(at, f"confirmed {activity}", answer)

    def ordered(self, activity: str, by: str, giver: str, words: str, at: datetime) -> Deed:
        """Record that a superior decided a step by word of mouth."""

        def order() -> None:
            step = self.step(activity)
            services.record_order(
                step_id=step.id,
                ordered_by=self.world.people[giver],
                ordered_at=at,
                outcome="do",
                words=words,
                by=self.world.people[by],
                at=at,
            )

        return deed(at, f"ordered {activity}", order)
