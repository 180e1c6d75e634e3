"""Fifteen stories, one per strand of SOP/AS/29, each from its opening to its last activity.

Andi operator, Budi Kasubag, Cut Sekretaris, Dewi Ketua, Gita Redaktur, Hadi Ketua Dewan Redaktur,
Intan Admin Web. Two acts follow below each other only as the SOP's arrows lead.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.team import Act

BOTH = pytest.mark.both_engines
FINISH = "Selesaikan"
TO_KASUBAG = (
    "Selesaikan dan kirim ke Kasubag Perencanaan, Teknologi Informasi, dan Pelaporan (PTIP)"
)
TO_SEKRETARIS = "Selesaikan dan kirim ke Sekretaris"


@BOTH
def test_policy_from_the_programme_to_its_execution(team):
    subject = "Pelatihan keamanan informasi"
    number = team["budi"].open_run("Perumusan kebijakan TI", subject)
    assert number == "1/TI-A/XI/2026"
    team.carry(
        subject,
        Act("budi", "A1", TO_SEKRETARIS),
        Act("cut", "A2", "Selesaikan dan kirim ke Ketua"),
        Act("dewi", "A3", TO_KASUBAG),
        Act("budi", "A4", FINISH, waits=True),
    )
    team.check_closed(subject, "A1 A2 A3 A4")


@BOTH
def test_request_returned_once_to_its_analysis(team):
    subject, why = "Printer PTSP macet", "Sebutkan suku cadang yang dipakai."
    andi, budi = team["andi"], team["budi"]
    andi.open_run("Permintaan layanan TI", subject)
    team.carry(
        subject,
        Act("andi", "B1", "Selesaikan dan lanjut ke Formulir permintaan / analisis"),
        Act("andi", "B2", TO_KASUBAG),
    )
    budi.take_up(subject, "B3")
    return_to_andi = "Kembalikan ke Andi (Formulir permintaan / analisis)"
    budi.window.expects(409)
    budi.press(return_to_andi)
    budi.sees("Alasannya belum diisi.")
    budi.write_note(why)
    budi.press(return_to_andi)
    expect(budi.page.locator("h1")).to_have_text(subject)
    assert budi.turn(subject, "B3").count() == 0
    andi.take_up(subject, "B2")
    andi.sees("ulangan ke-2")
    andi.sees(why)
    team.carry(
        subject,
        Act("andi", "B2", TO_KASUBAG),
        Act("budi", "B3", "Selesaikan dan lanjut ke Formulir eksekusi"),
        Act("budi", "B4", TO_SEKRETARIS),
        Act(
            "cut",
            "B5",
            "Kerjakan dan kirim ke Kasubag Perencanaan, Teknologi Informasi, dan Pelaporan (PTIP)",
        ),
        Act("budi", "B6", "Selesaikan dan kirim ke Operator/Admin"),
        Act("andi", "B7", FINISH),
    )
    team.check_closed(subject, "B1 B2 B2(2) B3(2) B4 B5 B6 B7")


def test_yearly_schedule(team):
    subject = "Jadwal pemeliharaan 2026"
    team["budi"].open_run("Jadwal pemeliharaan tahunan", subject, "2026")
    team.carry(subject, Act("budi", "C1", FINISH))
    team.check_closed(subject, "C1")


@BOTH
def test_monthly_maintenance_from_the_round_to_the_month_closed(team):
    subject = "Pemeliharaan November"
    team["andi"].open_run("Pemeliharaan bulanan", subject, "November 2026")
    team.carry(
        subject,
        Act("andi", "C2", TO_KASUBAG),
        Act("budi", "C3", "Selesaikan dan lanjut ke Pembaruan data"),
        Act("budi", "C4", "Selesaikan dan lanjut ke Integrasi perangkat TI"),
        Act("budi", "C5", "Selesaikan dan lanjut ke Daftar hasil monitoring dan pemeliharaan"),
        Act("budi", "C6", "Selesaikan dan kirim ke Operator/Admin"),
        Act("andi", "C7", FINISH),
    )
    team.check_closed(subject, "C2 C3 C4 C5 C6 C7")


def test_weekly_network_watch_has_a_row_for_each_working_day(team):
    subject = "Jaringan minggu pertama"
    andi = team["andi"]
    andi.open_run("Pemantauan jaringan mingguan", subject, "2–6 November 2026")
    andi.take_up(subject, "D1")
    days = andi.page.locator('[data-table="days"] input[type=date]')
    drawn = [days.nth(n).input_value() for n in range(days.count())]
    assert drawn == [f"2026-11-0{n}" for n in range(2, 7)]
    team.carry(subject, Act("andi", "D1", FINISH))
    team.check_closed(subject, "D1")


@BOTH
def test_application_test_refused_by_four_eyes(team):
    subject = "Uji aplikasi antrean"
    lina, budi = team.join("lina", "Lina Hartati", "operator_admin", "kasubag_ptip"), team["budi"]
    lina.open_run("Uji dan persetujuan aplikasi", subject)
    team.carry(subject, Act("lina", "D2", TO_KASUBAG, waits=True))
    lina.open_desk()
    expect(lina.turn(subject, "D3")).to_have_count(0)
    lina.open_step(subject, "D3")
    lina.sees("Anda yang mengerjakan D2, jadi tidak dapat mengerjakan langkah ini.")
    button = lina.page.get_by_role("button", name="Selesaikan dan kirim ke Ketua", exact=True)
    expect(button).to_be_disabled()
    assert lina.page.locator("form.step-form").count() == 0
    lina.judged("refused")
    team.carry(
        subject,
        Act("budi", "D3", "Selesaikan dan kirim ke Ketua"),
        Act("dewi", "D6", "Setujui"),
    )
    assert budi.number_of(subject) == "1/TI-D/XI/2026"
    team.check_closed(subject, "D2 D3 D6")


def test_monthly_watch_on_security_holes(team):
    subject = "Celah keamanan November"
    team["andi"].open_run("Pemantauan celah keamanan", subject, "November 2026")
    team.carry(subject, Act("andi", "D4", FINISH))
    team.check_closed(subject, "D4")


def test_security_after_an_incident(team):
    subject = "Virus di komputer PTSP 3"
    team["budi"].open_run("Keamanan, risiko, dan insiden", subject)
    team.carry(subject, Act("budi", "D5", FINISH))
    team.check_closed(subject, "D5")


def test_monthly_backup_paused_for_a_power_cut(team):
    subject = "Backup November"
    andi = team["andi"]
    andi.open_run("Backup dan restorasi bulanan", subject, "November 2026")
    andi.take_up(subject, "D7")
    andi.claim()
    andi.stop_the_clock("Listrik/jaringan padam", "Genset baru dikirim siang ini")
    andi.sees("Jam dihentikan")
    andi.sees("Genset baru dikirim siang ini")
    andi.judged("paused")
    andi.open_desk()
    expect(andi.turn(subject, "D7")).to_contain_text("Jam dihentikan")
    andi.take_up(subject, "D7")
    andi.press("Jalankan jam lagi")
    expect(andi.page.get_by_role("button", name="Jalankan jam lagi")).to_have_count(0)
    team.carry(subject, Act("andi", "D7", FINISH))
    andi.sees("Listrik/jaringan padam")
    team.check_closed(subject, "D7")


@BOTH
def test_news_from_its_material_to_its_archive(team):
    subject = "Pelantikan Panitera Muda"
    team["andi"].open_run("Konten website", subject)
    team.carry(
        subject,
        Act("andi", "E1", "Selesaikan dan lanjut ke Dokumen elektronik yang valid"),
        Act("andi", "E2", "Selesaikan dan kirim ke Redaktur"),
        Act("gita", "E3", "Selesaikan dan kirim ke Ketua Dewan Redaktur"),
        Act("hadi", "E4", "Selesaikan dan kirim ke Admin Web"),
        Act("intan", "E5", "Selesaikan dan lanjut ke Dokumen elektronik"),
        Act("intan", "E6", FINISH),
    )
    team.check_closed(subject, "E1 E2 E3 E4 E5 E6")


def test_weekly_website_watch(team):
    subject = "Website minggu pertama"
    team["andi"].open_run("Pemantauan website mingguan", subject, "2–6 November 2026")
    team.carry(subject, Act("andi", "F1", FINISH))
    team.check_closed(subject, "F1")


def test_monthly_website_backup(team):
    subject = "Backup website November"
    team["andi"].open_run("Backup website bulanan", subject, "November 2026")
    team.carry(subject, Act("andi", "F2", FINISH))
    team.check_closed(subject, "F2")


def test_weekly_watch_on_visitors(team):
    subject = "Pengunjung minggu pertama"
    team["andi"].open_run("Pemantauan pengunjung mingguan", subject, "2–6 November 2026")
    team.carry(subject, Act("andi", "F3", FINISH))
    team.check_closed(subject, "F3")


def test_renewal_waits_for_its_invoice(team):
    subject = "Perpanjangan domain"
    team["budi"].open_run("Perpanjangan layanan", subject)
    team.carry(subject, Act("budi", "F4", FINISH, waits=True))
    team.check_closed(subject, "F4")


@BOTH
def test_situation_report_to_the_problem_solved(team):
    subject = "Situasi website November"
    team["budi"].open_run("Laporan situasi dan pemecahan masalah", subject, "November 2026")
    team.carry(
        subject,
        Act("budi", "F5", "Laporkan masalah dan kirim ke Sekretaris"),
        Act("cut", "F6", "Selesaikan dan kirim ke Operator"),
        Act("andi", "F7", FINISH),
    )
    team.check_closed(subject, "F5 F6 F7")
