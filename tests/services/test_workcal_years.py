"""The yearly confirmation, and closures of several days."""

from __future__ import annotations

from datetime import date, time

import pytest

from kelola.ledger.models import Entry
from kelola.office.scope import office_scope
from kelola.office.services import Invalid
from kelola.workcal import access, queries, rules, services
from kelola.workcal.models import Closure, DayKind, YearConfirmation
from kelola.workcal.queries import calendars, national
from tests.people import TOLD, make_court

pytestmark = pytest.mark.django_db

NYEPI = date(2027, 3, 8)
DECREE = "SKB 1497/2026"


@pytest.fixture
def inside():
    office = make_court().office.pk
    with office_scope(office):
        yield office


@pytest.fixture
def another_library(monkeypatch):
    """A later version of the library that knows one day of 2027 less and one more."""

    def take() -> None:
        days = dict(national.national_days())
        days[date(2027, 3, 9)] = national.NationalDay("Hari baru", joint=False)
        del days[NYEPI]
        known = dict(sorted(days.items()))
        off = {on: day.name for on, day in known.items()}
        monkeypatch.setattr(national, "national_days", lambda: known)
        monkeypatch.setattr(calendars, "national_days_off", lambda: off)
        calendars._kept.clear()

    yield take
    calendars._kept.clear()


def confirm(office, year=2027, decree=DECREE):
    return services.confirm_year(
        office=office, year=year, decree=decree, decree_on=date(2026, 10, 14), **TOLD
    )


def works(office, on):
    return rules.is_working_day(queries.calendar_of(office), on)


def test_a_confirmed_year_keeps_its_days_through_a_new_library(inside, another_library):
    confirm(inside)
    another_library()
    assert not works(inside, NYEPI)
    row = queries.confirmation_of(2027)
    assert queries.confirmed_differently(row) == [NYEPI]
    assert queries.special_days(2027, row)[NYEPI].mark == rules.Mark.NATIONAL


def test_an_unconfirmed_year_follows_the_library(inside, another_library):
    confirm(inside, 2026)
    another_library()
    assert works(inside, NYEPI)


def test_confirming_again_takes_the_days_known_then(inside, another_library):
    confirm(inside)
    another_library()
    row = confirm(inside, decree="SKB 2/2027")
    assert works(inside, NYEPI)
    assert queries.confirmed_differently(row) == []
    assert YearConfirmation.objects.count() == 1


def test_what_the_office_declared_holds_beside_the_confirmation(inside):
    services.declare_day(office=inside, on=NYEPI, kind=DayKind.WORKED, label="Piket", **TOLD)
    row = confirm(inside)
    assert works(inside, NYEPI)
    assert queries.special_days(2027, row)[NYEPI].mark == rules.Mark.CALLED


def test_the_ledger_holds_a_digest_of_the_decree(inside):
    row = confirm(inside)
    entry = Entry.objects.get(verb="workcal.year.confirmed")
    assert entry.data["year"] == 2027
    assert entry.data["days"] == len(row.days) > 20
    assert DECREE not in str(entry.data)


@pytest.mark.parametrize("year", [1999, 2078, 0, -1])
def test_a_year_out_of_bounds_is_refused(inside, year):
    with pytest.raises(Invalid, match="2000"):
        confirm(inside, year)
    assert not Entry.objects.filter(verb="workcal.year.confirmed").exists()


def test_a_confirmation_needs_its_decree(inside):
    with pytest.raises(Invalid, match="decree"):
        confirm(inside, decree="  ")
    assert not YearConfirmation.objects.exists()


def test_the_year_to_confirm_is_this_one_and_from_november_the_next(inside):
    assert queries.year_to_confirm(date(2026, 3, 1)) == 2026
    confirm(inside, 2026)
    assert queries.year_to_confirm(date(2026, 10, 31)) is None
    assert queries.year_to_confirm(date(2026, 11, 1)) == 2027
    confirm(inside)
    assert queries.year_to_confirm(date(2026, 12, 31)) is None


def test_another_office_s_confirmation_counts_for_nothing_here(inside):
    other = make_court("Pengadilan Agama Tetangga").office.pk
    with office_scope(other):
        confirm(other, 2026)
    assert queries.confirmation_of(2026) is None
    assert queries.year_to_confirm(date(2026, 3, 1)) == 2026


def shut(office, first, last, **more):
    values = {"label": "Banjir", **TOLD, **more}
    return services.close_office(office=office, first_on=first, last_on=last, **values)


def test_the_office_is_closed_on_every_day_between(inside):
    shut(inside, date(2026, 11, 5), date(2026, 11, 9))
    assert not works(inside, date(2026, 11, 6))
    assert not works(inside, date(2026, 11, 9))
    assert works(inside, date(2026, 11, 10))
    assert [len(days) for days in queries.shut_days(2026)] == [5]
    assert Entry.objects.filter(verb="workcal.closure.declared").count() == 5


def test_a_closed_day_is_not_closed_again_and_nothing_is_half_done(inside):
    shut(inside, date(2026, 11, 9), date(2026, 11, 9))
    with pytest.raises(Invalid, match="9 November 2026"):
        shut(inside, date(2026, 11, 5), date(2026, 11, 9))
    assert Closure.objects.count() == 1


def test_times_are_for_a_single_day(inside):
    with pytest.raises(Invalid, match="starts"):
        shut(inside, date(2026, 11, 5), date(2026, 11, 6), starts=time(10))
    shut(inside, date(2026, 11, 5), date(2026, 11, 5), starts=time(10), ends=time(12))
    assert works(inside, date(2026, 11, 5))


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 11, 5), date(2026, 11, 4)), (date(2026, 1, 1), date(2027, 1, 1))],
)
def test_turned_and_endless_closures_are_refused(inside, first, last):
    with pytest.raises(Invalid, match="last_on"):
        shut(inside, first, last)
    assert not Closure.objects.exists()


def test_a_closure_is_opened_again_whole_and_only_once(inside):
    middle = shut(inside, date(2026, 11, 5), date(2026, 11, 9))[2]
    shut(inside, date(2026, 11, 10), date(2026, 11, 10), label="Listrik padam")
    days = access.closures(middle.pk)
    for _ in range(2):
        services.reopen_office(rows=days, **TOLD)
    assert works(inside, date(2026, 11, 6))
    assert not works(inside, date(2026, 11, 10))
    assert Entry.objects.filter(verb="workcal.closure.withdrawn").count() == 5


def test_special_days_of_a_leap_year_hold_the_29th_of_february(inside):
    """E-51: a holiday on 29 February stands on its day."""
    leap = date(2028, 2, 29)
    services.declare_day(office=inside, on=leap, kind=DayKind.OFF, label="Libur lokal", **TOLD)
    found = queries.special_days(2028, None)
    assert found[leap].mark == rules.Mark.LOCAL
    february = rules.months_of(queries.calendar_of(inside), 2028, found)[1]
    assert [d.mark for week in february.weeks for d in week if d and d.on == leap] == ["local"]
