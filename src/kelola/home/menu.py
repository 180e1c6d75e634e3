"""The first entry of the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kelola.registry import MenuEntry, menu
from kelola.sop import queries
from kelola.ui.shell import Shortcut, shortcuts

if TYPE_CHECKING:
    from kelola.office.policies import Actor


def waiting(actor: Actor) -> int:
    """Return how many steps wait for somebody."""
    return queries.inbox_size(
        actor.person, queries.roles_through(actor.posts), timezone.localdate()
    )


menu.register("home.desk", MenuEntry(_("Work desk"), "desk", "home", order=0))
shortcuts.register("home.desk", Shortcut(letter="m", phone=_("Work desk"), counter=waiting))
