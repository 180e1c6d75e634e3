"""Open clocks follow the calendar; finished ones never change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kelola.ledger.followers import behind, catch_up
from kelola.ledger.queries import entries_of, verify
from kelola.office.scope import unscoped
from kelola.workcal.services import declare_closure

if TYPE_CHECKING:
    from kelola.sop.models import Step
    from tests.runs import Desk

TUESDAY = date(2026, 11, 3)


def _close(desk: Desk, on: date) -> None:
    declare_closure(
        office=desk.people.office.pk,
        on=on,
        label="Listrik padam",
        starts=None,
        ends=None,
        by=desk.people.budi.id,
        at=desk.now,
    )


def _due(step: Step) -> object:
    return step.due_at


def test_a_closure_moves_open_clocks_and_the_ledger_says_so(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1")
    finished, still_open = desk.step(run, "B1"), desk.step(run, "B2")
    assert still_open.due_at is not None
    assert still_open.due_at.date() == TUESDAY
    _close(desk, TUESDAY)
    assert catch_up(at=desk.now) > 0
    moved = desk.step(run, "B2")
    assert moved.due_at == still_open.due_at + timedelta(days=1)
    assert _due(desk.step(run, "B1")) == _due(finished)
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])
    assert told[-1].verb == "sop.clock.moved"
    assert told[-1].data["moved"][0]["step"] == str(moved.id)
    assert verify().ok


def test_hearing_twice_changes_nothing(desk: Desk) -> None:
    run = desk.open("B")
    _close(desk, TUESDAY)
    catch_up(at=desk.now)
    due = desk.step(run, "B1").due_at
    entries = len(entries_of(str(run.office_id), [f"sop.run:{run.id}"]))
    assert catch_up(at=desk.now) == 0
    assert desk.step(run, "B1").due_at == due
    assert len(entries_of(str(run.office_id), [f"sop.run:{run.id}"])) == entries


def test_a_follower_that_starts_late_hears_every_office(desk: Desk) -> None:
    desk.open("B")
    with unscoped("the doctor sees all offices"):
        assert behind()["sop.clocks"] > 0
        catch_up(at=desk.now)
        assert behind()["sop.clocks"] == 0


def test_a_whole_closed_day_makes_the_month_due_the_day_before(desk: Desk) -> None:
    run = desk.open("D7")
    before = desk.step(run, "D7").due_at
    assert before is not None
    assert before.date() == date(2026, 11, 30)
    _close(desk, date(2026, 11, 30))
    catch_up(at=desk.now)
    after = desk.step(run, "D7").due_at
    assert after is not None
    assert after.date() == date(2026, 11, 27)
