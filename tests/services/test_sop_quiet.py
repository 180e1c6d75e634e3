"""Nothing to report: today's row of a weekly record, by one tap, and never another day's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from kelola.ledger.queries import entries_of, verify
from kelola.sop import engine, faces, policies, rules, services
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from kelola.sop.models import Run, Step
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
TODAY = {"day": "2026-11-02", "state": "none"}


@pytest.fixture
def run(desk: Desk) -> Run:
    """This week's record."""
    return desk.open("D1")


def tap(desk: Desk, run: Run, login: str = "andi", activity: str = "D1") -> Step:
    """Tap as somebody."""
    person = getattr(desk.people, login).person
    step = desk.step(run, activity)
    return services.nothing_to_report(step_id=step.id, by=person, at=desk.now)


def offered(desk: Desk, run: Run) -> bool:
    """Tell whether the desk offers the tap."""
    calendar, step = calendar_of(desk.people.office.pk), desk.step(run, "D1")
    return faces.quiet_today([step], calendar, desk.now.date()) == [step]


def test_each_day_gets_its_row_and_its_moment_in_the_history(desk: Desk, run: Run) -> None:
    assert offered(desk, run)
    assert tap(desk, run).form == {"days": [TODAY]}
    assert not offered(desk, run)
    desk.now += timedelta(days=2)
    assert offered(desk, run)
    form = tap(desk, run).form
    assert form["days"] == [TODAY, {"day": "2026-11-04", "state": "none"}]  # Tuesday stays empty
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])
    assert [e.at for e in told if e.verb == "sop.step.drafted"][-1] == desk.now
    assert verify().ok


def test_what_was_typed_stays_and_is_not_written_over(desk: Desk, run: Run) -> None:
    row = {"day": "2026-11-02", "state": "some", "description": "Router mati"}
    typed = {"days": [row, {"day": "2026-11-03"}], "configuration_kept": "yes"}
    services.save_draft(
        step_id=desk.step(run, "D1").id,
        data=typed,
        revision=0,
        by=desk.people.andi.person,
        at=desk.now,
    )
    with pytest.raises(policies.NotAllowed, match="sudah ditulis"):
        tap(desk, run)
    desk.now += timedelta(days=1)
    form = tap(desk, run).form
    assert form == {
        "days": [row, {"day": "2026-11-03", "state": "none"}],
        "configuration_kept": "yes",
    }


def test_it_is_for_who_does_it_on_a_working_day_of_the_round(desk: Desk, run: Run) -> None:
    with pytest.raises(policies.NotAllowed):
        tap(desk, run, "cut")
    monthly = desk.open("D4")
    with pytest.raises(policies.NotAllowed, match="satu ketukan"):
        tap(desk, monthly, activity="D4")
    for days in (5, 7):  # Saturday, and the Monday after
        desk.now += timedelta(days=days)
        assert not offered(desk, run)
        with pytest.raises(policies.NotAllowed, match="bukan hari kerja"):
            tap(desk, run)
        desk.now -= timedelta(days=days)
    desk.finish(run, "D1")
    with pytest.raises(engine.Refusal):
        tap(desk, run)
    assert not offered(desk, run)


def test_one_tap_says_nothing_where_more_is_asked(desk: Desk) -> None:
    fields = {f.key: f for f in desk.procedure("D1").activity("D1").form.fields}
    on = date(2026, 11, 2)
    assert rules.quiet_row(fields["days"], on) == TODAY
    assert rules.quiet_row(fields["configuration_kept"], on) is None
    assert rules.row_of(fields["days"], {"days": [{"day": "2026-11-02"}]}, on) is None
    assert rules.row_of(fields["days"], {"days": "x"}, on) is None
