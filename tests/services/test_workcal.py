"""The office's calendar: what it sets, what is refused, and that nobody reckons with an old one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction

from kelola.ledger.models import Entry
from kelola.ledger.queries import verify
from kelola.office.models import Office
from kelola.office.scope import ScopeMissing, ScopeViolation, office_scope
from kelola.office.services import Invalid
from kelola.registry import new_id
from kelola.workcal import queries, rules, services
from kelola.workcal.models import CalendarState, Closure, DayKind, DeclaredDay, HoursVersion
from tests.people import TOLD, make_court

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)
EARLY = {day: [(time(7, 30), time(12)), (time(13), time(16))] for day in range(5)}
FASTING = {day: [(time(8), time(14))] for day in range(5)}


@pytest.fixture
def office():
    return make_court().office.pk


@pytest.fixture
def inside(office):
    with office_scope(office):
        yield office


def due_of(office, start, standard="P1D"):
    """Return the due as the office's local time."""
    calendar = queries.calendar_of(office)
    begins = datetime.fromisoformat(start)
    begins = begins.replace(tzinfo=rules.zone_on(calendar, begins.date()))
    due = rules.due(calendar, begins, rules.parse_standard(standard)).at
    return f"{due:%Y-%m-%d %H:%M %Z}"


def hours_on(office, on):
    return [f"{a:%H:%M}-{b:%H:%M}" for a, b in rules.windows(queries.calendar_of(office), on)]


def test_an_office_that_has_set_nothing_has_the_default_calendar(office):
    assert due_of(office, "2026-11-28 10:00") == "2026-12-01 08:00 WIB"
    assert hours_on(office, date(2026, 2, 20)) == ["08:00-11:30", "12:30-15:30"]
    thirtieth = "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"
    dues = [slot.due_on for slot in rules.slots(queries.calendar_of(office), thirtieth, 2026)]
    assert {date(2026, 2, 27), date(2026, 5, 29), date(2026, 8, 28)} <= set(dues)


def test_the_national_days_off_of_2026_are_those_of_the_decree():
    days = [on for on in queries.national_days_off() if on.year == 2026]
    assert len(days) == 17 + 8
    assert date(2026, 2, 16) in days  # cuti bersama
    assert date(2026, 8, 17) in days
    assert any(on.year == 2038 for on in queries.national_days_off())


def test_its_own_zone_is_the_office_s():
    makassar = make_court("Pengadilan Agama Bima", "Asia/Makassar").office.pk
    assert due_of(makassar, "2026-11-24 09:00") == "2026-11-25 09:00 WITA"


def test_hours_hold_from_their_date(inside):
    services.set_hours(
        office=inside, weekdays=EARLY, effective_from=TUESDAY, basis="SK 1/2026", **TOLD
    )
    assert hours_on(inside, TUESDAY - timedelta(days=1)) == ["08:00-12:00", "13:00-16:30"]
    assert hours_on(inside, TUESDAY) == ["07:30-12:00", "13:00-16:00"]


def test_hours_of_the_same_date_replace_each_other(inside):
    for week in (EARLY, FASTING):
        services.set_hours(office=inside, weekdays=week, effective_from=TUESDAY, **TOLD)
    assert hours_on(inside, TUESDAY) == ["08:00-14:00"]
    assert HoursVersion.objects.count() == 1


def test_a_season_of_its_own_replaces_the_default_one(inside):
    services.declare_season(
        office=inside,
        label="Ramadan 1447 H",
        starts_on=date(2026, 2, 18),
        ends_on=date(2026, 3, 18),
        weekdays=FASTING,
        **TOLD,
    )
    assert hours_on(inside, date(2026, 2, 18)) == ["08:00-14:00"]
    assert hours_on(inside, date(2026, 3, 17)) == ["08:00-14:00"]
    assert [s.label for s in queries.calendar_of(inside).seasons] == ["Ramadan 1447 H"]
    with pytest.raises(Invalid) as caught:
        services.declare_season(
            office=inside,
            label="Lagi",
            starts_on=date(2026, 3, 18),
            ends_on=date(2026, 3, 30),
            weekdays=FASTING,
            **TOLD,
        )
    assert caught.value.field == "starts_on"


def test_a_local_day_off_and_a_worked_holiday(inside):
    wednesday, holiday = date(2026, 11, 25), date(2026, 8, 17)
    services.declare_day(office=inside, on=wednesday, kind=DayKind.OFF, label="Pilkada", **TOLD)
    assert due_of(inside, "2026-11-24 09:00") == "2026-11-26 09:00 WIB"
    services.declare_day(office=inside, on=holiday, kind=DayKind.WORKED, label="Piket", **TOLD)
    assert rules.is_working_day(queries.calendar_of(inside), holiday)
    services.declare_day(office=inside, on=holiday, kind=DayKind.OFF, label="Libur", **TOLD)
    assert not rules.is_working_day(queries.calendar_of(inside), holiday)
    assert DeclaredDay.objects.count() == 2


def test_a_closure_of_part_of_a_day(inside):
    services.declare_closure(
        office=inside, on=TUESDAY, label="Upacara", starts=time(10), ends=time(14), **TOLD
    )
    assert hours_on(inside, TUESDAY) == ["08:00-10:00", "14:00-16:30"]


def test_the_zone_changes_from_a_date_on(inside):
    services.set_zone(
        office=inside, zone="Asia/Makassar", effective_from=date(2026, 11, 25), **TOLD
    )
    assert due_of(inside, "2026-11-24 09:00") == "2026-11-25 09:00 WITA"
    assert due_of(inside, "2026-11-23 09:00") == "2026-11-24 09:00 WIB"


