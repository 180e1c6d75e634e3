"""The schedule opens every round by itself: once, also late, also with two that look."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.office.scope import office_scope, unscoped
from kelola.sop import phrases, queries, services, sheets, tasks
from kelola.sop.models import Run, SopVersion, Step
from kelola.sop.services import rounds as service
from kelola.workcal import rules as workcal
from kelola.workcal import services as calendars
from kelola.workcal.models import DayKind
from kelola.workcal.queries import calendar_of
from tests.people import TOLD
from tests.runs import MONDAY, adopt

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tests.runs import Desk

pytestmark = pytest.mark.django_db
WEEKLY, MONTHLY = {"D1", "F1", "F3"}, {"C2-C7", "D4", "D7", "F2", "F5-F7"}


def look(at: datetime) -> set[tuple[str, str]]:
    """Let the job look; return the rounds that have a run in the open office."""
    tasks.rounds(at=at)
    return set(Run.objects.exclude(slot_key="").values_list("strand", "slot_key"))


def day(text: str, hour: int = 8) -> datetime:
    """Return a moment of a day in the office's zone."""
    zone = timezone.get_fixed_timezone(7 * 60)
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), zone).replace(hour=hour)


def opened_on(runs: set[tuple[str, str]], strand: str) -> list[str]:
    """Return the rounds of a strand that have a run."""
    return sorted(key for name, key in runs if name == strand)


def test_the_first_look_opens_what_runs_and_nothing_that_is_past(desk: Desk) -> None:
    runs = look(MONDAY)  # 2 November 2026
    assert {strand for strand, _key in runs} == WEEKLY | MONTHLY
    assert opened_on(runs, "C2-C7") == ["2026-11"]
    assert opened_on(runs, "D1") == ["2026-W45"]
    run = Run.objects.get(strand="C2-C7")
    assert (run.opened_by, run.origin) == (None, "schedule")
    assert run.subject == "Pemeliharaan bulanan, November 2026"
    assert phrases.opener(run) == "Kelola, menurut jadwal"
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])[0]
    assert (told.verb, told.by) == ("sop.run.opened", "system")
    step = desk.step(run, "C2")
    calendar = calendar_of(run.office_id)
    assert step.due_at == workcal.windows(calendar, date(2026, 11, 30))[-1][1]
    assert verify().ok
    with timezone.override(desk.people.office.zone):
        assert "Kelola, menurut jadwal" in str(sheets.run_paper(desk.people.office, run))


