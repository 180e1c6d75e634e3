"""May this person act on this run or step? Answers carry their reason, for the disabled button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.office.policies import Allowed, Decision, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from kelola.sop.definition.shape import Procedure, Strand


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles a person holds on a day, by SOP id, through valid posts.

    ``orders`` are the ids of the orders by which a Plh. or Plt. performs a role, and by nothing
    else: by (SOP id, role).
    """

    by_sop: Mapping[UUID, frozenset[str]]
    orders: Mapping[tuple[UUID, str], str] = field(default_factory=dict)

    def of(self, sop_id: UUID) -> frozenset[str]:
        """Return the roles in one SOP."""
        return self.by_sop.get(sop_id, frozenset())


class NotAllowed(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """A service was asked for something its caller may not do. ``reason`` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def require(decision: Decision) -> None:
    """Raise NotAllowed unless the decision allows."""
    if isinstance(decision, Refused):
        raise NotAllowed(str(decision.reason))


def may_act(roles: frozenset[str], role: str, role_title: str) -> Decision:
    """Decide whether somebody with these roles may work on a step of ``role``."""
    if role in roles:
        return Allowed()
    return Refused(_("This step is for %(role)s.") % {"role": role_title})


def may_open(roles: frozenset[str], procedure: Procedure, strand: Strand) -> Decision:
    """Decide whether somebody with these roles may open a run of the strand.

    Whoever has a part in the strand may: the one who notices opens it, the SOP's actors do it.
    """
    parts = {procedure.activity(key).actor for key in strand.activities} | {procedure.head}
    if roles & parts:
        return Allowed()
    return Refused(_("Only somebody with a part in this procedure can open it."))


def may_confirm(roles: frozenset[str], role: str, role_title: str, *, own: bool) -> Decision:
    """Decide whether somebody may confirm that a step was not carried out: never their own word."""
    if role not in roles:
        return Refused(_("This confirmation is asked of %(role)s.") % {"role": role_title})
    if own:
        return Refused(_("You recorded it yourself; somebody else must confirm it."))
    return Allowed()


def may_close_month(roles: frozenset[str], heads: frozenset[str]) -> Decision:
    """Decide whether somebody may close a month: who heads one of its procedures may."""
    if roles & heads:
        return Allowed()
    return Refused(_("Only the head of these procedures can close the month."))


def may_export(*, admin: bool, leads: bool) -> Decision:
    """Decide whether somebody may take the log of all runs along: administrators, and heads."""
    if admin or leads:
        return Allowed()
    return Refused(_("Only an administrator or the head of a procedure takes the log along."))


def may_see_evidence(roles: frozenset[str]) -> Decision:
    """Decide whether somebody may see and take the evidence of an SOP: who has a part in it may."""
    if roles:
        return Allowed()
    return Refused(_("Only somebody with a part in this SOP, or an administrator, may see this."))


def may_check(*, drawn: bool, checked: bool) -> Decision:
    """Decide whether somebody may check a step: one that the draw brought up for them, once."""
    if checked:
        return Refused(_("This sample was already checked."))
    if not drawn:
        return Refused(_("This step is not among the samples that were drawn for you."))
    return Allowed()


def may_cancel(roles: frozenset[str], procedure: Procedure, head_title: str) -> Decision:
    """Decide whether somebody with these roles may cancel a run: the procedure's head may."""
    if procedure.head in roles:
        return Allowed()
    return Refused(_("Only %(role)s can cancel this.") % {"role": head_title})
