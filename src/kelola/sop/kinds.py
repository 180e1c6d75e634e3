"""Which code performs an activity: the store of kinds and the rule for kinds not installed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelola.sop.definition.shape import Activity
    from kelola.sop.rules import FieldProblem

GENERIC = "sop.generic"


class ActivityKind(Protocol):
    """The code behind an activity.

    ``template`` draws the form on the step page; ``problems`` judges whether the output that the
    activity names is there, so that a step can't be finished without it.
    """

    key: str
    template: str

    def problems(
        self, activity: Activity, data: Mapping[str, Any], *, complete: bool
    ) -> tuple[FieldProblem, ...]:
        """Return what is missing or wrong in the data of the form."""


kinds: Store[ActivityKind] = Store("activity kinds")


def resolve(kind: str) -> str:
    """Return the kind a new step opens with: its own when installed, else the generic one."""
    return kind if kind in kinds else GENERIC
