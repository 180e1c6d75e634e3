"""One act of a person on a step: lock, role, the engine's command, the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kelola.ledger.services import append
from kelola.sop import engine, policies, queries
from kelola.sop.services import rows
from kelola.sop.services.answers import ask_opener
from kelola.sop.services.runs import opened_data
from kelola.sop.services.standing import pass_by_rule
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person
    from kelola.sop.models import Step


class Act:
    """One act on a locked step: loads, checks the person's role, applies the engine's command.

    With ``part`` any part in the procedure will do: who records what somebody else decided.
    """

    def __init__(self, step_id: UUID, by: Person, at: datetime, *, part: bool = False) -> None:
        self.loaded = rows.load_with_step(step_id)
        self.step = next(s for s in self.loaded.steps.values() if s.id == step_id)
        self.activity = self.loaded.value.procedure.activity(self.step.activity)
        self.by, self.at = by, at
        # What the same act settles next: no standing disposition comes before it.
        self.kept: Collection[str] = ()
        self._require_role(part=part)

    def _require_role(self, *, part: bool) -> None:
        today = workcal.local(self.loaded.calendar, self.at).date()
        held = queries.roles_of(self.by, today)
        self.roles = held.of(self.loaded.row.sop_id)
        # The order by which somebody acts as Plh. or Plt.; empty for who holds the post.
        self.acting_for = held.orders.get((self.loaded.row.sop_id, self.step.role), "")
        if part:
            value = self.loaded.value
            policies.require(policies.may_open(self.roles, value.procedure, value.strand))
            return
        title = self.loaded.value.procedure.role(self.step.role).title.id
        policies.require(policies.may_act(self.roles, self.step.role, title))

    @property
    def key(self) -> tuple[str, int]:
        """The step as the engine names it: activity and attempt."""
        return self.step.activity, self.step.attempt

    def apply(self, command: engine.Command) -> list[Step]:
        """Carry out the command and save its steps; return the newly opened ones."""
        after, _facts = engine.advance(self.loaded.value, command, self.loaded.calendar, self.at)
        return rows.save(self.loaded, after, self.at)

    def tell(self, verb: str, **data: Any) -> None:
        """Write the ledger entry of this act."""
        self._append(verb, self.step, str(self.by.id), self.acting_for, data)

    def tell_of(self, step: Step, verb: str, opened: list[Step], **data: Any) -> None:
        """Write an entry of what happened to another step by itself, in consequence."""
        self._append(verb, step, "system", "", {**data, "opened": opened_data(opened)})

    def _append(
        self, verb: str, step: Step, by: str, acting_for: str, data: dict[str, Any]
    ) -> None:
        about: dict[str, Any] = {
            "step": str(step.id),
            "activity": step.activity,
            "attempt": step.attempt,
        }
        append(
            office=step.office_id,
            at=self.at,
            by=by,
            acting_for=acting_for,
            verb=verb,
            object=f"sop.run:{step.run_id}",
            data={**about, "attempt": step.attempt, **data},
        )

    def complete(self) -> None:
        """Pass what a standing disposition settles; close the run's row when it came to its end."""
        pass_by_rule(self)
        if self.loaded.value.state is not engine.RunState.COMPLETED:
            return
        row = self.loaded.row
        row.state = engine.RunState.COMPLETED
        row.closed_at = rows.closing_time(self.loaded.value, self.at)
        row.closed_by = self.by
        row.save(update_fields=["state", "closed_at", "closed_by"])
        append(
            office=row.office_id,
            at=self.at,
            by=str(self.by.id),
            verb="sop.run.completed",
            object=f"sop.run:{row.id}",
        )
        ask_opener(row, self.loaded.calendar, by=self.by, at=self.at)

    def require_free(self) -> None:
        """Refuse when somebody else works on the step; taking it over is an act of its own."""
        if self.step.assignee_id not in (None, self.by.id):
            raise engine.Refusal(
                engine.RefusalCode.ASSIGNED_TO_OTHER,
                self.step.activity,
                assignee=str(self.step.assignee_id),
            )
