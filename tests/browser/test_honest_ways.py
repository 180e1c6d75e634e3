"""Roads beside the straight one, said as they are: ordered on the telephone, or not done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kelola.sop import services
from kelola.sop.models import HandOver, Run, SampleCheck
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.forms import fill_form
from tests.browser.team import Act, Person

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tests.runs import Desk

TO_KASUBAG = (
    "Selesaikan dan kirim ke Kasubag Perencanaan, Teknologi Informasi, dan Pelaporan (PTIP)"
)

TO_SEKRETARIS = "Selesaikan dan kirim ke Sekretaris"


def order(
    operator: Person,
    subject: str,
    code: str,
    words: str,
    decision: str = "",
    *,
    until: str = "",
    by: str = "",
) -> None:
    """Record on a superior's step that it was ordered by word of mouth."""
    operator.open_step(subject, code, judge=False)
    operator.page.locator("summary", has_text="Diperintahkan secara lisan").click()
    operator.judged("order")
    if by:
        chosen = operator.page.get_by_label("Siapa yang memberi perintah")
        chosen.select_option(label=chosen.locator("option", has_text=by).inner_text())
    if until:
        operator.page.get_by_label("Disposisi berlaku sampai langkah").select_option(value=until)
    if decision:
        operator.page.get_by_role("radio", name=decision).check()
    operator.page.get_by_label("Isi perintah").fill(words)
    operator.press("Catat disposisi lisan")
    operator.sees("Disposisi lisan dicatat; pekerjaan dapat dilanjutkan.")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_courtroom_outage_is_done_first_and_ratified_afterwards(team, size):
    subject, words = "Ruang sidang utama gelap", "Kerjakan sekarang, pakai stok gudang."
    andi = Person("andi", team.open_window(size=size), team.desk)
    andi.open_run("Permintaan layanan TI", subject)
    andi.finish(
        subject, Act("andi", "B1", "Selesaikan dan lanjut ke Formulir permintaan / analisis")
    )
    andi.finish(subject, Act("andi", "B2", TO_KASUBAG))
    order(andi, subject, "B3", words)
    order(andi, subject, "B4", "Kerjakan, biaya dari pos pemeliharaan.", until="B5", by="Cut")
    order(andi, subject, "B6", words, "Sesuai" if _decides(team, "B6") else "")
    andi.finish(subject, Act("andi", "B7", "Selesaikan"))
    for login, count in (("budi", 2), ("cut", 2)):
        superior = team[login]
        superior.open_desk()
        superior.press(f"Sahkan {count} disposisi lisan")
        superior.sees(f"{count} disposisi lisan disahkan.")
        superior.judged("ratified")
    andi.open_step(subject, "B5", judge=False)
    andi.sees("Disahkan Cut")
    run = Run.objects.get(subject=subject)
    states = dict(run.steps.values_list("activity", "state"))
    assert run.state == "completed"
    assert states == {
        "B1": "done", "B2": "done", "B3": "ordered", "B4": "ordered", "B5": "ordered",
        "B6": "ordered", "B7": "done",
    }  # fmt: skip


