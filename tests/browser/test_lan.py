"""The safe address as a phone meets it: by a name, trusting the office's authority and no other."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WAIT, Window
from tests.faults.installation import Installation
from tests.faults.test_up import OFFICE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

PASSWORD = "kapur barus tujuh"
NAMES = "MAP kelola.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@dataclass
class Trusting:
    """A Chromium with a home folder of its own, where only our authority is trusted."""

    browser: Browser
    address: str
    near: str
    made: Installation


def trust(home: Path, certificate: Path) -> None:
    """Install the certificate as a person does, by the store that Chromium reads."""
    program = shutil.which("certutil")
    assert program, "certutil is missing: make test installs it"
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for words in (
        ("-N", "--empty-password"),
        ("-A", "-n", "kelola", "-t", "C,,", "-i", str(certificate)),
    ):
        subprocess.run([program, "-d", f"sql:{store}", *words], check=True, capture_output=True)


def started(folder: Path) -> tuple[Installation, str]:
    """Start a real office with both doors; return it and the safe address."""
    made = Installation(folder / "data")
    (folder / "sandi").write_text(f"{PASSWORD}\n")
    assert made.kelola(*OFFICE, "--password-file", str(folder / "sandi")).returncode == 0
    made.environment |= {
        "KELOLA_LAN_PORT": "0",
        "KELOLA_LAN_HOST": "127.0.0.1",
        "KELOLA_LAN_NAMES": '["kelola.test"]',
    }
    made.up("--lan")
    said = (folder / "up.log").read_text()
    return made, re.search(r"https://kelola\.test:\d+", said)[0]


@pytest.fixture(scope="module")
def trusting(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trusting]:
    folder = tmp_path_factory.mktemp("lan")
    made, address = started(folder)
    browser = None
    try:
        program = chromium.browser_type
        page = chromium.new_page()
        with page.expect_download() as coming:
            page.goto(f"{made.address}/pasang/")
            page.get_by_role("link", name="Unduh sertifikat").click()
        coming.value.save_as(folder / "kelola-ca.crt")
        page.close()
        trust(folder / "home", folder / "kelola-ca.crt")
        browser = program.launch(
            executable_path=shutil.which("chromium"),
            chromium_sandbox=False,
            args=[f"--host-resolver-rules={NAMES}"],
            env={"HOME": str(folder / "home")},
        )  # fmt: skip
        yield Trusting(browser, address, made.address, made)
    finally:
        if browser is not None:
            browser.close()
        made.remove()


@pytest.fixture
def phone(trusting: Trusting) -> Iterator[Window]:
    context = trusting.browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True, has_touch=True,
        locale="id-ID",
    )  # fmt: skip
    context.set_default_timeout(WAIT)
    made = Window(trusting.address, context, context.new_page())
    context.on(
        "console", lambda message: message.type == "error" and made.errors.append(message.text)
    )
    context.on("weberror", lambda error: made.errors.append(str(error.error)))
    yield made
    problems = made.unexpected()
    context.close()
    assert not problems, problems


def worker_is_ready(page: Any) -> None:
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def test_a_phone_signs_in_by_a_name_in_a_secure_context(phone):
    page = phone.sign_in("budi", PASSWORD)
    assert page.evaluate("() => window.isSecureContext")
    assert page.evaluate("() => Boolean(navigator.mediaDevices)")
    cookies = {c["name"]: c for c in phone.context.cookies()}
    assert {c["secure"] for c in cookies.values()} == {True}
    assert cookies["kelola_session"]["httpOnly"]
    assert phone.violations() == []


def test_without_the_certificate_the_browser_warns(chromium, trusting):
    """The proof that it was the certificate that opened the door above."""
    port = trusting.address.rpartition(":")[2]
    page = chromium.new_page()
    with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(f"https://127.0.0.1:{port}/masuk/")
    page.close()


def test_the_offline_page_is_shown_when_nobody_answers(phone):
    page = phone.sign_in("budi", PASSWORD)
    worker_is_ready(page)
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
           (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat()"""
    )
    assert "/luring/" in kept
    assert [k for k in kept if k != "/luring/" and not k.startswith("/static/")] == []
    phone.context.set_offline(offline=True)
    phone.expected.append("ERR_FAILED|ERR_INTERNET_DISCONNECTED")
    page.goto(f"{phone.address}/alur/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidak tersambung ke Kelola")
    assert "Budi" not in page.inner_text("body")
    assert phone.violations() == []
    assert phone.overflow() == 0
    phone.context.set_offline(offline=False)
    page.get_by_role("link", name="Coba lagi").click()
    page.wait_for_url("**/alur/")
    expect(page.locator(".topbar")).to_be_visible()


def test_signing_out_leaves_nothing_on_the_device(phone):
    page = phone.sign_in("budi", PASSWORD)
    worker_is_ready(page)
    page.evaluate("() => localStorage.setItem('kept', 'something')")
    page.evaluate(
        """() => { const form = document.querySelector('form[action="/keluar/"]');
           HTMLFormElement.prototype.submit.call(form); }"""
    )
    page.wait_for_url("**/masuk/**")
    assert page.evaluate("() => localStorage.getItem('kept')") is None
    assert "kelola_session" not in {c["name"] for c in phone.context.cookies()}


def test_the_app_can_be_installed(phone):
    """What Chromium itself asks of an installable app, asked through its own judge."""
    page = phone.go("/masuk/")
    worker_is_ready(page)
    tools = phone.context.new_cdp_session(page)
    told = tools.send("Page.getAppManifest")
    assert told["errors"] == []
    assert told["url"] == f"{phone.address}/aplikasi/"
    found = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [e["errorId"] for e in found] == ["in-incognito"]  # as every window of these tests
    tools.detach()


def test_a_passkey_is_made_and_opens_the_door(phone):
    page = phone.sign_in("budi", PASSWORD)
    tools = phone.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    phone.go("/akun/pengaman/kunci/")
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button:not([type=button])").click()
        page.wait_for_url("**/akun/pengaman/kunci/")
    page.fill("input[name=name]", "HP Budi")
    page.get_by_role("button", name="Buat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode pemulihan")
    phone.context.clear_cookies()
    phone.go("/masuk/")
    page.locator("[data-passkey=get] [data-act]").click()
    page.wait_for_url(lambda url: "/masuk/" not in url)
    expect(page.locator(".topbar")).to_be_visible()


def test_the_page_that_installs_the_address_fits_a_phone(phone):
    page = phone.go("/pasang/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Memasang alamat aman")
    for steps in page.locator("details.install-steps summary").all():
        steps.click()
    assert phone.violations() == []
    assert phone.overflow() == 0
