"""The calendar's pages: what they show, what they refuse, and that nothing is half written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kelola.ledger.models import Entry
from kelola.office.models import Office
from kelola.office.scope import office_scope
from kelola.workcal import queries, rules, services
from kelola.workcal.models import (
    Closure,
    DayKind,
    DeclaredDay,
    HoursVersion,
    Season,
    YearConfirmation,
    ZoneVersion,
)
from tests.people import TOLD, make_people

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 23, 2, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def people(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOVEMBER)
    return make_people()


@pytest.fixture
def budi(people):
    return signed_in(people.budi)


def signed_in(who):
    client = Client()
    client.force_login(who.user)
    client.get("/meja-kerja/")
    return client


def page(client, name, query="", status=200):
    answer = client.get(reverse(name) + query)
    assert answer.status_code == status
    return answer.content.decode()


def post(client, name, data, status):
    answer = client.post(reverse(name), data)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


def inside(people):
    return office_scope(people.office.pk)


def test_the_year_shows_each_special_day_with_its_word(people, budi):
    with inside(people):
        services.declare_day(
            office=people.office.pk,
            on=date(2026, 10, 12),
            kind=DayKind.OFF,
            label="Hari jadi",
            basis="SK 12/2026",
            **TOLD,
        )
    said = page(budi, "calendar", "?tahun=2026")
    for words in (
        "Tahun Baru Imlek",
        "Cuti bersama",
        "Hari jadi",
        "Libur kantor ini",
        "SK 12/2026",
    ):
        assert words in said
    assert re.search(r'class="is-local[^"]*" title="Hari jadi"', said)


def test_a_member_reads_and_is_offered_no_change(people):
    said = page(signed_in(people.andi), "calendar")
    assert "Kalender kerja 2026" in said
    for name in ("calendar_day", "calendar_confirm", "calendar_hours", "calendar_closure"):
        assert reverse(name) not in said


@pytest.mark.parametrize("year", ["1999", "2078", "x", "-1", "²⁰²⁶", "99999999999", "2026.0"])
def test_a_year_that_the_calendar_does_not_know_is_no_page(budi, year):
    page(budi, "calendar", f"?tahun={year}", status=404)
    page(budi, "calendar_confirm", f"?tahun={year}", status=404)


@pytest.mark.parametrize("year", [2000, 2024, 2077])
def test_the_first_the_last_and_a_leap_year_are_pages(budi, year):
    """E-51: a leap year shows its 29 February."""
    said = page(budi, "calendar", f"?tahun={year}")
    february = said.split("<h3>Februari</h3>")[1].split("<h3>")[0]
    assert ("<span>29</span>" in february) == (year % 4 == 0)


def test_a_day_on_the_29th_of_february_stands_there(people, budi):
    """E-51: a holiday on a leap day."""
    data = {"on": "2028-02-29", "kind": "off", "label": "Libur kabisat"}
    post(budi, "calendar_day", data, 302)
    assert 'title="Libur kabisat"' in page(budi, "calendar", "?tahun=2028")


def test_a_day_that_does_not_exist_is_refused_in_words(people, budi):
    """E-51: 30 February."""
    data = {"on": "2028-02-30", "kind": "off", "label": "Libur"}
    assert "Masukkan tanggal yang valid" in post(budi, "calendar_day", data, 422)
    with inside(people):
        assert not DeclaredDay.objects.exists()


def test_texts_are_shown_as_they_were_typed(people, budi):
    """C-22: a text is a text, in the list, in the sheet of the month and where it is withdrawn."""
    data = {"on": "2026-10-12", "kind": "off", "label": SCRIPT, "basis": SCRIPT}
    post(budi, "calendar_day", data, 302)
    post(budi, "calendar_closure", {"first_on": "2026-10-13", "label": SCRIPT}, 302)
    with inside(people):
        day = DeclaredDay.objects.get()
    answers = [page(budi, "calendar")]
    answers.append(budi.get(reverse("calendar_withdraw_day", args=[day.pk])).content.decode())
    for said in answers:
        assert SCRIPT not in said
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("calendar_day", {"on": "2026-10-12", "kind": "party", "label": "x"}, "party"),
        ("calendar_day", {"on": "0001-01-01", "kind": "off", "label": "x"}, "tahun 2000 dan 2077"),
        ("calendar_day", {"on": "9999-12-31", "kind": "off", "label": "x"}, "tahun 2000 dan 2077"),
        ("calendar_day", {"on": "2026-10-12", "kind": "off", "label": "x" * 121}, "120"),
        (
            "calendar_closure",
            {"first_on": "2026-10-12", "last_on": "2026-10-11", "label": "x"},
            "Hari terakhir tidak boleh mendahului hari pertama.",
        ),
        (
            "calendar_closure",
            {"first_on": "2026-01-01", "last_on": "2026-12-31", "label": "x"},
            "Paling banyak 60 hari",
        ),
        (
            "calendar_closure",
            {"first_on": "2026-10-12", "starts": "12:00", "ends": "10:00", "label": "x"},
            "Jam buka kembali harus sesudah jam tutup.",
        ),
        ("calendar_zone", {"zone": "Mars/Olympus", "effective_from": "2026-12-01"}, "Mars/Olympus"),
        ("calendar_confirm", {"decree": " ", "decree_on": "2026-10-14"}, "wajib diisi"),
        (
            "calendar_hours",
            {"effective_from": "2026-12-01", "opens_0": "08:00", "closes_0": "07:00"},
            "Setiap jam harus sesudah jam sebelumnya.",
        ),
        (
            "calendar_hours",
            {"effective_from": "2026-12-01", "opens_0": "08:00"},
            "Isi jam masuk dan pulang",
        ),
        ("calendar_hours", {"effective_from": "2026-12-01"}, "paling sedikit untuk satu hari"),
        (
            "calendar_hours",
            {
                "effective_from": "2026-12-01",
                "opens_0": "08:00",
                "pauses_0": "13:00",
                "resumes_0": "12:00",
                "closes_0": "16:00",
            },
            "Setiap jam harus sesudah jam sebelumnya.",
        ),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(people, budi, name, data, words):
    before = Entry.objects.count()
    assert words in post(budi, name, data, 422)
    with inside(people):
        for model in (DeclaredDay, Closure, HoursVersion, ZoneVersion, Season, YearConfirmation):
            assert not model.objects.exists()
    assert Entry.objects.count() == before


def test_hours_are_set_from_the_filled_in_form(people, budi):
    form = budi.get(reverse("calendar_hours")).context["form"]
    data = {f"{c}_{d}": form[f"{c}_{d}"].value() or "" for d in range(7) for c in COLUMNS}
    data |= {"effective_from": "2027-01-04", "opens_0": "07:30", "basis": "SK 9/2026"}
    post(budi, "calendar_hours", data, 302)
    calendar = queries.calendar_of(people.office.pk)
    assert [f"{a:%H:%M}" for a, _b in rules.windows(calendar, date(2027, 1, 4))] == [
        "07:30",
        "13:00",
    ]
    assert [f"{a:%H:%M}" for a, _b in rules.windows(calendar, date(2026, 12, 28))] == [
        "08:00",
        "13:00",
    ]
    assert "Akan berlaku" in page(budi, "calendar")


COLUMNS = ("opens", "pauses", "resumes", "closes")


def test_other_hours_are_set_and_withdrawn(people, budi):
    data = {"label": "Ramadan 1448 H", "starts_on": "2027-02-08", "ends_on": "2027-03-09"}
    post(budi, "calendar_season", {**data, "opens_0": "08:00", "closes_0": "14:00"}, 302)
    assert "Untuk sebagian hari itu sudah ada jam kerja lain." in post(
        budi, "calendar_season", {**data, "opens_0": "08:00", "closes_0": "14:00"}, 422
    )
    with inside(people):
        row = Season.objects.get()
    assert "Ramadan 1448 H" in page(budi, "calendar", "?tahun=2027")
    assert budi.post(reverse("calendar_withdraw_season", args=[row.pk])).status_code == 302
    with inside(people):
        assert not Season.objects.exists()


def test_a_closure_is_one_line_and_withdrawn_as_one(people, budi):
    data = {"first_on": "2026-11-05", "last_on": "2026-11-09", "label": "Banjir"}
    post(budi, "calendar_closure", data, 302)
    assert "5–9 November 2026" in page(budi, "calendar")
    with inside(people):
        row = Closure.objects.order_by("on")[2]
    asked = budi.get(reverse("calendar_withdraw_closure", args=[row.pk])).content.decode()
    assert "5–9 November 2026" in asked
    for status in (302, 404):
        answer = budi.post(reverse("calendar_withdraw_closure", args=[row.pk]))
        assert answer.status_code == status
    with inside(people):
        assert not Closure.objects.exists()


def test_the_next_year_is_asked_for_from_november_until_it_is_confirmed(people, budi, monkeypatch):
    with inside(people):
        confirm(people, 2026)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 30, tzinfo=UTC))
    assert "Kalender kerja 2027 belum disahkan" not in page(budi, "calendar")
    monkeypatch.setattr(timezone, "now", lambda: NOVEMBER)
    assert "Kalender kerja 2027 belum disahkan" in page(budi, "calendar")
    assert "Kalender kerja 2027 belum disahkan" in page(budi, "settings")
    answer = budi.post(
        reverse("calendar_confirm") + "?tahun=2027",
        {"decree": "SKB 1/2026", "decree_on": "2026-10-14"},
    )
    assert answer.status_code == 302
    said = page(budi, "calendar", "?tahun=2027")
    assert "belum disahkan" not in said
    assert "SKB 1/2026, Rabu, 14 Oktober 2026" in said
    assert "Budi Santoso" in said


def confirm(people, year):
    services.confirm_year(
        office=people.office.pk, year=year, decree="SKB 1", decree_on=date(2025, 9, 19), **TOLD
    )


def test_another_office_sees_nothing_of_it(people, budi):
    post(budi, "calendar_day", {"on": "2026-10-12", "kind": "off", "label": "Rahasia"}, 302)
    with inside(people):
        confirm(people, 2026)
    said = page(signed_in(people.eko), "calendar", "?tahun=2026")
    assert "Rahasia" not in said
    assert "SKB 1" not in said


def test_the_page_asks_as_often_for_many_days_as_for_few(people, budi):
    def fill(first, count):
        with inside(people):
            for n in range(count):
                on = date.fromordinal(first.toordinal() + 2 * n)
                services.declare_closure(office=people.office.pk, on=on, label=f"T {n}", **TOLD)
                services.declare_day(
                    office=people.office.pk, on=on, kind=DayKind.OFF, label=f"L {n}", **TOLD
                )

    def asked():
        page(budi, "calendar")  # builds the calendar, which is kept
        with CaptureQueriesContext(connection) as found:
            page(budi, "calendar")
        return len(found)

    fill(date(2026, 1, 1), 10)
    few = asked()
    fill(date(2026, 6, 1), 30)
    assert asked() == few


def due(client, start, amount, unit, status=200):
    query = f"?start={start}&amount={amount}&unit={unit}"
    return page(client, "calendar_due", query, status)


def test_a_due_time_is_reckoned_and_explained(budi):
    said = due(budi, "2026-11-27T15:00", 9, "hours")
    assert "Tenggat Senin, 30 November 2026 pukul 16.00 WIB" in said
    assert "Sabtu, 28 November 2026" in said
    assert "2 jam" in said
    assert "7 jam" in said


def test_a_day_off_in_between_is_named(budi):
    assert "Hari Raya Natal" in due(budi, "2026-12-23T10:00", 2, "days")


def test_a_legal_time_limit_runs_through_days_off(budi):
    said = due(budi, "2026-11-27T15:00", 72, "wall")
    assert "Tenggat Senin, 30 November 2026 pukul 15.00 WIB" in said


@pytest.mark.parametrize(
    ("start", "amount", "unit", "words"),
    [
        ("2026-11-27T15:00", 0, "hours", "lebih besar"),
        ("2026-11-27T15:00", 401, "days", "Paling besar 400."),
        ("2026-11-27T15:00", "1e9", "days", "Tulis bilangan bulat."),
        ("2026-11-27T15:00", 5, "weeks", "weeks"),
        ("0001-01-01T00:00", 5, "days", "tahun 2000 dan 2077"),
        ("2026-02-30T10:00", 5, "days", "tanggal/waktu yang valid"),
        ("", 5, "days", "wajib diisi"),
    ],
)
def test_a_reckoning_that_cannot_be_is_refused_in_words(budi, start, amount, unit, words):
    assert words in due(budi, start, amount, unit, 422)


def test_an_hour_that_summer_time_leaves_out_is_refused(people, budi):
    """E-51: a zone with summer time has hours that do not exist."""
    with inside(people):
        services.set_zone(
            office=people.office.pk,
            zone="America/New_York",
            effective_from=date(2026, 1, 1),
            **TOLD,
        )
    said = due(budi, "2026-03-08T02:30", 1, "hours", 422)
    assert "America/New_York" in said
    assert "EDT" in due(budi, "2026-07-08T10:30", 1, "hours")


def test_a_zone_changes_what_the_calculator_reads(people, budi):
    post(budi, "calendar_zone", {"zone": "Asia/Jayapura", "effective_from": "2026-01-05"}, 302)
    assert "pukul 10.00 WIT" in due(budi, "2026-11-24T09:00", 1, "hours")
    assert Office.objects.get(pk=people.office.pk).zone == "Asia/Jakarta"
