"""The calendar, the history, the background work, the help and the gallery in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.pages import judge
from tests.people import PASSWORD


@pytest.fixture
def budi(team):
    window = team.open_window()
    window.sign_in("budi", PASSWORD)
    return window


def test_the_office_is_closed_and_opened_again_without_script(window, team):
    budi = window(size=PHONE, javascript=False)
    budi.sign_in("budi", PASSWORD)
    page = budi.go("/kalender/?tahun=2026")
    page.get_by_role("link", name="Tutup kantor").click()
    page.get_by_label("Alasan").fill("Banjir di gedung lama")
    page.get_by_label("Hari pertama").fill("2026-11-05")
    page.get_by_label("Hari terakhir").fill("2026-11-09")
    page.get_by_role("button", name="Simpan penutupan").click()
    expect(page.locator(".notice").first).to_contain_text("Kalender sudah diubah")
    expect(page.get_by_text("5–9 November 2026")).to_be_visible()
    page.get_by_role("link", name=re.compile("Cabut.*Banjir di gedung lama")).click()
    page.get_by_role("button", name="Cabut").click()
    expect(page.get_by_text("Tahun ini tidak ada penutupan kantor.")).to_be_visible()


def test_a_mistake_in_the_hours_is_told_at_its_field(budi):
    budi.expects(422)
    page = budi.go("/kalender/jam/")
    page.get_by_label("Berlaku mulai").fill("2027-01-04")
    page.get_by_label("Senin, Pulang").fill("07:00")
    page.get_by_role("button", name="Simpan jam kerja").click()
    expect(page.locator("#errors")).to_contain_text("Setiap jam harus sesudah jam sebelumnya.")
    judge(budi, note="hours refused")


def test_the_help_for_a_page_is_two_clicks_away(budi):
    page = budi.go("/kalender/")
    page.locator(".me > summary").click()
    page.get_by_role("link", name="Bantuan untuk halaman ini").click()
    expect(page.locator("h1")).to_have_text("Kalender kerja")
    expect(page.locator(".help-list [aria-current=page]")).to_have_text("Kalender kerja")
