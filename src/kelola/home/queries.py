"""Reads of pages that gather what apps register."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import URLResolver, get_resolver

from kelola.office.http import policy_table
from kelola.office.policies import Policy, Visitor
from kelola.registry import settings_pages

if TYPE_CHECKING:
    from kelola.office.policies import Actor
    from kelola.registry import SettingsPage


def settings_for(actor: Actor) -> list[SettingsPage]:
    """Return the pages of the settings that this person may open, in their order."""
    policies, visitor = _policies(get_resolver()), Visitor(actor.user, actor)
    pages = sorted(settings_pages.values(), key=lambda page: page.order)
    return [page for page in pages if policies[page.url_name](visitor)]


@lru_cache(maxsize=4)
def _policies(resolver: URLResolver) -> dict[str, Policy]:
    return policy_table(resolver)
