"""What SOPs know that somebody holds: shown and written down when a post is handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kelola.registry import Held, Holding, holdings
from kelola.sop import queries
from kelola.sop.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kelola.office.models import Person
    from kelola.sop.models import Step

# Somebody with more open steps than these hands over an office, not a post.
MOST = 200


def _steps(person: Person, on: date) -> list[Held]:
    roles = queries.roles_of(person, on)
    return _told(queries.inbox(person, roles, on, limit=MOST))


def _words(person: Person, on: date) -> list[Held]:
    roles = queries.roles_of(person, on)
    return _told(queries.to_confirm(person, roles, limit=MOST))


def _told(steps: Iterable[Step]) -> list[Held]:
    found = []
    for step in steps:
        title = say(queries.procedure_of(step.run).activity(step.activity).title)
        words = f"{title}: {step.run.subject} ({step.run.number})"
        found.append(Held(step.activity, words, reverse("step", args=[step.pk])))
    return found


holdings.register("sop.steps", Holding(_("Open steps"), _steps))
holdings.register("sop.words", Holding(_("Words that are asked for"), _words))
