"""An administrator's January: people from a file, a first password, a letterhead, new decrees."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from kelola.office.models import Appointment
from kelola.office.scope import office_scope
from kelola.office.services import importing
from kelola.ui.sheets import xlsx_bytes
from tests.browser import pages
from tests.browser.conftest import PHONE
from tests.people import PASSWORD
from tests.sample_files import pdf

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import Window

NIP = "199002022015022002"
DECREE = ["W1-A1/9/KP/2026", date(2026, 1, 5), date(2026, 1, 6), date(2026, 12, 31)]


def _file(folder: Path, name: str, rows: list[list[object]]) -> Path:
    path = folder / name
    path.write_bytes(xlsx_bytes(importing.HEADER, rows))
    return path


def _sees(window: Window, words: str, note: str = "") -> None:
    expect(window.page.locator("main")).to_contain_text(words)
    pages.judge(window, note=note)


def test_people_come_from_a_file_and_make_their_own_password(team, tmp_path):
    budi = team.open_window()
    budi.expects(422)  # the file with a fault
    page = budi.sign_in("budi", PASSWORD)
    budi.go("/pengaturan/impor/")
    _sees(budi, "Periksa berkas")
    sinta = ["Sinta Dewi, S.E.", NIP, "Subbagian Umum", "Arsiparis", *DECREE, "sinta"]
    bad = [sinta, ["Tuti", "12", "", "", "", "", "", "", ""]]
    page.set_input_files("input[type=file]", _file(tmp_path, "salah.xlsx", bad))
    page.get_by_role("button", name="Periksa berkas").click()
    _sees(budi, "Belum ada yang diimpor. 1 dari 2 baris perlu diperbaiki.", "faults")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Unduh daftar kesalahan").click()
    assert "tidak 18 angka" in waiting.value.path().read_text(encoding="utf-8-sig")

    page.get_by_role("link", name="Pilih berkas yang sudah diperbaiki").click()
    page.set_input_files("input[type=file]", _file(tmp_path, "benar.xlsx", [sinta]))
    page.get_by_role("button", name="Periksa berkas").click()
    _sees(budi, "Jabatan baru: Arsiparis", "good")
    page.get_by_role("button", name="Impor sekarang").click()
    _sees(budi, "ditampilkan sekali ini saja", "given")
    told = page.locator(".secret code").inner_text()

    newcomer = team.open_window(size=PHONE)
    newcomer.sign_in("sinta", told)
    expect(newcomer.page).to_have_url(re.compile("/akun/sandi/$"))
    newcomer.go("/pegawai/")
    _sees(newcomer, "Sandi ini dibuatkan orang lain", "given password")
    newcomer.page.fill("input[name=oldpassword]", told)
    newcomer.page.fill("input[name=password1]", PASSWORD)
    newcomer.page.fill("input[name=password2]", PASSWORD)
    newcomer.page.get_by_role("button", name="Simpan sandi baru").click()
    newcomer.go("/pegawai/?cari=sinta")
    expect(newcomer.page.locator("tbody tr")).to_have_count(1)
    assert NIP not in newcomer.page.content()


def test_the_letterhead_follows_the_typing(team):
    budi = team.open_window()
    page = budi.sign_in("budi", PASSWORD)
    budi.go("/pengaturan/kantor/")
    _sees(budi, "Kop surat")
    page.fill("textarea[name=letterhead]", "MAHKAMAH AGUNG REPUBLIK INDONESIA")
    page.fill("input[name=name]", "Mahkamah Syar'iyah <b>Baru</b>")
    expect(page.locator("#kop .kop-line")).to_have_text("MAHKAMAH AGUNG REPUBLIK INDONESIA")
    expect(page.locator("#kop b")).to_have_text("Mahkamah Syar'iyah <b>Baru</b>")
    page.fill("input[name=name]", "Mahkamah Syar'iyah Baru")
    page.get_by_role("button", name="Simpan perubahan").click()
    _sees(budi, "Pengaturan kantor tersimpan.", "saved")
    expect(page.locator(".topbar-office")).to_have_text("Mahkamah Syar'iyah Baru")


def test_somebody_is_appointed_renewed_and_ended_without_javascript(team, tmp_path):
    people = team.desk.people
    budi = team.open_window(javascript=False)
    page = budi.sign_in("budi", PASSWORD)
    budi.go("/jabatan/")
    page.get_by_role("link", name="Operator", exact=True).click()
    page.get_by_role("link", name="Angkat pejabat").click()
    scan = tmp_path / "sk.pdf"
    scan.write_bytes(pdf("Surat Keputusan"))
    page.select_option("select[name=person]", label="Jamil Akbar")
    page.fill("input[name=decree_number]", "W1-A1/3/KP/2026")
    page.fill("input[name=decree_on]", "2026-01-02")
    page.fill("input[name=valid_from]", "2026-01-02")
    page.fill("input[name=valid_until]", "2026-12-31")
    page.set_input_files("input[name=scan]", scan)
    page.get_by_role("button", name="Angkat pejabat").click()
    expect(page.locator("main")).to_contain_text("Jamil Akbar menjabat Operator.")

    budi.go("/sk/perpanjangan/?tahun=2027")
    expect(page.get_by_role("checkbox", name="Jamil Akbar")).to_be_checked()
    page.fill("input[name=decree_number]", "W1-A1/4/KP/2027")
    page.fill("input[name=decree_on]", "2026-12-20")
    page.get_by_role("button", name="Perpanjang").click()
    expect(page.locator("main")).to_contain_text("1 pengangkatan diperpanjang.")
    expect(page.locator("main")).to_contain_text("W1-A1/4/KP/2027")
    with office_scope(people.office.pk):
        rows = Appointment.objects.filter(person=people.jamil.person).order_by("valid_from")
        assert [row.valid_from for row in rows] == [date(2026, 1, 2), date(2027, 1, 1)]
