"""Random small procedures and random commands for the laws of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from kelola.sop import engine
from kelola.sop.definition.shape import (
    Activity,
    Group,
    GroupJoin,
    Opens,
    Outcome,
    Procedure,
)
from kelola.sop.engine import END, PauseReason
from tests.rules.engine_samples import MONTHLY, activity, moment, outcome, procedure

PEOPLE = ("andi", "budi", "cut")
TIMES = ("P1D", "P3D", "PT2H", "PT30M", "PT3H..P1D")


@dataclass(frozen=True)
class Plan:
    """A procedure's nodes in order; a node of several activities is a group."""

    nodes: tuple[tuple[str, ...], ...]
    joins: tuple[GroupJoin, ...]

    def name(self, position: int) -> str:
        if position == len(self.nodes):
            return END
        node = self.nodes[position]
        return node[0] if len(node) == 1 else f"G{position}"

    def back_from(self, position: int, key: str) -> list[str]:
        """Return everything a return from ``key`` may lead to."""
        before = [self.name(i) for i in range(position)]
        inside = [m for node in self.nodes[: position + 1] for m in node]
        return sorted({*before, *inside} - {key})


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    letters = iter("ABCDEFGHIJKL")
    nodes = tuple(tuple(next(letters) for _ in range(size)) for size in sizes)
    joins = draw(st.tuples(*(st.sampled_from(GroupJoin) for _ in sizes)))
    return Plan(nodes, joins)


@st.composite
def drawn_activities(draw: st.DrawFn, plan: Plan, position: int, key: str) -> Activity:
    """The first outcome always leads forward, so that a way to the end exists."""
    node = plan.nodes[position]
    forward = plan.name(position + (1 if len(node) == 1 else 0))
    outcomes: list[Outcome] = [outcome("done", forward)]
    if draw(st.booleans()):
        outcomes.append(outcome("also", forward))
    backs = plan.back_from(position, key)
    if backs:
        targets = draw(st.lists(st.sampled_from(backs), max_size=2, unique=True))
        outcomes += [outcome(f"back_{t}", t, back=True) for t in targets]
    if draw(st.booleans()):
        outcomes.append(outcome("end", END, reason=draw(st.booleans())))
    earlier = [m for n in plan.nodes[: position + 1] for m in n if m < key]
    barred = draw(st.lists(st.sampled_from(earlier), max_size=1)) if earlier else []
    return activity(
        key,
        *outcomes,
        time_standard=draw(st.sampled_from(TIMES)),
        not_same=tuple(barred),
        waits_for="Daftar" if draw(st.integers(0, 4)) == 0 else "",
    )


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    plan = draw(plans())
    activities = [
        draw(drawn_activities(plan, position, key))
        for position, node in enumerate(plan.nodes)
        for key in node
    ]
    groups = tuple(
        Group(plan.name(i), plan.joins[i], node, plan.name(i + 1))
        for i, node in enumerate(plan.nodes)
        if len(node) > 1
    )
    scheduled = draw(st.booleans())
    return procedure(
        *activities,
        groups=groups,
        first=plan.name(0),
        opens=(Opens.ON_SCHEDULE,) if scheduled else (Opens.ON_REQUEST,),
        rule=MONTHLY if scheduled else "",
        due_with_slot=tuple(a.key for a in activities if scheduled and draw(st.booleans())),
    )


@st.composite
def addresses(draw: st.DrawFn, run: engine.Run) -> tuple[str, int]:
    """Mostly an open step, now and then any name and number."""
    open_steps = run.open_steps()
    if open_steps and draw(st.integers(0, 5)) > 0:
        step = draw(st.sampled_from(open_steps))
        return step.activity, step.attempt
    return draw(st.sampled_from([*run.strand.activities, "nowhere"])), draw(st.integers(0, 3))


MOMENTS = st.integers(-48, 480).map(lambda hours: moment(2) + timedelta(hours=hours))
MOSTLY = st.integers(0, 5).map(bool)


def finishes(run: engine.Run, key: str, attempt: int) -> st.SearchStrategy[engine.Command]:
    """Return the ways to finish a step, with any outcome and now and then something amiss."""
    codes = {o.code for a in run.procedure.activities if a.key == key for o in a.outcomes}
    return st.builds(
        engine.Finish,
        st.just(key),
        st.just(attempt),
        st.sampled_from(PEOPLE),
        st.sampled_from([*sorted(codes), "unheard"]),
        output_complete=MOSTLY,
        remarks_given=MOSTLY,
        performed_at=st.one_of(st.none(), st.none(), st.none(), MOMENTS),
        late_reason_given=MOSTLY,
    )


@st.composite
def commands(draw: st.DrawFn, run: engine.Run) -> engine.Command:
    key, attempt = draw(addresses(run))
    step = (st.just(key), st.just(attempt))
    finish = finishes(run, key, attempt)
    several: list[st.SearchStrategy[engine.Command]] = [
        *[finish] * 6,
        st.builds(engine.Claim, *step, st.sampled_from(PEOPLE)),
        st.builds(engine.MeetRequirement, *step, MOMENTS),
        st.builds(
            engine.PauseClock,
            *step,
            st.sampled_from(PauseReason),
            until=st.none(),
            note_given=MOSTLY,
        ),
        st.builds(engine.ResumeClock, *step),
        st.builds(
            engine.Order,
            *step,
            st.sampled_from(PEOPLE),
            st.sampled_from(["done", "done", "end", "unheard"]),
            MOMENTS,
            words_given=MOSTLY,
        ),
        st.builds(engine.LeaveUndone, *step, st.sampled_from(PEOPLE), reason_given=MOSTLY),
        st.builds(
            engine.PassByRule, *step, st.sampled_from(["done", "done", "end", "back", "unheard"])
        ),
        st.just(engine.Recompute()),
        st.builds(engine.CancelRun, reason_given=MOSTLY.map(lambda given: not given)),
    ]
    return draw(st.one_of(several))
