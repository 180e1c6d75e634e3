"""When the steps of a run happen: each by its own time standard, some late, some written later."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from random import Random

    from kelola.registry import World
    from kelola.sop.definition.shape import Activity, Outcome, Procedure, Strand

END = "end"
MOST_STEPS = 30
# How many of a hundred are finished late and recorded on a later day; B5 waits for a signature.
LATE = {"B5": 33, "B7": 12, "E3": 12, "E4": 12, "D1": 12, "F1": 12, "F3": 12, "D4": 12, "D7": 10}
LATE_USUAL = 7
LATER = {"B7": 26, "B1": 16, "C2": 26, "D1": 22, "F1": 22, "F3": 22, "E5": 20}
LATER_USUAL = 11
# The shares of a standard within which it is usually done.
QUICK, SLOW = (0.05, 0.55), (0.5, 0.95)
SLOWEST = "B5"
OF_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a plan: done at a moment, recorded then or on a later day."""

    activity: str
    by: str
    done_at: datetime
    told_at: datetime
    outcome: str
    own: Mapping[str, Any] = field(default_factory=dict)
    remarks: str = ""
    late_reason: str = ""
    waited: datetime | None = None  # when what it waited for came

    def closed(self, at: datetime) -> Turn:
        """Return the same step, done at another moment."""
        return replace(self, done_at=at, told_at=at, late_reason="")


@dataclass(frozen=True, slots=True)
class Words:
    """What people write besides the form."""

    late_because: Sequence[str]
    back_because: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Road:
    """The plan of one run, from its opening to its end."""

    world: World
    procedure: Procedure
    strand: Strand
    chance: Random
    words: Words
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    passed: Collection[str] = ()
    slot: workcal.Slot | None = None
    # Of a hundred runs, how many are sent back once.
    returns: int = 0

    def plan(self, opened_at: datetime, *, begins: datetime | None = None) -> list[Turn]:
        """Return the steps in their order; ``begins`` is when the first of them is done."""
        turns: list[Turn] = []
        key, at = self.strand.first, opened_at
        back = self._back()
        while key != END and len(turns) < MOST_STEPS:
            activity = self.procedure.activity(key)
            if key in self.passed:
                key = self._forward(activity).to
                continue
            returning = back if back is not None and back[0] == key else None
            outcome = returning[1] if returning else self._forward(activity)
            again = any(turn.activity == key for turn in turns)
            turn = self._turn(activity, outcome, at, begins if not turns else None, again=again)
            turns.append(turn)
            if returning:
                back = None
            key, at = outcome.to, turn.told_at
        return turns

    def _back(self) -> tuple[str, Outcome] | None:
        """Return where this run is sent back, if it is."""
        if self.chance.randrange(OF_HUNDRED) >= self.returns:
            return None
        ways = [
            (key, outcome)
            for key in self.strand.activities
            if key not in self.passed and key in self.words.back_because
            for outcome in self.procedure.activity(key).outcomes
            if outcome.is_return
        ]
        return self.chance.choice(ways) if ways else None

    def _forward(self, activity: Activity) -> Outcome:
        wanted = self.outcomes.get(activity.key, "")
        usual = next(o for o in activity.outcomes if not o.is_return)
        return activity.outcome(wanted) or usual

    def _turn(
        self,
        activity: Activity,
        outcome: Outcome,
        at: datetime,
        begins: datetime | None,
        *,
        again: bool,
    ) -> Turn:
        waited = None
        if activity.waits_for is not None and not again:
            waited = at = after(self.world, at, self.chance.uniform(1, 11))
        done = begins or self._done(activity, at)
        by = self.world.holder(activity.actor, day_of(self.world, done))
        done = self.world.there(by, done)
        told = self._told(activity, by, done)
        if not self.world.holds(by, activity.actor, day_of(self.world, told)):
            told = done
        late = day_of(self.world, told) > day_of(self.world, done)
        return Turn(
            activity.key,
            by,
            done,
            told,
            outcome.code,
            {} if outcome.is_return else self.own.get(activity.key, {}),
            self._remarks(activity, outcome),
            self.chance.choice(self.words.late_because) if late else "",
            waited,
        )

    def _remarks(self, activity: Activity, outcome: Outcome) -> str:
        if not outcome.is_return:
            return ""
        return self.chance.choice(self.words.back_because[activity.key])

    def _done(self, activity: Activity, at: datetime) -> datetime:
        if activity.key in self.strand.due_with_slot:
            return after(self.world, at, self.chance.uniform(0.8, 5.5))
        standard = workcal.parse_standard(activity.time)
        due = workcal.due(self.world.calendar, at, standard).at
        span = workcal.working_between(self.world.calendar, at, due)
        if self.chance.randrange(OF_HUNDRED) < LATE.get(activity.key, LATE_USUAL):
            more = max(span * self.chance.uniform(0.15, 1.3), timedelta(minutes=40))
            return workcal.add_working(self.world.calendar, due, more).astimezone(UTC)
        low, high = SLOW if activity.key == SLOWEST else QUICK
        share = span * self.chance.uniform(low, high)
        return workcal.add_working(self.world.calendar, at, share).astimezone(UTC)

    def _told(self, activity: Activity, by: str, done: datetime) -> datetime:
        if self.chance.randrange(OF_HUNDRED) >= LATER.get(activity.key, LATER_USUAL):
            return done
        return self.world.there(by, after(self.world, done, self.chance.uniform(7.6, 11)))


def day_of(world: World, at: datetime) -> date:
    """Return the office's day of a moment."""
    return workcal.local(world.calendar, at).date()


def after(world: World, at: datetime, hours: float) -> datetime:
    """Return the moment so many working hours later, in UTC."""
    later = workcal.add_working(world.calendar, at, timedelta(hours=hours))
    return later.astimezone(UTC).replace(microsecond=0)


def somewhere(world: World, day: date, chance: Random, *, until: float = 1.0) -> datetime:
    """Return a moment within the working hours of a day, before a share of them has passed."""
    spans = workcal.windows(world.calendar, day)
    whole = sum((closes - opens for opens, closes in spans), timedelta())
    seconds = int(whole.total_seconds() * chance.uniform(0.04, max(until - 0.04, 0.05)))
    return after(world, spans[0][0], seconds / 3600)