def _decides(team, code: str) -> bool:
    outcomes = team.desk.procedure("B").activity(code).outcomes
    return len([o for o in outcomes if not o.is_return]) > 1


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_is_not_done_is_said_so_and_the_superior_answers(team, size):
    subject, why = "Pemeliharaan November", "Teknisi dan suku cadang UPS belum ada."
    andi = Person("andi", team.open_window(size=size), team.desk)
    budi = Person("budi", team.open_window(size=size), team.desk)
    andi.open_run("Permintaan layanan TI", subject)
    andi.open_step(subject, "B1", judge=False)
    andi.page.locator("summary", has_text="Tidak dilaksanakan").click()
    andi.judged("undone")
    andi.page.get_by_label("Mengapa tidak dilaksanakan").fill(why)
    andi.press("Catat tidak dilaksanakan")
    andi.sees("B1 dicatat tidak dilaksanakan.")
    budi.open_desk()
    section = budi.page.locator("section", has_text="Menunggu konfirmasi Anda")
    section.get_by_role("link", name="Jawab").click()
    budi.sees(why)
    budi.window.expects(409)
    budi.press("Saya tidak setuju")
    budi.sees("Tulis mengapa Anda tidak setuju, lalu kirim lagi.")
    budi.judged("refused")
    budi.page.get_by_label("Catatan", exact=True).fill("Pinjam dari kantor sebelah.")
    budi.press("Saya tidak setuju")
    budi.sees("Tidak disetujui Budi")
    andi.open_step(subject, "B1", judge=False)
    andi.sees("Pinjam dari kantor sebelah.")
    expect(andi.page.locator("main")).to_contain_text("Tidak dilaksanakan (ada alasan)")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_power_cut_and_an_honest_late_record(team, size):
    subject, why = "Kabel proyektor ruang sidang diganti", "Listrik padam sampai hari ini."
    andi = Person("andi", team.open_window(size=size), team.desk)
    andi.open_desk()
    andi.page.get_by_role("link", name="Catat", exact=True).locator("visible=true").click()
    andi.judged()
    yesterday = timezone.localdate() - timedelta(days=1)
    andi.page.get_by_label("Apa yang dikerjakan").fill(subject)
    andi.page.get_by_label("Untuk siapa").fill("Panitera")
    andi.page.get_by_label("Dikerjakan pada").fill(yesterday.isoformat())
    andi.page.get_by_label("Pukul berapa").fill("10:15")
    andi.window.expects(422)
    andi.press("Catat")
    andi.sees("Pekerjaan hari sebelumnya disimpan sebagai catatan susulan.")
    andi.judged("late")
    andi.page.get_by_label("Sebab baru dicatat sekarang").fill(why)
    andi.press("Catat")
    andi.sees("Tercatat dengan nomor")
    andi.judged()
    expect(andi.page.locator("#f-B1-description")).to_have_value(subject)
    for code in ("B1", "B2"):
        fill_form(andi.page, andi.activity(code), f"{code}-")
    andi.press("Selesaikan 2 langkah sekaligus")
    andi.sees("2 langkah diselesaikan.")
    run = Run.objects.get(subject=subject)
    late = {s.activity: (s.state, s.late_reason) for s in run.steps.all()}
    assert late == {"B1": ("done", why), "B2": ("done", why), "B3": ("ready", "")}
    andi.open_step(subject, "B1", judge=False)
    andi.sees("10.15 (tepat waktu), dicatat")
    andi.sees(why)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_month_is_closed_with_one_row_afterwards_and_one_not_carried_out(team, size):
    desk, why = team.desk, "Server dibawa ke Banda Aceh untuk diperbaiki."
    services.open_rounds(at=timezone.now())
    runs = {r.strand: r for r in Run.objects.all()}
    subject, backup = runs["C2-C7"].subject, runs["D7"].subject
    andi = Person("andi", team.open_window(size=size), desk)
    budi = Person("budi", team.open_window(size=size), desk)
    andi.open_desk()
    andi.open_step(subject, "C2", judge=False)
    andi.fill("C2", judge=False)
    andi.page.locator("summary", has_text="Sudah dikerjakan sebelumnya?").click()
    yesterday = timezone.localdate() - timedelta(days=1)
    andi.page.get_by_label("Dikerjakan pada").fill(yesterday.isoformat())
    andi.page.get_by_label("Pukul berapa").fill("09:00")
    andi.page.get_by_label("Sebab baru dicatat sekarang").fill("Listrik padam.")
    andi.page.locator("button[name=outcome]").first.click()
    andi.sees_saved("C2")
    andi.open_step(backup, "D7", judge=False)
    andi.page.locator("summary", has_text="Tidak dilaksanakan").click()
    andi.page.get_by_label("Mengapa tidak dilaksanakan").fill(why)
    andi.press("Catat tidak dilaksanakan")
    desk.now = timezone.now()
    for code in ("C3", "C4", "C5", "C6", "C7"):
        desk.finish(runs["C2-C7"], code)
    budi.open_desk()
    budi.window.go(f"/tutup-bulan/?bulan={runs['D7'].slot_key}")
    budi.judged("open")
    expect(budi.page.get_by_role("button", name="Tutup ")).to_be_disabled()
    desk.finish(runs["D4"], "D4")
    budi.page.reload()
    budi.sees("7 dari 8 langkah selesai, 1 catatan susulan, 1 tidak dilaksanakan")
    budi.sees(why)
    budi.page.get_by_role("button", name="Tutup ").click()
    budi.sees("Ditutup oleh Budi")
    budi.judged("closed")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_kasubags_friday(team, size, monkeypatch):
    subjects = ("Printer PTSP macet", "Ruang sidang utama gelap", "Wi-Fi ruang hakim putus")
    why, found = "Pinjam genset kantor sebelah.", "Foto sesudah perbaikan belum dilampirkan."
    _a_week_of(team.desk, subjects, "Listrik padam sampai Kamis.")
    monday = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: monday() + timedelta(days=4))
    budi = Person("budi", team.open_window(size=size), team.desk)
    budi.open_desk()
    budi.window.go("/minggu-ini/")
    budi.judged("friday")
    budi.press("Sahkan 2 disposisi lisan")
    budi.sees("2 disposisi lisan disahkan.")
    figures = budi.page.locator("section", has_text="Angka mingguan").locator("dd")
    expect(figures).to_have_text(["8", "8", "0", "1", "1"])
    asked = budi.page.locator("section", has_text="Menunggu konfirmasi Anda")
    asked.get_by_role("link", name="Jawab").click()
    budi.page.get_by_label("Catatan", exact=True).fill(why)
    budi.press("Saya tidak setuju")
    budi.sees("Tidak disetujui Budi")
    budi.window.go("/minggu-ini/")
    budi.sees("Tidak ada disposisi lisan atau konfirmasi yang menunggu Anda.")
    budi.page.locator("summary", has_text="Periksa").first.click()
    budi.judged("checking")
    budi.window.expects(409)
    budi.press("Tidak sesuai")
    budi.sees("Tulis apa yang tidak sesuai, lalu kirim lagi.")
    budi.judged("found nothing")
    budi.page.get_by_label("Catatan", exact=True).locator("visible=true").fill(found)
    budi.press("Tidak sesuai")
    budi.sees("1 dari 5 diperiksa, 1 tidak sesuai")
    budi.sees(found)
    budi.page.locator("summary", has_text="Periksa").first.click()
    budi.press("Sesuai")
    budi.sees("2 dari 5 diperiksa, 1 tidak sesuai")
    budi.judged("checked")
    faulty = SampleCheck.objects.get(state="failed").step
    andi = Person("andi", team.open_window(size=size), team.desk)
    andi.open_desk(judge=False)
    andi.open_step(faulty.run.subject, faulty.activity, judge=False)
    andi.sees("Tidak sesuai, diperiksa Budi Santoso, 6 Nov")
    andi.sees(found)


