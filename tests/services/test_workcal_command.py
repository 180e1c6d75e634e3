"""``kelola calendar``: its answers in the given shapes, and its refusals in Indonesian."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kelola.office.scope import office_scope
from kelola.registry import new_id
from kelola.workcal import services
from tests.people import TOLD, make_court

pytestmark = pytest.mark.django_db

THIRTIETH = "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"


def run(*words):
    out = StringIO()
    call_command("calendar", *words, stdout=out, stderr=out)
    return out.getvalue()


def answer(*words):
    return json.loads(run(*words, "--json"))


def test_without_an_office_the_default_calendar_answers():
    assert answer("due", "2026-11-28T10:00", "P1D") == {"due": "2026-12-01T08:00:00+07:00"}


def test_a_range_has_a_target_as_well():
    assert answer("due", "2026-11-24T15:00:05", "PT3H..P1D") == {
        "due": "2026-11-25T15:00:05+07:00",
        "target": "2026-11-25T09:30:05+07:00",
    }


def test_pauses_may_be_repeated_and_given_in_any_zone():
    found = answer(
        "due",
        "2026-11-24T09:00",
        "P1D",
        "--pause",
        "2026-11-24T10:00..2026-11-24T11:00",
        "--pause",
        "2026-11-24T06:00Z..2026-11-24T06:30:30Z",
    )
    assert found == {"due": "2026-11-25T10:30:30+07:00"}


def test_a_legal_clock_is_exact():
    found = answer("due", "2026-11-28T03:04:05+07:00", "PT72H", "--wall")
    assert found == {"due": "2026-12-01T03:04:05+07:00"}


def test_a_recurrence_is_due_with_its_slot():
    assert answer("due", "2026-02-03T09:00", THIRTIETH) == {"due": "2026-02-27T15:30:00+07:00"}


def test_the_slots_of_a_year():
    slots = answer("slots", THIRTIETH, "--year", "2026")["slots"]
    assert len(slots) == 12
    assert slots[1] == {"opens_on": "2026-02-01", "due_on": "2026-02-27"}
    assert [s["due_on"] for s in slots if s["due_on"] in {"2026-05-29", "2026-08-28"}] == [
        "2026-05-29",
        "2026-08-28",
    ]


def test_the_only_office_s_calendar_answers():
    office = make_court("Pengadilan Agama Bima", "Asia/Makassar").office.pk
    with office_scope(office):
        services.declare_closure(office=office, on=date(2026, 11, 25), label="Rapat", **TOLD)
    found = answer("due", "2026-11-24T09:00", "P1D")
    assert found == {"due": "2026-11-26T09:00:00+08:00"}


def test_of_several_offices_one_is_chosen():
    bima = make_court("Pengadilan Agama Bima", "Asia/Makassar").office.pk
    make_court()
    chosen = answer("due", "2026-11-24T09:00", "P1D", "--office", str(bima))
    assert chosen == {"due": "2026-11-25T09:00:00+08:00"}
    told = run("due", "2026-11-24T09:00", "P1D", "--json")
    assert "Pilih kantor dengan --office." in told
    assert "2026-11-25T09:00:00+07:00" in told


def test_people_read_words():
    assert run("due", "2026-11-28T10:00", "PT3H..P1D").splitlines() == [
        "Tenggat: Selasa, 1 Desember 2026 pukul 08.00 WIB",
        "Sasaran: Senin, 30 November 2026 pukul 11.00 WIB",
    ]
    assert run("slots", "FREQ=WEEKLY", "--year", "2026").splitlines()[47] == (
        "2026-W48: mulai 23 November 2026, tenggat 27 November 2026"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["due", "kemarin", "P1D"], "bukan tanggal dan jam"),
        (["due", "", "P1D"], "bukan tanggal dan jam"),
        (["due", "9999-12-31T23:59", "P1D"], "tahun harus antara 1970 dan 2500"),
        (["due", "2026-11-28T10:00", "satu hari"], "Tulis hari (P1D)"),
        (["due", "2026-11-28T10:00", ""], "Standar waktu belum diisi"),
        (["due", "2026-11-28T10:00", "P1DT2H"], "tidak dapat digabung"),
        (["due", "2026-11-28T10:00", "FREQ=WEEKLY;BYDAY=XX"], "BYDAY=XX: Nilai ini di luar batas"),
        (["due", "2026-11-28T10:00", "FREQ=MONTHLY", "--wall"], "memerlukan lama waktu"),
        (["due", "2500-12-31T23:00", "FREQ=WEEKLY"], "tidak memiliki jam kerja"),
        (["due", "2026-11-28T10:00", "P1D", "--pause", "2026-11-28"], "bukan jeda"),
        (["due", "2026-11-28T10:00", "P1D", "--pause", "a..b"], "bukan tanggal dan jam"),
        (
            ["due", "2026-11-28T10:00", "P1D", "--pause", "2026-11-29T10:00..2026-11-28T10:00"],
            "berakhir sebelum dimulai",
        ),
        (["due", "2026-11-28T10:00", "P1D", "--office", "x"], "bukan id kantor"),
        (["due", "2026-11-28T10:00", "P1D", "--office", str(new_id())], "Tidak ada kantor"),
        (["slots", THIRTIETH, "--year", "dua ribu"], "tahun harus antara"),
        (["slots", THIRTIETH, "--year", "12"], "tahun harus antara"),
        (["slots", "P1D", "--year", "2026"], "NAMA=NILAI"),
    ],
)
def test_wrong_use_is_told_in_indonesian(words, told):
    with pytest.raises(CommandError) as caught:
        run(*words)
    assert caught.value.returncode == 2
    assert told in str(caught.value)
