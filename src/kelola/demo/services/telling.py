"""Tell the story: every act of every run at its moment, by the services that people use."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kelola.demo import queries, rules
from kelola.demo.services.forms import filled
from kelola.registry import Missed
from kelola.sop import queries as sop_queries
from kelola.sop import services
from kelola.sop.services import Origin
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kelola.demo.queries import Act, RunStory
    from kelola.demo.rules.cast import Cast
    from kelola.demo.services.founding import Founded
    from kelola.office.models import Person
    from kelola.sop.definition.shape import Procedure, SopDefinition
    from kelola.sop.models import Run, Step

MOST_DELAY = timedelta(minutes=8)
LEAST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """An act with its moment; ``story`` is the place of its run's story, opened at ``opened``."""

    at: datetime
    story: int
    act: Act
    slot: workcal.Slot | None
    opened: datetime


def procedure_of(definition: SopDefinition, strand: str) -> Procedure:
    """Return the procedure that has a strand; raises StopIteration for a strand of none."""
    return next(p for p in definition.procedures if any(s.key == strand for s in p.strands))


def plan(
    stories: Sequence[RunStory],
    definition: SopDefinition,
    calendar: workcal.Calendar,
    *,
    until: datetime,
    seed: int,
) -> list[Planned]:
    """Return every act that lies before ``until``, in the order in which they happened.

    Args:
        stories: the stories of the runs.
        definition: the SOP they follow.
        calendar: the office's working time.
        until: aware moment up to which the demo tells.
        seed: decides the minutes and seconds that no story names.

    """
    acts: list[Planned] = []
    for number, story in enumerate(stories):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - minutes, no secret
        slot = _slot(story, definition, calendar, until)
        acts += _acts(number, story, slot=slot, calendar=calendar, until=until, chance=chance)
    return sorted(acts, key=lambda p: (p.at, p.story))


def _slot(
    story: RunStory, definition: SopDefinition, calendar: workcal.Calendar, until: datetime
) -> workcal.Slot | None:
    if story.slot is None:
        return None
    rule = procedure_of(definition, story.strand).strand(story.strand).rule
    return rules.slot_of(calendar, rule, workcal.local(calendar, until).date(), story.slot)


def _acts(
    number: int,
    story: RunStory,
    *,
    slot: workcal.Slot | None,
    calendar: workcal.Calendar,
    until: datetime,
    chance: random.Random,
) -> Iterator[Planned]:
    earliest = opened = None
    for act in story.acts:
        when = rules.read_when(act.at)
        anchor = _anchor(calendar, slot, when.anchor) if slot else until
        delay = timedelta(seconds=chance.randrange(int(MOST_DELAY.total_seconds())))
        moment = rules.moved(calendar, rules.moved(calendar, anchor, when.offset), delay)
        moment = max(moment, earliest or moment)
        if moment > until:
            return
        earliest = rules.moved(calendar, moment, LEAST_PAUSE)
        opened = opened or moment
        yield Planned(moment, number, act, slot, opened)


def _anchor(calendar: workcal.Calendar, slot: workcal.Slot, name: str) -> datetime:
    if name == "due":
        return workcal.slot_close(calendar, slot)
    midnight = datetime.combine(slot.opens_on, datetime.min.time())
    return workcal.next_opening(
        calendar, midnight.replace(tzinfo=workcal.zone_on(calendar, slot.opens_on))
    )


class Teller:
    """Carries out planned acts on the office that was founded. Needs its scope."""

    def __init__(
        self, founded: Founded, calendar: workcal.Calendar, cast: Cast | None = None
    ) -> None:
        self.founded = founded
        self.calendar = calendar
        self.cast = cast
        self.definition = sop_queries.definition(founded.version.definition_id)
        self.stories = queries.stories()
        self.runs: dict[int, Run] = {}

    def tell(self, planned: Planned) -> None:
        """Carry out one act; raises what the services raise."""
        act = planned.act
        told: dict[str, Any] = {"by": self._who(planned), "at": planned.at}
        if act.do == "open":
            # In a year the schedule has opened the round already.
            if self.cast is None or planned.slot is None:
                self._open(planned, told)
            return
        run = self._run(planned)
        if act.do == "cancel":
            services.cancel_run(run_id=run.id, reason=act.reason, **told)
            return
        step = self._step(run, act.step)
        match act.do:
            case "claim":
                services.claim_step(step_id=step.id, **told)
            case "meet":
                since = rules.read_when(f"now - {act.since}" if act.since else "now").offset
                at = rules.moved(self.calendar, planned.at, since)
                services.meet_requirement(step_id=step.id, since=at, **told)
            case "pause":
                self._pause(step, planned, told)
            case "resume":
                services.resume_clock(step_id=step.id, **told)
            case "finish":
                self._finish(run, step, planned, told)

    def tell_or_miss(self, planned: Planned) -> None:
        """Carry out one act of a growing year; raises Missed when a visitor was quicker."""
        try:
            self.tell(planned)
        except services.REFUSALS as refusal:
            raise Missed(str(refusal)) from refusal

    def _who(self, planned: Planned) -> Person:
        """Return who does it: in a year perhaps who held the post on that day."""
        by = planned.act.by
        if self.cast is not None:
            day = workcal.local(self.calendar, planned.at).date()
            by = self.cast.instead(by, queries.posts_of(by), day)
        return self.founded.people[by]

    def _run(self, planned: Planned) -> Run:
        """Return the run of a story; one that an earlier start opened is found again."""
        if planned.story not in self.runs:
            strand = self.stories[planned.story].strand
            self.runs[planned.story] = sop_queries.run_of(
                self.founded.version.sop_id,
                strand,
                slot=planned.slot.key if planned.slot else "",
                opened_at=planned.opened,
            )
        return self.runs[planned.story]

    def _open(self, planned: Planned, told: dict[str, Any]) -> None:
        story = self.stories[planned.story]
        self.runs[planned.story] = services.open_run(
            version=self.founded.version,
            procedure=procedure_of(self.definition, story.strand).code,
            strand=story.strand,
            subject=story.subject,
            slot=planned.slot,
            origin=Origin.SCHEDULE if planned.slot else Origin.REQUEST,
            **told,
        )

    def _step(self, run: Run, activity: str) -> Step:
        """Return the newest attempt at an activity."""
        return [s for s in sop_queries.steps_of(run) if s.activity == activity][-1]

    def _pause(self, step: Step, planned: Planned, told: dict[str, Any]) -> None:
        act = planned.act
        today = workcal.local(self.calendar, planned.at).date()
        until = rules.working_day(self.calendar, today, act.until_in) if act.until_in else None
        services.pause_clock(step_id=step.id, reason=act.reason, until=until, note=act.note, **told)

    def _finish(self, run: Run, step: Step, planned: Planned, told: dict[str, Any]) -> None:
        act = planned.act
        activity = procedure_of(self.definition, run.strand).activity(act.step)
        usual = next(o.code for o in activity.outcomes if not o.is_return)
        services.finish_step(
            step_id=step.id,
            outcome=act.outcome or usual,
            data=self._form(run, planned, told["by"]),
            remarks=act.remarks,
            revision=step.revision,
            **told,
        )

    def _form(self, run: Run, planned: Planned, by: Person) -> dict[str, Any]:
        return filled(
            planned.act.step,
            planned.act.answers,
            office=run.office_id,
            calendar=self.calendar,
            at=planned.at,
            kept_at=planned.at,
            subject=f"sop.run:{run.id}",
            by=str(by.id),
            slot=planned.slot,
        )
