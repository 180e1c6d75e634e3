"""A week's samples: drawn by what nobody chooses, checked once by who heads the procedure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.ledger.rules import digest
from kelola.sop import policies, queries, services
from kelola.sop.models import SampleCheck, SampleState, Step
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from kelola.office.models import Person
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 11, 2), date(2026, 11, 6)
WORDS = "Foto sesudah perbaikan tidak ada."


def work(desk: Desk, runs: int = 4) -> None:
    """Let Andi finish two steps in each of some runs this Monday, and Budi one in the first."""
    for n in range(runs):
        run = desk.open("B", f"Printer {n}")
        for key in ("B1", "B2", "B3")[: 3 if n == 0 else 2]:
            desk.finish(run, key)


def sample(desk: Desk, person: Person | None = None, monday: date = MONDAY) -> queries.Sample:
    """Return what is drawn for somebody, Budi unless another is named, as it is now."""
    person = person or desk.people.budi.person
    heads = queries.headed(queries.roles_of(person, desk.now.date()))
    return queries.sample_of(person, heads, calendar_of(desk.people.office.pk), monday, desk.now)


def check(desk: Desk, step: Step, **changes: Any) -> SampleCheck:
    """Find a step not in order, as Budi."""
    given = {"state": SampleState.FAILED, "remarks": WORDS, "by": desk.people.budi.person}
    return services.check_sample(step_id=step.pk, **{**given, "at": desk.now, **changes})


def to_friday(desk: Desk) -> None:
    """Let Friday come."""
    desk.now += timedelta(days=4)


def test_five_of_what_others_finished_are_drawn_as_friday_begins(desk: Desk) -> None:
    work(desk)
    assert not sample(desk).is_drawn
    to_friday(desk)
    drawn = sample(desk)
    assert (drawn.is_drawn, drawn.among, len(drawn.steps)) == (True, 8, 5)
    assert {s.performer for s in drawn.steps} == {desk.people.andi.person}
    assert (drawn.first, drawn.last) == (date(2026, 10, 30), date(2026, 11, 5))
    work(desk)  # what comes after the draw is of the next one
    assert [s.pk for s in sample(desk).steps] == [s.pk for s in drawn.steps]
    assert sample(desk, monday=MONDAY + queries.WEEK).steps == ()


def test_the_draw_begins_with_an_entry_that_nobody_knew(desk: Desk) -> None:
    work(desk)
    to_friday(desk)
    first = sample(desk)
    last = Step.objects.filter(state="done").order_by("-recorded_at")[0]
    entries = entries_of(str(last.office_id), [f"sop.run:{last.run_id}"])
    assert first.seed == entries[-1].hash
    desk.now -= timedelta(days=1)
    work(desk, 1)  # on Thursday one more step is finished: another draw
    to_friday(desk)
    assert sample(desk).seed != first.seed


def test_nobody_checks_a_superior(desk: Desk) -> None:
    desk.walk(desk.open("B", "Printer"))  # Cut, above the Kasubag, decides a step of it
    to_friday(desk)
    drawn = sample(desk)
    done = Step.objects.filter(state="done").exclude(performer=desk.people.budi.person)
    assert desk.people.cut.person in {s.performer for s in done}
    assert {s.performer for s in drawn.steps} == {desk.people.andi.person}
    assert not queries.headed(queries.roles_of(desk.people.budi.person, desk.now.date()))[
        desk.version.sop_id
    ]["C"] & {"sekretaris", "ketua"}
    assert drawn.among == done.filter(performer=desk.people.andi.person).count()


def test_who_heads_nothing_is_asked_to_check_nothing(desk: Desk) -> None:
    work(desk)
    to_friday(desk)
    for someone in (desk.people.andi, desk.people.cut, desk.people.jamil):
        assert sample(desk, someone.person).steps == ()
        step = sample(desk).steps[0]
        with pytest.raises(policies.NotAllowed, match="tidak termasuk"):
            check(desk, step, by=someone.person)
    others = Step.objects.filter(state="done", performer=desk.people.budi.person)
    with pytest.raises(policies.NotAllowed, match="tidak termasuk"):
        check(desk, others[0])
    assert not SampleCheck.objects.exists()


def test_a_check_is_made_once_with_words_where_it_is_not_in_order(desk: Desk) -> None:
    work(desk)
    step = Step.objects.filter(state="done")[0]
    with pytest.raises(policies.NotAllowed, match="tidak termasuk"):
        check(desk, step)  # not drawn yet
    to_friday(desk)
    one, other = sample(desk).steps[:2]
    with pytest.raises(policies.NotAllowed, match="Tulis"):
        check(desk, one, remarks="  ")
    row = check(desk, one, remarks=f" {WORDS} ")
    assert (row.state, row.remarks, row.checked_at) == ("failed", WORDS, desk.now)
    check(desk, other, state=SampleState.PASSED, remarks="")
    with pytest.raises(policies.NotAllowed, match="sudah diperiksa"):
        check(desk, one)
    now = sample(desk)
    assert (now.left, now.failed) == (3, 1)
    entries = entries_of(str(one.office_id), [f"sop.run:{one.run_id}"])
    told = next(e for e in entries if e.verb == "sop.sample.failed")
    assert (told.by, told.data["step"]) == (desk.people.budi.id, str(one.pk))
    assert told.data["remarks"] == digest(one.salt, WORDS)
    assert told.data["seed"] == now.seed
    assert WORDS not in str(told.data)
    assert verify().ok


def test_a_sample_of_weeks_ago_may_still_be_checked(desk: Desk) -> None:
    work(desk)
    desk.now += timedelta(days=30)
    assert check(desk, sample(desk).steps[0]).checked_at == desk.now


def test_the_figures_of_a_week_count_what_was_recorded_in_it(desk: Desk) -> None:
    work(desk, 1)
    run = desk.open("B", "Proyektor")
    done = desk.now
    desk.now += timedelta(days=1)
    desk.finish(run, "B1", performed_at=done, late_reason="Listrik padam")
    services.leave_undone(
        step_id=desk.step(desk.open("D4"), "D4").id,
        reason="Rusak",
        by=desk.people.andi.person,
        at=desk.now,
    )
    desk.now += timedelta(days=7)
    desk.finish(desk.open("B", "Pekan depan"), "B1")
    calendar = calendar_of(desk.people.office.pk)
    start = queries.midnight(calendar, MONDAY)
    assert queries.figures(start, start + queries.WEEK) == queries.Figures(4, 0, 1, 1)
    late = desk.open("B", "Lama")
    desk.now += timedelta(days=14)
    desk.finish(late, "B1")
    start = queries.midnight(calendar, queries.monday_of(desk.now.date()))
    assert queries.figures(start, start + queries.WEEK) == queries.Figures(1, 1, 0, 0)


def test_what_runs_out_is_that_of_ones_people(desk: Desk) -> None:
    run, ours = desk.open("B", "Printer"), desk.open("B", "Monitor")
    for key in ("B1", "B2"):
        desk.finish(ours, key)
    desk.now += timedelta(days=20)
    budi = desk.people.budi.person
    roles = queries.roles_of(budi, desk.now.date())
    found = queries.running_out(queries.headed(roles), roles, desk.now)
    assert [s.run for s in found] == [run]  # B3 of the other is Budi's own turn
    assert queries.running_out(queries.headed(roles), roles, run.opened_at) == []


def test_the_next_week_tells_what_begins_and_what_is_due(desk: Desk) -> None:
    services.open_rounds(at=desk.now)
    with timezone.override(desk.people.office.zone):
        days = {
            d.day: d for d in queries.coming(calendar_of(desk.people.office.pk), date(2026, 11, 30))
        }
    monday, tuesday = days[date(2026, 11, 30)], days[date(2026, 12, 1)]
    assert {"D1", "F1"} <= {s.key for s in monday.begins}
    assert {"C2", "D4", "D7"} & set(monday.due)
    assert {"C2-C7", "D4", "D7"} <= {s.key for s in tuesday.begins}
    assert "D1" in days[date(2026, 12, 4)].due