def test_a_second_look_opens_nothing_and_asks_one_thing(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    runs = look(MONDAY)
    with django_assert_num_queries(1):
        tasks.rounds(at=MONDAY + timedelta(minutes=5))
    assert look(MONDAY + timedelta(days=6)) == runs


def test_a_week_and_a_month_begin_at_their_midnight(desk: Desk) -> None:
    first = look(MONDAY)
    assert look(day("2026-11-08", 23)) == first
    assert look(day("2026-11-09", 0)) - first == {(s, "2026-W46") for s in WEEKLY}
    before = look(day("2026-11-30", 23))
    after = look(day("2026-12-01", 0)) - before
    assert after == {(s, "2026-12") for s in MONTHLY}


def test_the_machine_off_across_the_thirtieth_misses_each_round_once(desk: Desk) -> None:
    """Off from 11 November to 5 February: every round that began meanwhile comes, late, once."""
    look(day("2026-11-11"))
    runs = look(day("2027-02-05"))
    assert opened_on(runs, "C2-C7") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    weeks = opened_on(runs, "D1")
    assert weeks[0] == "2026-W46"
    assert weeks[-1] == "2027-W05"
    assert len(weeks) == len(set(weeks)) == 13
    assert ("C1", "2027") in runs  # January's yearly round
    late = Step.objects.get(run__strand="D4", run__slot_key="2026-12")
    assert late.due_at
    assert late.due_at < late.opened_at
    assert services.tell_dues(by="system", at=day("2027-02-05")) > 0
    count = Run.objects.count()
    look(day("2027-02-05", 9))
    assert Run.objects.count() == count
    assert verify().ok


@pytest.mark.parametrize(
    ("year", "due"),
    [(2027, date(2027, 2, 26)), (2028, date(2028, 2, 29)), (2026, date(2026, 2, 27))],
)
def test_the_thirtieth_of_february_is_its_last_working_day(
    desk: Desk, year: int, due: date
) -> None:
    SopVersion.objects.update(rounds_looked_at=day(f"{year}-01-31"))
    runs = look(day(f"{year}-02-01"))
    assert ("D7", f"{year}-02") in runs
    assert Run.objects.get(strand="D7", slot_key=f"{year}-02").slot_due_on == due


def test_a_round_that_a_person_opened_or_gave_up_is_left_alone(desk: Desk) -> None:
    own = desk.open("D4")
    dropped = desk.open("D7")
    services.cancel_run(run_id=dropped.id, reason="x", by=desk.people.budi.person, at=desk.now)
    look(MONDAY + timedelta(hours=1))
    assert list(Run.objects.filter(strand="D4")) == [own]
    assert [r.state for r in Run.objects.filter(strand="D7")] == ["cancelled"]


def test_a_person_and_the_schedule_at_the_same_instant_open_it_once(desk: Desk) -> None:
    with mock.patch.object(service, "_taken", return_value=set()):  # as if it had looked before
        desk.open("D4")
        look(MONDAY + timedelta(hours=1))
    assert Run.objects.filter(strand="D4").count() == 1
    with pytest.raises(services.SlotTaken):
        desk.open("D7")


def test_a_kill_between_two_runs_loses_and_doubles_nothing(desk: Desk) -> None:
    calls: list[str] = []

    def dying(**given: object) -> Run:
        calls.append(str(given["strand"]))
        if len(calls) == 4:
            raise SystemExit
        return real(**given)  # type: ignore[arg-type] # handed on as it came

    real = service.open_run
    with mock.patch.object(service, "open_run", dying), pytest.raises(SystemExit):
        tasks.rounds(at=MONDAY)
    assert Run.objects.count() == 3
    runs = look(MONDAY + timedelta(minutes=5))
    assert len(runs) == Run.objects.count() == len(WEEKLY | MONTHLY)


def test_a_week_without_a_working_day_has_no_round(desk: Desk) -> None:
    for n in range(5):
        calendars.declare_day(
            office=desk.people.office.pk,
            on=date(2026, 11, 9 + n),
            kind=DayKind.OFF,
            label="Banjir",
            **TOLD,
        )
    look(MONDAY)
    runs = look(day("2026-11-16"))
    assert opened_on(runs, "D1") == ["2026-W45", "2026-W47"]


def test_a_change_of_the_calendar_is_looked_at_at_once(desk: Desk) -> None:
    look(MONDAY)
    assert queries.offices_with_rounds(MONDAY) == []
    tasks.clocks(desk.people.office.pk, [], at=MONDAY)
    assert queries.offices_with_rounds(MONDAY) == [desk.people.office.pk]


@pytest.mark.logs_errors("kelola.sop.tasks")
def test_one_offices_trouble_keeps_no_other_waiting(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with office_scope(desk.people.other.office.pk):
        adopt(desk.people.other)
    broken, real = desk.people.office.pk, service.open_run

    def failing(**given: object) -> Run:
        version = given["version"]
        assert isinstance(version, SopVersion)
        if version.office_id == broken:
            raise RuntimeError("disk")
        return real(**given)  # type: ignore[arg-type] # handed on as it came

    with mock.patch.object(service, "open_run", failing), pytest.raises(RuntimeError):
        tasks.rounds(at=MONDAY)
    assert "were not opened" in caplog.text
    with unscoped("counting both offices"):
        counts = {o: Run.objects.filter(office=o).count() for o in (broken, other_of(desk))}
    assert counts == {broken: 0, other_of(desk): len(WEEKLY | MONTHLY)}


def other_of(desk: Desk) -> object:
    """Return the other office's id."""
    return desk.people.other.office.pk


def test_only_the_version_in_use_has_rounds(desk: Desk) -> None:
    SopVersion.objects.update(state="superseded")
    assert look(MONDAY) == set()
    assert queries.offices_with_rounds(MONDAY) == []
