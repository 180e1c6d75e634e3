"""The first entry of the menu, and the settings at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kelola.registry import MenuEntry, SettingsPage, menu, settings_pages
from kelola.sop import queries
from kelola.ui.shell import Shortcut, shortcuts

if TYPE_CHECKING:
    from kelola.office.policies import Actor


def waiting(actor: Actor) -> int:
    """Return how many steps wait for somebody."""
    return queries.inbox_size(
        actor.person, queries.roles_through(actor.posts), timezone.localdate()
    )


GOVERNANCE = _("Governance")

menu.register("home.desk", MenuEntry(_("Work desk"), "desk", "home", order=0))
shortcuts.register("home.desk", Shortcut(letter="m", phone=_("Work desk"), counter=waiting))
menu.register(
    "home.settings", MenuEntry(_("Settings"), "settings", "settings", GOVERNANCE, order=90)
)
shortcuts.register("home.settings", Shortcut(letter="p"))
settings_pages.register(
    "home.history",
    SettingsPage(
        _("History of the office"),
        _("Who did what and when, and whether the history is whole"),
        "history",
        order=80,
    ),
)
settings_pages.register(
    "home.jobs",
    SettingsPage(
        _("Background work"),
        _("What Kelola does by itself, when it ran, and what failed"),
        "jobs",
        order=85,
    ),
)
settings_pages.register(
    "home.install",
    SettingsPage(
        _("Installing the safe address"),
        _("Address, certificate and steps for phones and computers of the office"),
        "install",
        order=80,
    ),
)
