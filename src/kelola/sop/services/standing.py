"""Standing dispositions: what was decided beforehand for a kind of request, by number and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.prepared import Prepared
from kelola.office.services import Invalid
from kelola.sop import engine, policies, queries
from kelola.sop.models import StandingDisposition
from kelola.sop.rules import above, applies, may_stand
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from kelola.ledger.rules import JSON
    from kelola.office.models import Person
    from kelola.sop.definition.shape import Procedure, Strand
    from kelola.sop.models import Sop, Step
    from kelola.sop.services.acts import Act

NUMBER_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Given:
    """What a standing disposition says; see ``StandingDisposition``."""

    number: str
    issued_on: date
    valid_from: date
    valid_until: date
    words: str
    passes: Mapping[str, str]
    wanted: Mapping[str, Sequence[str]]


def give_disposition(
    *, sop: Sop, strand: str, given: Given, by: Person, at: datetime
) -> StandingDisposition:
    """Settle steps of a strand beforehand; those that open from now on are passed at once.

    Args:
        sop: the SOP.
        strand: key of its strand, in the version that new runs open on.
        given: what it says.
        by: who gives it, the holder of every role it decides for or of one above; no Plh., for it
            binds beyond their days.
        at: aware moment.

    Raises:
        Invalid: a field is wrong.
        NotAllowed: it decides for a role that is not theirs.

    """
    procedure, part = _strand(sop, strand)
    _require_sound(procedure, part, given)
    _require_may(sop, list(given.passes), by, at, acting=False)
    with transaction.atomic():
        row = StandingDisposition.objects.create(
            office_id=sop.office_id,
            sop=sop,
            strand=strand,
            number=given.number.strip(),
            issued_on=given.issued_on,
            valid_from=given.valid_from,
            valid_until=given.valid_until,
            words=given.words.strip(),
            passes=dict(given.passes),
            wanted={field: list(codes) for field, codes in given.wanted.items() if codes},
            given_by=by,
            given_at=at,
        )
        _tell(
            row, "sop.disposition.given", by, at,
            strand=strand, passes=[*sorted(row.passes)],
            until=row.valid_until.isoformat(), words=digest(row.salt, row.words),
        )  # fmt: skip
    return row


def withdraw_disposition(
    *, disposition: StandingDisposition, reason: str, by: Person, at: datetime
) -> StandingDisposition:
    """End a standing disposition now; what it settled stays settled.

    Raises:
        Invalid: there is no reason.
        NotAllowed: they could not give it either, or it was withdrawn before.

    """
    if not reason.strip():
        raise Invalid("reason", _("Write why, then send again."))
    with transaction.atomic():
        rows = StandingDisposition.objects.select_for_update(of=("self",)).select_related("sop")
        row = rows.get(pk=disposition.pk)
        if row.withdrawn_at:
            raise policies.NotAllowed(_("This was already withdrawn."))
        _require_may(row.sop, list(row.passes), by, at, acting=True)
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, by, reason.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        told = digest(row.salt, row.withdrawn_reason)
        _tell(row, "sop.disposition.withdrawn", by, at, reason=told)
    return row


def pass_by_rule(act: Act) -> None:
    """Settle what opened in an act, as long as a standing disposition in force covers it.

    Part of the act, in its transaction. A step that somebody took up is never passed, nor one that
    checks another's work.
    """
    opened = _untouched(act)
    known = _in_force(act) if opened else []
    while opened and known:
        step = opened.pop(0)
        row = _covering(act, step, known)
        if row is None:
            continue
        command = engine.PassByRule(step.activity, step.attempt, row.passes[step.activity])
        try:
            more = act.apply(command)
        except engine.Refusal:
            continue
        step.disposition = row
        step.save(update_fields=["disposition"])
        act.tell_of(step, "sop.step.passed", more, disposition=str(row.pk), outcome=step.outcome)
        ready = [new for new in more if new.state == engine.StepState.READY]
        opened += [new for new in ready if new.activity not in act.kept]


def _untouched(act: Act) -> list[Step]:
    return [
        step
        for step in act.loaded.steps.values()
        if step.state == engine.StepState.READY
        and step.assignee_id is None
        and step.activity not in act.kept
        and step.opened_at >= act.at
    ]


def _standing(sop: UUID, on: date) -> QuerySet[StandingDisposition]:
    valid = Q(valid_from__lte=on, valid_until__gte=on, withdrawn_at=None)
    # Of two that cover a step, the newer decree counts.
    return StandingDisposition.objects.filter(valid, sop=sop).order_by("-issued_on", "-id")


_STANDING = Prepared(_standing, sop=UUID, on=date)


def _in_force(act: Act) -> list[StandingDisposition]:
    run = act.loaded.row
    today = workcal.local(act.loaded.calendar, act.at).date()
    rows = _STANDING.rows(StandingDisposition, sop=run.sop_id, on=today)
    return [row for row in rows if row.strand == run.strand]


def _covering(
    act: Act, step: Step, known: Sequence[StandingDisposition]
) -> StandingDisposition | None:
    first = act.loaded.value.latest(act.loaded.value.strand.first)
    form = act.loaded.step(first.activity, first.attempt).form if first else {}
    return next((r for r in known if step.activity in r.passes and applies(r.wanted, form)), None)


def _procedures(sop: Sop) -> tuple[Procedure, ...]:
    """Return the procedures of the version that new runs open on."""
    version = next((v for v in queries.current_versions() if v.sop_id == sop.pk), None)
    return queries.definition(version.definition_id).procedures if version else ()


def _strand(sop: Sop, strand: str) -> tuple[Procedure, Strand]:
    for procedure in _procedures(sop):
        for part in procedure.strands:
            if part.key == strand:
                return procedure, part
    raise Invalid("strand", _("Choose a strand of the version that is in use."))


def _require_sound(procedure: Procedure, strand: Strand, given: Given) -> None:
    if not given.number.strip() or len(given.number.strip()) > NUMBER_LENGTH:
        raise Invalid("number", _("Write the number of the disposition, at most 120 characters."))
    if not given.words.strip():
        raise Invalid("words", _("Write what is decided, in a sentence."))
    if given.valid_until < given.valid_from:
        raise Invalid("valid_until", _("It ends before it begins: choose a later day."))
    if not given.passes:
        raise Invalid("passes", _("Choose at least one step."))
    for key, code in given.passes.items():
        if key not in strand.activities or key == strand.first:
            raise Invalid("passes", _("Choose steps of this strand that come after its first."))
        activity = procedure.activity(key)
        outcome = activity.outcome(code)
        if not may_stand(activity) or outcome is None or outcome.is_return or outcome.needs_reason:
            raise Invalid("passes", _("%(code)s cannot be settled beforehand.") % {"code": key})


def _require_may(sop: Sop, keys: Sequence[str], by: Person, at: datetime, *, acting: bool) -> None:
    """Refuse unless they hold each step's role or one above it; as Plh. only where ``acting``."""
    today = workcal.local(calendar_of(sop.office_id), at).date()
    held = queries.roles_of(by, today)
    own = {r for r in held.of(sop.pk) if acting or (sop.pk, r) not in held.orders}
    for procedure in _procedures(sop):
        for activity in procedure.activities:
            fitting = {activity.actor, *above(procedure, activity.actor)}
            if activity.key in keys and not own & fitting:
                role = procedure.role(activity.actor).title.id
                words = {"code": activity.key, "role": role}
                raise policies.NotAllowed(
                    _("%(code)s is for %(role)s to decide, or for somebody above.") % words
                )


def _tell(row: StandingDisposition, verb: str, by: Person, at: datetime, **data: JSON) -> None:
    append(
        office=row.office_id,
        at=at,
        by=str(by.pk),
        verb=verb,
        object=f"sop.sop:{row.sop_id}",
        data={"disposition": str(row.pk), **data},
    )
