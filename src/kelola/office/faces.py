"""People and posts as the screens show them: their history, their appointments, the letterhead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kelola.ledger import verbs as ledger
from kelola.ledger.queries import entries_of
from kelola.office.queries import acting_title, names_of, titles_of
from kelola.office.rules import AbsenceKind, AppointmentKind, DecreeState, decree_state
from kelola.ui.parts import HistoryLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from django.utils.functional import Promise

    from kelola.office.models import Absence, Appointment, Office, Person, Post
    from kelola.office.queries import Unattended


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment with the state of its decree, as ``{% badge %}`` takes it."""

    row: Appointment
    badge: str
    ended: bool
    title: str
    acting: bool


def held(rows: Iterable[Appointment], on: date) -> list[Held]:
    """Return appointments with where they stand on a day."""
    found = []
    for row in rows:
        state = decree_state(row.valid_from, row.valid_until, on)
        acting = row.kind != AppointmentKind.DEFINITIVE
        if acting and state is DecreeState.ENDING_SOON:  # an order ends soon from its first day on
            state = DecreeState.IN_FORCE
        title = acting_title(row)
        found.append(Held(row, f"decree.{state}", state == "ended", title, acting))
    return found


# An illness is nobody's business: others read that somebody cannot come.
WHY_AWAY: dict[str, str | Promise] = {
    AbsenceKind.LEAVE: lazy("On leave"),
    AbsenceKind.TRAVEL: lazy("Travelling on duty"),
    AbsenceKind.ILLNESS: lazy("Unable to come"),
}


def nobody_acts(found: Unattended) -> str:
    """Return why a post is attended by nobody, as who waits for it reads it."""
    sentences = {
        AbsenceKind.LEAVE: _("%(post)s is on leave and there is no Plh. yet."),
        AbsenceKind.TRAVEL: _("%(post)s travels on duty and there is no Plh. yet."),
        AbsenceKind.ILLNESS: _("%(post)s is unable to come and there is no Plh. yet."),
    }
    vacant = _("The post %(post)s is vacant and there is no Plt. yet.")
    words = {str(kind): sentence for kind, sentence in sentences.items()}
    return words.get(found.kind, vacant) % {"post": found.post.label}


def order_url(found: Unattended) -> str:
    """Return the address where somebody is ordered to act for a post, the days filled in."""
    asked = {"sebagai": "plh" if found.kind else "plt"}
    if found.since and found.until:
        asked |= {"mulai": found.since.isoformat(), "sampai": found.until.isoformat()}
    return f"{reverse('appoint', args=[found.post.pk])}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as its own person and administrators see it."""

    row: Absence
    why: str | Promise
    state: str
    tone: str
    open: bool


def away(rows: Iterable[Absence], on: date) -> list[Away]:
    """Return absences with where they stand on a day; what never came about is left out."""
    found = []
    for row in rows:
        if row.ends_on < row.starts_on:
            continue
        if row.ends_on < on:
            state, tone = _("Over"), "plain"
        else:
            away_now = row.starts_on <= on
            state, tone = (_("Away"), "gold") if away_now else (_("Not begun yet"), "plain")
        found.append(Away(row, WHY_AWAY[row.kind], state, tone, row.ends_on >= on))
    return found


@dataclass(frozen=True, slots=True)
class StandIn:
    """An order to act as one of its two people reads it; ``own``: somebody stands in for them."""

    row: Appointment
    words: str
    own: bool


def stand_ins(rows: Iterable[Appointment], person: Person) -> list[StandIn]:
    """Return the orders in force that concern somebody, in words."""
    found = []
    for row in rows:
        holder = row.stands_in_for.person if row.stands_in_for else None
        words = {"name": row.person.name, "title": acting_title(row), "holder": holder or ""}
        if holder == person:
            found.append(StandIn(row, _("%(name)s acts for you as %(title)s.") % words, own=True))
        elif holder:
            told = _("You act as %(title)s for %(holder)s.") % words
            found.append(StandIn(row, told, own=False))
        else:
            found.append(StandIn(row, _("You act as %(title)s.") % words, own=False))
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