def test_what_was_declared_can_be_withdrawn_once(inside):
    rows = [
        services.declare_closure(office=inside, on=TUESDAY, label="Upacara", **TOLD),
        services.declare_day(office=inside, on=TUESDAY, kind=DayKind.OFF, label="Libur", **TOLD),
        services.declare_season(
            office=inside,
            label="Latihan",
            starts_on=TUESDAY,
            ends_on=TUESDAY,
            weekdays=FASTING,
            **TOLD,
        ),
    ]
    before = queries.calendar_of(inside)
    assert not rules.is_working_day(before, TUESDAY)
    for row in rows * 2:
        services.withdraw(row=row, **TOLD)
    assert hours_on(inside, TUESDAY) == ["08:00-12:00", "13:00-16:30"]
    verbs = [e.verb for e in Entry.objects.filter(verb__endswith=".withdrawn").order_by("seq")]
    assert verbs == [
        "workcal.closure.withdrawn",
        "workcal.day.withdrawn",
        "workcal.season.withdrawn",
    ]


def test_every_change_is_in_the_ledger_without_its_label(inside):
    services.set_hours(office=inside, weekdays=EARLY, effective_from=TUESDAY, **TOLD)
    services.set_zone(office=inside, zone="Asia/Jayapura", effective_from=TUESDAY, **TOLD)
    closed = services.declare_closure(
        office=inside, on=TUESDAY, label="Melayat", starts=time(10), **TOLD
    )
    entries = list(Entry.objects.filter(verb__startswith="workcal.").order_by("seq"))
    assert [e.verb for e in entries] == [
        "workcal.hours.set",
        "workcal.zone.set",
        "workcal.closure.declared",
    ]
    assert entries[2].object == f"workcal.closure:{closed.pk}"
    assert entries[2].data == {"on": "2026-11-24", "starts": "10:00:00"}
    assert "Melayat" not in str([e.data for e in entries])
    assert verify().ok


@pytest.mark.parametrize(
    ("field", "change"),
    [
        (
            "weekdays",
            lambda o: services.set_hours(office=o, weekdays={}, effective_from=TUESDAY, **TOLD),
        ),
        (
            "zone",
            lambda o: services.set_zone(office=o, zone="Aceh", effective_from=TUESDAY, **TOLD),
        ),
        (
            "label",
            lambda o: services.declare_closure(office=o, on=TUESDAY, label="  ", **TOLD),
        ),
        (
            "ends",
            lambda o: services.declare_closure(
                office=o, on=TUESDAY, label="Rapat", starts=time(12), ends=time(12), **TOLD
            ),
        ),
        (
            "ends_on",
            lambda o: services.declare_season(
                office=o,
                label="Terbalik",
                starts_on=TUESDAY,
                ends_on=TUESDAY - timedelta(days=1),
                weekdays=FASTING,
                **TOLD,
            ),
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(inside, field, change):
    before, entries = queries.calendar_of(inside), Entry.objects.count()
    with pytest.raises(Invalid) as caught:
        change(inside)
    assert caught.value.field == field
    assert queries.calendar_of(inside) is before
    assert Entry.objects.count() == entries


def test_a_calendar_is_kept_until_it_changes(inside, django_assert_num_queries):
    first = queries.calendar_of(inside)
    with django_assert_num_queries(1):
        assert queries.calendar_of(inside) is first
    services.declare_closure(office=inside, on=TUESDAY, label="Rapat", **TOLD)
    changed = queries.calendar_of(inside)
    assert changed is not first
    assert changed.revision != first.revision
    assert not rules.is_working_day(changed, TUESDAY)
    assert rules.is_working_day(first, TUESDAY)


def test_a_change_rolled_back_leaves_no_calendar_behind(inside):
    services.declare_closure(
        office=inside, on=TUESDAY, label="Rapat", starts=time(10), ends=time(11), **TOLD
    )
    with transaction.atomic():
        services.declare_closure(office=inside, on=TUESDAY, label="Batal", **TOLD)
        assert hours_on(inside, TUESDAY) == []
        transaction.set_rollback(True)
    assert hours_on(inside, TUESDAY) == ["08:00-10:00", "11:00-12:00", "13:00-16:30"]
    other = TUESDAY + timedelta(days=1)
    services.declare_closure(office=inside, on=other, label="Lain", **TOLD)
    assert hours_on(inside, TUESDAY) == ["08:00-10:00", "11:00-12:00", "13:00-16:30"]
    assert hours_on(inside, other) == []


def test_the_calendars_of_two_offices_do_not_mix(office):
    other = make_court("Pengadilan Agama Tetangga", "Asia/Makassar").office.pk
    with office_scope(other):
        services.declare_closure(office=other, on=TUESDAY, label="Rapat", **TOLD)
        assert hours_on(office, TUESDAY) != []  # reckoned for an office, whichever is open
    assert hours_on(other, TUESDAY) == []
    with office_scope(office), pytest.raises(ScopeViolation):
        services.declare_closure(office=other, on=TUESDAY, label="Rapat", **TOLD)
    with pytest.raises(ScopeMissing):
        services.declare_closure(office=office, on=TUESDAY, label="Rapat", **TOLD)
    with office_scope(other):
        row = Closure.objects.get()
    with office_scope(office), pytest.raises(ScopeViolation):
        services.withdraw(row=row, **TOLD)


def test_an_office_that_does_not_exist_has_no_calendar():
    with pytest.raises(Office.DoesNotExist):
        queries.calendar_of(new_id())


def test_there_is_one_state_an_office(inside):
    for _ in range(2):
        services.declare_closure(office=inside, on=TUESDAY, label="Rapat", **TOLD)
    assert CalendarState.objects.count() == 1