def _a_week_of(desk: Desk, subjects: tuple[str, ...], why: str) -> None:
    """Let six steps be done, one of them told afterwards, two be ordered and one be left undone."""
    andi, budi = desk.people.andi.person, desk.people.budi.person
    for n, subject in enumerate(subjects):
        run = desk.open("B", subject)
        late = {"performed_at": desk.now - timedelta(days=3), "late_reason": why} if n == 0 else {}
        desk.finish(run, "B1", **late)
        desk.finish(run, "B2")
        if n:
            services.record_order(
                step_id=desk.step(run, "B3").id,
                ordered_by=budi,
                ordered_at=desk.now,
                outcome="done",
                words="Kerjakan sekarang, pakai stok gudang.",
                by=andi,
                at=desk.now,
            )
    undone = desk.step(desk.open("B", "UPS ruang server"), "B1")
    services.leave_undone(step_id=undone.id, reason=why, by=andi, at=desk.now)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_week_of_plh_and_a_hand_over(team, size, monkeypatch):
    first, second = "Arah TI tahun depan", "Pelatihan keamanan informasi"
    people, today = team.desk.people, timezone.localdate()
    budi = Person("budi", team.open_window(size=size), team.desk)
    hadi = Person("hadi", team.open_window(size=size), team.desk)
    for subject in (first, second):
        budi.open_run("Perumusan kebijakan TI", subject)
        budi.finish(subject, Act("budi", "A1", TO_SEKRETARIS))
    budi.window.go(reverse("absence_add", args=[people.cut.person.pk]))
    budi.judged()
    budi.page.get_by_role("radio", name="Cuti").check()
    budi.page.locator("input[name=ends_on]").fill((today + timedelta(days=4)).isoformat())
    budi.press("Catat ketidakhadiran ini")
    budi.open_desk()
    budi.sees("Sekretaris cuti dan belum ada Plh.")
    budi.judged("nobody there")
    _order_plh(budi, "sekretaris", "W1-A1/77/KP/XI/2026", today=today)
    hadi.take_up(first, "A2")
    hadi.sees("Anda bertugas sebagai Plh. Sekretaris")
    hadi.judged("as Plh.")
    hadi.fill("A2", judge=False)
    hadi.press("Selesaikan dan kirim ke Ketua")
    hadi.sees_saved("A2")
    budi.open_step(first, "A2", judge=False)
    budi.sees("Hadi")
    budi.sees("Plh. Sekretaris (menggantikan Cut Meutia")
    budi.sees("W1-A1/77/KP/XI/2026")
    _order_plh(budi, "ketua", "W1-A1/78/KP/XI/2026", today=today, away=people.dewi.person.pk)
    hadi.take_up(first, "A3")
    hadi.sees("Ini keputusan strategis")
    hadi.judged("strategic")
    hadi.take_up(second, "A2")
    hadi.fill("A2", judge=False)
    hadi.press("Simpan dulu")
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=7))
    hadi.signed_in = budi.signed_in = False  # a session does not last a week
    hadi.open_desk(judge=False)
    hadi.sees("Giliran saya")
    expect(hadi.turn(second, "A2")).to_have_count(0)
    cut = Person("cut", team.open_window(size=size), team.desk)
    cut.take_up(second, "A2")
    cut.claim()
    cut.press("Selesaikan dan kirim ke Ketua")
    cut.sees_saved("A2")
    budi.open_desk(judge=False)
    _hand_over(budi, people.budi.person.pk, "Jamil", "Kunci ruang server, dua buah.")
    assert HandOver.objects.get().posts == ["Kasubag PTIP"]


