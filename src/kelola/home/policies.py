"""Who may open the first start and what comes before any office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from kelola.office.policies import Allowed, member, office_admin
from kelola.office.queries import has_office

if TYPE_CHECKING:
    from kelola.office.policies import Decision, Visitor


def member_or_first(visitor: Visitor) -> Decision:
    """Members of the office; anybody as long as there is none."""
    if visitor.user is None and not has_office():
        return Allowed()
    return member(visitor)


def setting_up(visitor: Visitor) -> Decision:
    """Administrators of an office that is being set up; for anybody else the address is none.

    Raises:
        Http404: nothing is being set up here.

    """
    actor = visitor.actor
    if actor is None or not actor.office.setup_step or not actor.membership.is_admin:
        raise Http404
    return office_admin(visitor)
