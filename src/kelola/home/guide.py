"""The help: short pages in both languages, and which of them explains which screen.

Each page is a template ``home/help/<language>/<key>.html``; a new one takes a line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the help. ``screens`` are the URL names it explains, or how they begin."""

    key: str
    title: str | Promise
    screens: tuple[str, ...] = ()


TOPICS = (
    Topic("hari-pertama", _("The first day"), ("desk", "account_login", "account_change")),
    Topic("membuka", _("Opening a run"), ("run_new", "run_open", "runs", "run")),
    Topic("langkah", _("Doing a step"), ("step", "step_", "sop", "sop_")),
    Topic("mengembalikan", _("Returning a step")),
    Topic("jam", _("Clocks, due times, and stopping a clock"), ("step_pause", "calendar_due")),
    Topic("berkas", _("Files and papers"), ("file", "document", "verification", "run_paper")),
    Topic("mencari", _("Finding things"), ("search", "saved_view")),
    Topic("kalender", _("The working calendar"), ("calendar",)),
    Topic("jabatan", _("People, posts and decrees"), ("pe", "post", "decree", "appoint", "import")),
    Topic(
        "pengaman",
        _("Signing in safely"),
        ("account", "second_factor", "pin", "totp", "passkey", "factor", "recovery", "sign_in"),
    ),
    Topic("jaringan", _("Phone, office network, no internet"), ("install",)),
    Topic("pengurus", _("For administrators"), ("settings", "history", "jobs", "job_", "start")),
)


def topic(key: str) -> Topic | None:
    """Return the page with this key, or None."""
    return next((found for found in TOPICS if found.key == key), None)


def topic_for(screen: str) -> Topic | None:
    """Return the page that explains a screen best: the one that names most of its URL name."""
    fits = [
        (len(name), found)
        for found in TOPICS
        for name in found.screens
        if screen == name or screen.startswith(name)
    ]
    return max(fits, key=lambda pair: pair[0])[1] if fits else None
