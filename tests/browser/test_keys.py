"""A key for a program: made after the password, copied, used, revoked."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.pages import judge
from tests.people import PASSWORD


def test_a_key_is_made_shown_and_revoked(desk, window):
    andi = window()
    andi.sign_in("andi", PASSWORD)
    andi.go("/akun/kunci-api/")
    page = andi.page
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/akun/kunci-api/")
    judge(andi, note="empty")
    page.get_by_label("Nama").fill("Laporan harian")
    page.get_by_role("button", name="Buat kunci ini").click()
    key = page.locator(".key-shown").inner_text()
    judge(andi, note="made")
    told = page.request.get(
        f"{andi.address}/api/v1/me", headers={"Authorization": f"Bearer {key}"}
    ).json()
    assert told["key"]["name"] == "Laporan harian"
    page.get_by_role("button", name="Cabut Laporan harian").click()
    expect(page.get_by_text("Kunci “Laporan harian” dicabut.")).to_be_visible()
    gone = page.request.get(f"{andi.address}/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert gone.status == 401
