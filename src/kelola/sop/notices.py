"""Whom SOPs tell of what: whose turn it is, what runs out, what a superior is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kelola.ledger.notices import Told, notice
from kelola.sop import queries
from kelola.sop.models import Answer, AnswerState, Confirmation, Run, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date

    from kelola.ledger.models import Entry
    from kelola.sop.definition.shape import Activity, Words

OPENING = (
    "sop.run.opened",
    "sop.step.finished",
    "sop.step.left_undone",
    "sop.step.ordered",
    "sop.step.released",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """Steps that entries name, who does each, and who caused the entry."""

    steps: Sequence[Step]
    people: dict[tuple[UUID, str], set[UUID]]
    by: dict[UUID, str]

    def doers(self, step: Step) -> set[UUID]:
        """Return who took the step up, else everybody with its role; not who caused the entry."""
        doers = {step.assignee_id} if step.assignee_id else self.people[step.sop_id, step.role]
        return {person for person in doers if str(person) != self.by[step.pk]}


def _find(entries: Sequence[Entry], named: Callable[[Entry], Iterable[str]], today: date) -> _Found:
    by = {UUID(key): entry.by for entry in entries for key in named(entry)}
    steps = queries.open_steps().filter(pk__in=by).select_related("run").order_by("pk")
    rows = list(steps)
    people = queries.people_with({(s.sop_id, s.role) for s in rows}, today)
    return _Found(rows, people, by)


def _opened(entry: Entry) -> list[str]:
    return [row["step"] for row in entry.data.get("opened", ())] or _own(entry)


def _own(entry: Entry) -> list[str]:
    return [entry.data["step"]] if "step" in entry.data else []


def _activity(step: Step) -> Activity:
    return queries.procedure_of(step.run).activity(step.activity)


def _told(step: Step, people: Collection[UUID], key: str = "", **more: Any) -> Told:
    words = {"activity": _both(_activity(step).title), "number": step.run.number, **more}
    url = reverse("step", args=[step.pk])
    return Told(f"{step.pk}{key}", people, url, words, detail=step.run.subject)


def _both(words: Words) -> dict[str, str]:
    return {"id": words.id, "en": words.en}


def _due(step: Step) -> dict[str, str]:
    return {"at": step.due_at.isoformat() if step.due_at else ""}


@notice("sop.turn", _("Your turn: %(activity)s (%(number)s)"), verbs=OPENING)
def turn(entries: Sequence[Entry], today: date, /) -> list[Told]:
    """Tell whoever does a step that it opened."""
    found = _find(entries, _opened, today)
    return [_told(s, found.doers(s)) for s in found.steps]


@notice(
    "sop.returned",
    _("Returned to you: %(activity)s (%(number)s)"),
    verbs=("sop.step.returned",),
)
def returned(entries: Sequence[Entry], today: date, /) -> list[Told]:
    """Tell whoever does a step that it came back."""
    found = _find(entries, _opened, today)
    return [_told(s, found.doers(s)) for s in found.steps]


@notice(
    "sop.reminder",
    _("Due %(due)s: %(activity)s (%(number)s)"),
    verbs=("sop.step.reminded",),
)
def reminder(entries: Sequence[Entry], today: date, /) -> list[Told]:
    """Tell whoever does a step that most of its time is used up."""
    return _of_a_due(entries, today)


@notice(
    "sop.due",
    _("Past due since %(due)s: %(activity)s (%(number)s)"),
    verbs=("sop.step.fell_due",),
)
def due(entries: Sequence[Entry], today: date, /) -> list[Told]:
    """Tell whoever does a step that its time is over."""
    return _of_a_due(entries, today)


def _of_a_due(entries: Sequence[Entry], today: date) -> list[Told]:
    found = _find(entries, _own, today)
    return [_told(s, found.doers(s), f" {s.due_at}", due=_due(s)) for s in found.steps]


@notice(
    "sop.escalation",
    _("Still open since %(due)s: %(activity)s (%(number)s), done by %(role)s"),
    verbs=("sop.step.escalated",),
)
def escalation(entries: Sequence[Entry], today: date, /) -> list[Told]:
    """Tell the superior whom the SOP names that a step is still open."""
    found = _find(entries, _own, today)
    superiors = {s.pk: (s.sop_id, _activity(s).escalate_to) for s in found.steps}
    people = queries.people_with(set(superiors.values()), today)
    return [
        _told(s, people[superiors[s.pk]], f" {s.due_at}", due=_due(s), role=_role(s))
        for s in found.steps
    ]


def _role(step: Step) -> dict[str, str]:
    return _both(queries.procedure_of(step.run).role(step.role).title)


@notice(
    "sop.undone",
    _("Your word is asked: %(activity)s (%(number)s) is not carried out"),
    verbs=("sop.step.left_undone",),
)
def undone(entries: Sequence[Entry], today: date, /) -> list[Told]:
    """Ask a superior for their word on what is not carried out."""
    return _asked(entries, today)


@notice(
    "sop.order",
    _("Done on a verbal order, please ratify by %(due)s: %(activity)s (%(number)s)"),
    verbs=("sop.step.ordered",),
)
def order(entries: Sequence[Entry], today: date, /) -> list[Told]:
    """Ask who gave an order by word of mouth to ratify it."""
    return _asked(entries, today)


def _asked(entries: Sequence[Entry], today: date) -> list[Told]:
    steps = [UUID(key) for entry in entries for key in _own(entry)]
    asked = Confirmation.objects.filter(step__in=steps, answered_at=None)
    rows = list(asked.select_related("step__run").order_by("pk"))
    people = queries.people_with({(r.sop_id, r.role) for r in rows}, today)
    return [
        _told(
            row.step,
            people[row.sop_id, row.role] - {row.recorded_by_id},
            due={"at": row.due_at.isoformat() if row.due_at else ""},
        )
        for row in rows
    ]


@notice(
    "sop.agreed",
    _("Agreed: %(activity)s (%(number)s)"),
    verbs=("sop.order.ratified", "sop.confirmation.given"),
)
def agreed(entries: Sequence[Entry], _today: date, /) -> list[Told]:
    """Tell who recorded it that a superior gave their word."""
    return _answered(entries)


@notice(
    "sop.disagreed",
    _("Not agreed: %(activity)s (%(number)s)"),
    verbs=("sop.order.refused", "sop.confirmation.refused"),
)
def disagreed(entries: Sequence[Entry], _today: date, /) -> list[Told]:
    """Tell who recorded it that a superior does not agree."""
    return _answered(entries)


def _answered(entries: Sequence[Entry]) -> list[Told]:
    steps = [UUID(key) for entry in entries for key in _own(entry)]
    rows = Confirmation.objects.filter(step__in=steps).exclude(answered_at=None)
    found = rows.select_related("step__run").order_by("pk")
    return [_told(row.step, {row.recorded_by_id}) for row in found]


@notice(
    "sop.completed",
    _("%(number)s is completed. Is it settled?"),
    verbs=("sop.run.completed",),
)
def completed(entries: Sequence[Entry], _today: date, /) -> list[Told]:
    """Ask who opened a run whether it is settled."""
    asked = Answer.objects.filter(run__in=_runs(entries), state=AnswerState.ASKED)
    rows = asked.select_related("run").order_by("pk")
    return [_of_run(row.run, {row.asked_of_id}) for row in rows]


@notice(
    "sop.unsettled",
    _("%(number)s is not settled, says who opened it"),
    verbs=("sop.answer.refused",),
)
def unsettled(entries: Sequence[Entry], _today: date, /) -> list[Told]:
    """Tell who completed a run that it is not settled."""
    rows = Run.objects.filter(pk__in=_runs(entries), closed_by__isnull=False).order_by("pk")
    return [_of_run(row, {row.closed_by_id}) for row in rows if row.closed_by_id]


def _runs(entries: Sequence[Entry]) -> list[UUID]:
    return [UUID(entry.object.partition(":")[2]) for entry in entries]


def _of_run(run: Run, people: Collection[UUID]) -> Told:
    url = reverse("run", args=[run.pk])
    return Told(str(run.pk), people, url, {"number": run.number}, detail=run.subject)