def _order_plh(
    person: Person, post: str, number: str, *, today: date, away: UUID | None = None
) -> None:
    """Order Hadi to act for a post this week; its holder is away, recorded before or here."""
    if away:
        person.window.go(reverse("absence_add", args=[away]))
        person.page.get_by_role("radio", name="Dinas luar").check()
        person.page.locator("input[name=ends_on]").fill((today + timedelta(days=4)).isoformat())
        person.press("Catat ketidakhadiran ini")
    row = person.desk.people.court.posts[post]
    last = today + timedelta(days=4)
    person.window.go(f"{reverse('appoint', args=[row.pk])}?sebagai=plh&mulai={today}&sampai={last}")
    person.judged("Plh.")
    chosen = person.page.locator("select[name=person]")
    chosen.select_option(label=chosen.locator("option", has_text="Hadi").inner_text())
    person.page.locator("input[name=decree_number]").fill(number)
    person.page.locator("input[name=decree_on]").fill(today.isoformat())
    person.page.locator("main form button.btn-primary").click()
    expect(person.page.locator("main")).to_contain_text(number)


def _hand_over(person: Person, giver: UUID, name: str, note: str) -> None:
    """Hand a post over, and look at the minutes of it."""
    person.window.go(reverse("handover_new", args=[giver]))
    person.judged()
    chosen = person.page.get_by_label("Kepada")
    chosen.select_option(label=chosen.locator("option", has_text=name).inner_text())
    person.page.get_by_label("Nomor SK").fill("W1-A1/31/KP.04/XI/2026")
    person.page.get_by_label("Tanggal SK").fill(timezone.localdate().isoformat())
    person.page.get_by_label("Yang juga diserahkan").fill(note)
    person.press("Serahkan")
    person.sees("Sudah diserahterimakan.")
    person.sees(note)
    person.judged()
