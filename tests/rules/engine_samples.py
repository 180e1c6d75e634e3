"""Small procedures and a calendar for the engine's tests, built by hand from the shape."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kelola.sop import engine
from kelola.sop.definition.shape import (
    Activity,
    Form,
    Group,
    GroupJoin,
    Opens,
    Outcome,
    Procedure,
    Role,
    Strand,
    Words,
)
from kelola.workcal import rules

JAKARTA = ZoneInfo("Asia/Jakarta")
DAY = ((time(8), time(12)), (time(13), time(16, 30)))
FRIDAY = ((time(8), time(11, 30)), (time(13), time(17)))
HOURS = rules.Hours(date(2020, 1, 1), {0: DAY, 1: DAY, 2: DAY, 3: DAY, 4: FRIDAY})
ZONE = rules.Zone(date(2020, 1, 1), "Asia/Jakarta")
CALENDAR = rules.Calendar(hours=(HOURS,), zones=(ZONE,))
# The Wednesday of the first working day below off.
CALENDAR_WEDNESDAY_OFF = rules.Calendar(
    hours=(HOURS,), zones=(ZONE,), days_off={date(2026, 11, 4): "Libur"}
)

MONTHLY = "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"
NOVEMBER = rules.Slot(date(2026, 11, 1), date(2026, 11, 30), "2026-11")

ANDI, BUDI, CUT, DEWI = "andi", "budi", "cut", "dewi"


def moment(day: int, hour: int = 8, minute: int = 0) -> datetime:
    """Return a moment of November 2026 in the office's zone; Monday is the 2nd."""
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA)


def outcome(code: str, to: str, *, back: bool = False, reason: bool = False) -> Outcome:
    return Outcome(code, Words(code), to, is_return=back, needs_reason=reason)


def activity(
    key: str,
    *outcomes: Outcome,
    time_standard: str = "P1D",
    not_same: tuple[str, ...] = (),
    waits_for: str = "",
) -> Activity:
    return Activity(
        key=key,
        order=1,
        title=Words(key),
        actor="operator",
        requirement=Words(""),
        time=time_standard,
        time_words=Words(""),
        output=Words("Keluaran"),
        kind="sop.generic",
        outcomes=outcomes,
        form=Form("FM/1", Words("Formulir")),
        not_same_person_as=not_same,
        waits_for=Words(waits_for) if waits_for else None,
    )


def procedure(
    *activities: Activity,
    groups: tuple[Group, ...] = (),
    first: str = "",
    opens: tuple[Opens, ...] = (Opens.ON_REQUEST,),
    rule: str = "",
    due_with_slot: tuple[str, ...] = (),
) -> Procedure:
    """Return a procedure with one strand ``S`` through all ``activities``."""
    strand = Strand(
        key="S",
        title=Words("S"),
        first=first or activities[0].key,
        activities=tuple(a.key for a in activities),
        opens=opens,
        rule=rule,
        due_with_slot=due_with_slot,
        groups=groups,
    )
    return Procedure(
        "P", Words("P"), (Role("operator", Words("Operator")),), activities, (strand,), "operator"
    )


def line() -> Procedure:
    """A → B → C → end; B back to A, C back to A and B; C by another person than B."""
    return procedure(
        activity("A", outcome("done", "B")),
        activity("B", outcome("done", "C"), outcome("back", "A", back=True)),
        activity(
            "C",
            outcome("done", "end"),
            outcome("back", "B", back=True),
            outcome("far_back", "A", back=True),
            outcome("refused", "end", reason=True),
            not_same=("B",),
        ),
    )


def fork(join: GroupJoin) -> Procedure:
    """A → (X | Y | Z) → B → end, with returns into, out of and inside the group."""
    return procedure(
        activity("A", outcome("done", "G")),
        activity("X", outcome("done", "G"), outcome("back", "A", back=True)),
        activity(
            "Y",
            outcome("done", "G"),
            outcome("to_x", "X", back=True),
            outcome("stop", "end"),
            not_same=("X",),
        ),
        activity("Z", outcome("done", "G")),
        activity(
            "B",
            outcome("done", "end"),
            outcome("to_x", "X", back=True),
            outcome("to_group", "G", back=True),
            outcome("to_a", "A", back=True),
        ),
        groups=(Group("G", join, ("X", "Y", "Z"), "B"),),
    )


def begin(
    sop: Procedure, *, slot: rules.Slot | None = None, at: datetime | None = None
) -> engine.Run:
    return engine.open_run(sop, "S", slot, CALENDAR, at or moment(2))[0]


def finish(
    activity_key: str, attempt: int = 1, by: str = ANDI, code: str = "done", **changes: object
) -> engine.Finish:
    given: dict[str, object] = {
        "output_complete": True,
        "remarks_given": True,
        "late_reason_given": True,
        **changes,
    }
    return engine.Finish(activity_key, attempt, by, code, **given)  # type: ignore[arg-type] # free keywords of a test


def walk(run: engine.Run, *commands: engine.Command, at: datetime | None = None) -> engine.Run:
    for command in commands:
        run, _ = engine.advance(run, command, CALENDAR, at or moment(2, 9))
    return run


def states(run: engine.Run) -> dict[str, str]:
    """Return the steps by name and attempt, with their states, in the order they opened."""
    return {f"{s.activity}{s.attempt}": s.state.value for s in run.steps}


def names_open(run: engine.Run) -> list[str]:
    return [f"{s.activity}{s.attempt}" for s in run.open_steps()]
