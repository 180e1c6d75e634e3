"""The generic kind: a real form from the definition, for activities without code of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kelola.sop import rules
from kelola.sop.kinds import GENERIC, kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelola.sop.definition.shape import Activity


class GenericActivity:
    """Fills the form that the SOP file gives the activity."""

    key = GENERIC
    template = "sop/parts/generic_form.html"

    def problems(
        self, activity: Activity, data: Mapping[str, Any], *, complete: bool
    ) -> tuple[rules.FieldProblem, ...]:
        """Judge the data by the activity's own fields."""
        return rules.problems(activity.form.fields, data, complete=complete)


kinds.register(GENERIC, GenericActivity())
