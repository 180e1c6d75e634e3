"""Reads of samples: the few finished steps that a week's draw brings up to be checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from kelola.ledger.queries import entries_of
from kelola.sop.models import SampleState, Step
from kelola.sop.queries.definitions import current_hashes, definition
from kelola.sop.rules import drawn, people_of
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from kelola.office.models import Person
    from kelola.sop.policies import Roles

    Heads = dict[UUID, dict[str, frozenset[str]]]

SAMPLE = 5
WEEK = timedelta(days=7)
# From Monday: the draw is on the day on which the samples are checked.
DRAW_ON = timedelta(days=4)


def monday_of(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def midnight(calendar: workcal.Calendar, day: date) -> datetime:
    """Return the moment at which a day of the office begins."""
    return datetime.combine(day, time(), workcal.zone_on(calendar, day))


def headed(roles: Roles) -> Heads:
    """Return what somebody with these roles is the head of, and whose work they answer for there.

    By SOP and procedure, the roles of their people.
    """
    found: Heads = {}
    for sop, content_hash in current_hashes().items():
        whole = definition(content_hash)
        led = [p for p in whole.procedures if p.head in roles.of(sop)]
        if led:
            found[sop] = {p.code: people_of(whole, p) for p in led}
    return found


def of_their_people(heads: Heads) -> Q:
    """Return the condition of the steps that a head's people do."""
    wanted = Q(pk__in=[])
    for sop, procedures in heads.items():
        for code, roles in procedures.items():
            wanted |= Q(sop=sop, run__procedure=code, role__in=roles)
    return wanted


@dataclass(frozen=True, slots=True)
class Sample:
    """What a week's draw brought up for somebody, or will.

    ``first`` to ``last`` are the days it draws from, ``among`` how many steps they hold, and
    ``seed`` what it began with.
    """

    first: date
    last: date
    is_drawn: bool = False
    among: int = 0
    seed: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def left(self) -> int:
        """How many are not checked yet."""
        return sum(1 for step in self.steps if step.checked is None)

    @property
    def failed(self) -> int:
        """How many were found not in order."""
        checks = [step.checked for step in self.steps if step.checked is not None]
        return sum(1 for check in checks if check.state == SampleState.FAILED)


def sample_of(
    person: Person, heads: Heads, calendar: workcal.Calendar, monday: date, at: datetime
) -> Sample:
    """Return the sample of a week, in four queries; nobody chooses it and it stays the same.

    It is drawn as Friday begins, from what others finished in the seven days before in the
    procedures that the person is the head of. The draw begins with the hash of the last ledger
    entry of the run in which a step was finished last: nobody knows it before that moment, and
    whoever has the ledger can draw again.
    """
    friday = monday + DRAW_ON
    start, end = midnight(calendar, friday - WEEK), midnight(calendar, friday)
    days = (friday - WEEK, friday - timedelta(days=1))
    if at < end or not heads:
        return Sample(*days)
    done = Step.objects.filter(recorded_at__gte=start, recorded_at__lt=end, state="done")
    theirs = done.filter(of_their_people(heads)).exclude(performer=person)
    keys = list(theirs.values_list("pk", flat=True))
    seed = _seed(done, end)
    chosen = Step.objects.filter(pk__in=drawn(seed, keys, SAMPLE)).defer("form")
    rows = chosen.select_related("run", "performer", "sample__checked_by")
    return Sample(*days, True, len(keys), seed, tuple(rows.order_by("recorded_at", "id")))


def _seed(done: QuerySet[Step], end: datetime) -> str:
    last = done.order_by("-recorded_at", "-id").first()
    if last is None:
        return ""
    entries = entries_of(str(last.office_id), [f"sop.run:{last.run_id}"])
    return next((e.hash for e in reversed(entries) if e.at < end), "")


def week_of_draw(calendar: workcal.Calendar, recorded_at: datetime) -> date:
    """Return the Monday of the week whose draw a step belongs to."""
    return monday_of(workcal.local(calendar, recorded_at).date() + WEEK - DRAW_ON)
