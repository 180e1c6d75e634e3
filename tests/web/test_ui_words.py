"""Moments, figures and names read as the office writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from kelola.ui import rules, wording

MOMENT = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Jakarta", "Senin, 30 November 2026 pukul 09.30 WIB"),
        ("Asia/Makassar", "Senin, 30 November 2026 pukul 10.30 WITA"),
        ("Asia/Jayapura", "Senin, 30 November 2026 pukul 11.30 WIT"),
    ],
)
def test_a_moment_is_written_in_the_zone_of_the_office(zone: str, words: str) -> None:
    with translation.override("id"), timezone.override(ZoneInfo(zone)):
        assert wording.long_date(MOMENT) == words


def test_english_keeps_the_order_and_takes_its_own_signs() -> None:
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Jakarta")):
        assert wording.long_date(MOMENT) == "Monday, 30 November 2026 at 09:30 WIB"
        assert wording.number(Decimal("1250000.5")) == "1,250,000.5"


def test_a_day_has_no_time() -> None:
    with translation.override("id"):
        assert wording.long_date(date(2026, 12, 1)) == "Selasa, 1 Desember 2026"
        assert wording.long_day(date(2026, 12, 1)) == "Selasa, 1 Desember 2026"


def test_the_short_form_names_the_year_only_when_it_is_another() -> None:
    other = MOMENT.replace(year=timezone.localdate().year - 3)
    this = MOMENT.replace(year=timezone.localdate().year)
    with translation.override("id"), timezone.override(ZoneInfo("Asia/Jakarta")):
        assert wording.short_time(this) == "30 Nov 09.30"
        assert wording.short_time(other) == f"30 Nov {other.year} 09.30"
        assert wording.short_time(this.date()) == "30 Nov"
        assert wording.clock_time(this) == "09.30"


def test_a_moment_near_midnight_falls_on_the_local_day() -> None:
    late = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)
    with translation.override("id"), timezone.override(ZoneInfo("Asia/Jakarta")):
        assert wording.long_day(late) == "Selasa, 1 Desember 2026"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1250000, "1.250.000"), (98.7, "98,7"), (Decimal("0.50"), "0,50"), (-1234, "-1.234")],
)
def test_figures_group_by_dots_and_split_by_a_comma(value: float | Decimal, words: str) -> None:
    with translation.override("id"):
        assert wording.number(value) == words


def test_money_and_shares() -> None:
    with translation.override("id"):
        assert wording.rupiah(1250000) == "Rp1.250.000"
        assert wording.percent(98.66, 1) == "98,7%"


def test_nothing_is_written_for_nothing() -> None:
    for write in (wording.long_date, wording.long_day, wording.short_time, wording.number):
        assert write(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Andi Pratama, S.Kom.", "AP"),
        ("Dr. Dewi Sartika Wulandari, S.H., M.H.", "DW"),
        ("Cut", "C"),
        ("  ", ""),
    ],
)
def test_initials_leave_titles_out(name: str, letters: str) -> None:
    assert rules.initials(name) == letters


@pytest.mark.parametrize(
    ("share", "tone"), [(0, "green"), (79.9, "green"), (80, "gold"), (99, "gold"), (100, "red")]
)
def test_a_clock_turns_gold_at_four_fifths_and_red_when_spent(share: float, tone: str) -> None:
    assert rules.tone_of(share) == tone
