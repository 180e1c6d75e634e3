"""The doors in a real browser: codes, passkeys, devices, the shared computer, foreign pages."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.browser.conftest import PHONE
from tests.browser.pages import judge
from tests.doors import PIN, STEP, code_of, give_pin
from tests.people import PASSWORD, make_people

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def people(live_server):
    return make_people()


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def confirm(page):
    page.wait_for_url("**/masuk/konfirmasi/**")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/masuk/konfirmasi/" not in url)


def knock(one, login):
    """Give name and password where a second factor is asked for."""
    page = one.go("/masuk/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    press(page, "Masuk")
    page.wait_for_url("**/masuk/kode/")
    return page


def next_code(secret):
    """Return a code newer than any that was used; a clock may be one step ahead."""
    return code_of(secret, time.time() + STEP)


def test_an_app_is_set_up_and_a_recovery_code_opens_in_its_place(window, people):
    andi = window()
    andi.sign_in("andi", PASSWORD)
    page = andi.go("/akun/")
    judge(andi)
    page.get_by_role("link", name="Atur pengaman kedua").click()
    judge(andi, note="none")
    page.get_by_role("link", name="Pasang aplikasi kode").click()
    judge(andi)
    confirm(page)
    judge(andi)
    secret = page.locator(".secret").text_content()
    andi.expects(422)
    page.fill("input[name=code]", "000000")
    press(page, "Selesaikan pemasangan")
    assert "Kode ini tidak cocok" in page.inner_text("main")
    assert page.locator(".secret").text_content() == secret
    page.fill("input[name=code]", code_of(secret))
    press(page, "Selesaikan pemasangan")
    page.wait_for_selector(".codes")
    judge(andi, note="codes")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="Sudah saya simpan").click()
    judge(andi, note="set")
    phone = window(size=PHONE)
    page = knock(phone, "andi")
    judge(phone)
    page.fill("input[name=code]", next_code(secret))
    press(page, "Masuk")
    page.wait_for_url("**/meja-kerja/")
    third = window(javascript=False)
    page = knock(third, "andi")
    page.fill("input[name=code]", codes[0])
    press(page, "Masuk")
    page.wait_for_url("**/meja-kerja/")
    assert "9 kode belum dipakai" in third.go("/akun/pengaman/").inner_text("main")


def test_a_passkey_is_made_and_signs_in(window, people):
    andi = window()
    andi.address = andi.address.replace("127.0.0.1", "localhost")
    device = andi.context.new_cdp_session(andi.page)
    device.send("WebAuthn.enable")
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    andi.sign_in("andi", PASSWORD)
    page = andi.go("/akun/pengaman/kunci/")
    confirm(page)
    judge(andi)
    page.fill("input[name=name]", "Ponsel Andi")
    press(page, "Buat kunci sandi")
    page.wait_for_selector(".codes")
    page = andi.go("/akun/pengaman/")
    assert "Ponsel Andi" in page.inner_text("main")
    page.locator("main summary", has_text="Ganti nama").click()
    judge(andi, note="passkey")
    page.locator(".me > summary").click()
    press(page, "Keluar")
    page.wait_for_url("**/masuk/")
    press(page, "Masuk dengan kunci sandi")
    page.wait_for_url("**/meja-kerja/")
    assert "dengan kunci sandi" in andi.go("/akun/").inner_text("main")
    # As the second factor after a password, and as proof that it is still Andi.
    page.locator(".me > summary").click()
    press(page, "Keluar")
    page = knock(andi, "andi")
    judge(andi, note="passkey")
    press(page, "Pakai kunci sandi")
    page.wait_for_url("**/meja-kerja/")
    page = andi.go("/akun/pin/")
    page.get_by_role("link", name="Konfirmasi dengan kunci sandi").click()
    judge(andi)
    press(page, "Pakai kunci sandi")
    page.wait_for_url("**/akun/pin/")
    # A device that refuses says so, and nothing changes.
    device.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": made["authenticatorId"], "isUserVerified": False},
    )
    page = andi.go("/akun/")
    page.locator(".me > summary").click()
    press(page, "Keluar")
    press(page, "Masuk dengan kunci sandi")
    page.get_by_text("Perangkat tidak memberikan kunci sandi").wait_for()
    assert "/masuk/" in page.url


def test_a_device_is_signed_out_from_another(window, people):
    home, office = window(size=PHONE), window()
    home.sign_in("andi", PASSWORD)
    office.sign_in("andi", PASSWORD)
    page = office.go("/akun/")
    press(page, "Keluarkan semua perangkat lain")
    assert "1 perangkat dikeluarkan." in page.inner_text("#notices")
    assert "/masuk/" in home.go("/meja-kerja/").url
    assert "/meja-kerja/" in office.go("/meja-kerja/").url


def test_the_next_person_sees_nothing_by_going_back(window, people):
    andi = window()
    andi.sign_in("andi", PASSWORD)
    page = andi.go("/akun/")
    page.locator(".me > summary").click()
    press(page, "Keluar")
    page.wait_for_url("**/masuk/")
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert "Andi Saputra" not in page.content()
        assert "/masuk/" in page.url


def test_a_shared_computer_switches_by_pin_which_signs_nothing(window, desk, monday, live_server):
    people = desk.people
    give_pin(people.andi.user)
    run = desk.open("B", "Printer PTSP macet")
    step = desk.step(run, "B1")
    counter = window()
    counter.sign_in("budi", PASSWORD)
    page = counter.go("/pengaturan/masuk/")
    confirm(page)
    judge(counter)
    page.fill("input[name=name]", "Meja depan PTSP")
    press(page, "Jadikan komputer ini PC bersama")
    judge(counter, note="shared")
    page.locator(".me > summary").click()
    press(page, "Kunci layar")
    page.wait_for_url("**/masuk/pin/")
    judge(counter)
    counter.expects(422)
    page.get_by_text("Andi Saputra").click()
    page.fill("input[name=pin]", "904817")
    press(page, "Masuk dengan PIN")
    assert "PIN tidak cocok" in page.inner_text("main")
    page.get_by_text("Andi Saputra").click()
    page.fill("input[name=pin]", PIN)
    press(page, "Masuk dengan PIN")
    page.wait_for_url("**/meja-kerja/")
    page = counter.go(f"/langkah/{step.id}/")
    judge(counter, note="by pin")
    finish = page.locator("button[name=outcome]").first
    assert finish.is_disabled()
    # Whoever presses it all the same is refused, and the step stays.
    counter.expects(409)
    finish.evaluate("(button) => { button.disabled = false; button.click(); }")
    page.get_by_text("Anda masuk dengan PIN, yang belum cukup").first.wait_for()
    step.refresh_from_db()
    assert step.performed_at is None
    page.get_by_role("link", name="Konfirmasi dengan sandi").click()
    confirm(page)
    assert page.locator("button[name=outcome]").first.is_enabled()


def foreign(target):
    """Serve a page of another origin that posts a form to the target as soon as it opens."""
    fields = {"login": "budi", "password": PASSWORD}
    inputs = "".join(f'<input name="{n}" value="{v}">' for n, v in fields.items())
    body = (
        f'<!doctype html><link rel="icon" href="data:,"><form method="post" action="{target}">'
        f"{inputs}<button>x</button></form>"
    ).encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.mark.parametrize("path", ["/masuk/", "/akun/perangkat/keluarkan/", "/kunci/", "/keluar/"])
def test_a_foreign_page_posts_nothing_here(window, people, path):
    andi, other = window(), window()
    if path != "/masuk/":
        andi.sign_in("andi", PASSWORD)
        other.sign_in("andi", PASSWORD)
    server = foreign(f"{andi.address}{path}")
    try:
        andi.expects(403)
        page = andi.page
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.click("button")
        page.wait_for_url(f"**{path}")
        assert "403" in page.inner_text("main")
        where = andi.go("/meja-kerja/").url
        assert ("/masuk/" in where) is (path == "/masuk/")
        assert ("/masuk/" in other.go("/meja-kerja/").url) is (path == "/masuk/")
    finally:
        server.shutdown()
        server.server_close()
