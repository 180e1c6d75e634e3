"""People and posts as the screens show them: their history, their appointments, the letterhead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.ledger import verbs as ledger
from kelola.ledger.queries import entries_of
from kelola.office.queries import names_of, titles_of
from kelola.office.rules import decree_state
from kelola.ui.parts import HistoryLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from kelola.office.models import Appointment, Office, Person, Post


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment with the state of its decree, as ``{% badge %}`` takes it."""

    row: Appointment
    badge: str
    ended: bool


def held(rows: Iterable[Appointment], on: date) -> list[Held]:
    """Return appointments with where they stand on a day."""
    found = []
    for row in rows:
        state = decree_state(row.valid_from, row.valid_until, on)
        found.append(Held(row, f"decree.{state}", state == "ended"))
    return found


def history(office: UUID, objects: list[str], own: dict[str, str]) -> list[HistoryLine]:
    """Return what the ledger of an office knows of these objects, newest first.

    ``own`` names objects that are no person and no post, by what the ledger calls them.
    """
    entries = entries_of(str(office), objects)
    ids = {key.rpartition(":")[2] for key in ledger.ids_in(entries)}
    known = {"system": _("Kelola"), **titles_of(ids), **names_of(ids)}

    def name(key: str) -> str:
        return own.get(key) or known.get(key.rpartition(":")[2]) or _("somebody")

    lines = [HistoryLine(line.at, line.text) for line in ledger.sentences(entries, name)]
    return lines[::-1]


def history_of_person(person: Person, rows: Iterable[Appointment]) -> list[HistoryLine]:
    """Return the history of a person with their posts and account."""
    objects = [f"office.person:{person.pk}"]
    objects += [f"office.appointment:{row.pk}" for row in rows]
    membership = getattr(person, "membership", None)
    if membership is not None:
        objects.append(f"office.membership:{membership.pk}")
    return history(person.office_id, objects, {})


def history_of_post(post: Post, rows: Iterable[Appointment]) -> list[HistoryLine]:
    """Return the history of a post and of who was appointed to it."""
    objects = [f"office.post:{post.pk}", *(f"office.appointment:{row.pk}" for row in rows)]
    return history(post.office_id, objects, {})


def history_of_office(office: Office) -> list[HistoryLine]:
    """Return what became of the office's settings."""
    name = f"office.office:{office.pk}"
    return history(office.pk, [name], {name: office.short_name})
