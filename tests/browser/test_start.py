"""The first start in a real browser: from nothing to the first run, as an operator does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kelola.office import services
from kelola.office.services import importing
from kelola.ui.sheets import xlsx_bytes
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import judge
from tests.people import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Window

DECREE = ["W1-A9/17/SK/I/2026", "02/01/2026", "02/01/2026", ""]
NIP = "198505122010121003"
PEOPLE = [
    ["Rahmat Hidayat, S.Kom.", NIP, "Subbagian PTIP", "Operator/Admin TI", *DECREE, ""],
    ["Budi Santoso, S.H.", "197901012005011001", "Subbagian PTIP", "Kasubag PTIP", *DECREE, "budi"],
    ["Cut Meutia, S.E.", "197911032005022001", "", "Sekretaris", *DECREE, "cut"],
    ["Dr. Dewi Lestari", "196901032000022001", "", "Ketua; Penanggung Jawab", *DECREE, "dewi"],
]


@pytest.fixture
def address(monday: None, transactional_db: None) -> str:
    secret = services.make_setup_link(by="system", at=timezone.now())
    return reverse("start_office", args=[secret])


@dataclass
class Beginner:
    """Rahmat before his browser; ``judged`` pages are looked at by axe and at a phone's size."""

    window: Window
    judged: bool
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.window.page

    def look(self, note: str, heading: str = "") -> None:
        if heading:
            expect(self.page.locator("h1")).to_contain_text(heading)
        if self.judged:
            judge(self.window, note=note)
        assert self.window.overflow() == 0, note

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            self.page.locator(f"[name={name}]").fill(text)

    def make_office(self, address: str) -> None:
        """Steps 1 and 2, with a password mistyped the first time."""
        self.window.go(address)
        self.look("office", "langkah 1 dari 5")
        self.fill(name="Mahkamah Syar'iyah Uji", short_name="MS Uji", letter_code="W1-A9")
        self.fill(letterhead="MAHKAMAH AGUNG REPUBLIK INDONESIA", address="Jalan Uji 1\nUji")
        self.press("Lanjutkan")
        expect(self.page.locator("h1")).to_contain_text("langkah 2 dari 5")
        self.fill(person="Rahmat Hidayat, S.Kom.", nip=NIP, login="rahmat")
        self.fill(password=PASSWORD, again="lain-sekali-2026")
        self.press("Buat kantor")
        expect(self.page.locator("#errors")).to_contain_text("Kedua sandi berbeda")
        self.look("administrator refused")
        self.fill(password=PASSWORD, again=PASSWORD)
        self.press("Buat kantor")

    def bring_people(self, file: Path) -> None:
        """Step 3."""
        self.look("people", "langkah 3 dari 5")
        self.page.get_by_label("Berkas").set_input_files(file)
        self.press("Periksa berkas")
        expect(self.page.get_by_text("Jabatan baru:")).to_be_visible()
        self.look("people seen", "langkah 3 dari 5")
        self.press("Impor sekarang")
        expect(self.page.get_by_role("row", name="Budi Santoso")).to_contain_text("budi")
        self.look("passwords given", "langkah 3 dari 5")
        self.page.get_by_role("link", name="Lanjut ke kalender").click()

    def confirm_calendar(self) -> None:
        """Step 4, with half a decree the first time."""
        self.look("calendar", "langkah 4 dari 5")
        self.fill(decree="SKB 1017/2025")
        self.press("Simpan dan lanjut")
        expect(self.page.locator("#errors")).to_contain_text("Isi nomor dan tanggalnya")
        expect(self.page.locator("[name=decree]")).to_have_value("SKB 1017/2025")
        self.fill(decree_on="2025-09-19")
        self.press("Simpan dan lanjut")

    def take_sop(self) -> None:
        """Step 5, after a look at the desk."""
        self.look("SOP", "langkah 5 dari 5")
        self.window.go("/meja-kerja/")
        expect(self.page.get_by_text("Penyiapan kantor belum selesai")).to_be_visible()
        self.look("desk meanwhile")
        self.page.get_by_role("link", name="Lanjutkan penyiapan").click()
        chosen = self.page.locator("[name=role_sekretaris] option:checked")
        expect(chosen).to_have_text("Sekretaris")
        self.press("Simpan dan lanjut")
        self.look("done", "Kantor Anda sudah siap")
        self.press("Ke Meja Kerja")
        self.page.wait_for_url("**/meja-kerja/")

    def open_run(self, subject: str) -> None:
        self.window.go("/alur/buka/")
        self.page.get_by_role("link", name="Buka: Permintaan layanan TI", exact=True).click()
        self.fill(subject=subject)
        self.press("Buka pelaksanaan ini")
        expect(self.page.locator("h1")).to_have_text(subject)


@pytest.mark.parametrize(("size", "script"), [(DESKTOP, "yes"), (PHONE, "yes"), (PHONE, "no")])
def test_from_an_empty_folder_to_the_first_run(
    window: Any, address: str, tmp_path: Path, size: tuple[int, int], script: str
) -> None:
    opened = window(size=size, javascript=script == "yes")
    opened.expects(422)
    rahmat = Beginner(opened, judged=size == DESKTOP)
    opened.go("/")
    rahmat.look("before", "Belum ada kantor di Kelola ini")
    rahmat.make_office(address)
    file = tmp_path / "pegawai.xlsx"
    file.write_bytes(xlsx_bytes(importing.HEADER, PEOPLE))
    rahmat.bring_people(file)
    rahmat.confirm_calendar()
    rahmat.take_sop()
    rahmat.open_run("Printer kepaniteraan macet")
    opened.expects(404)
    opened.go(address)
    rahmat.look("afterwards", "Halaman tidak ada")
