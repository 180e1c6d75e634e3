"""Every page of the product, on an office whose week is half done: what the pictures show and
what ``test_all_pages.py`` judges. A new page is one line here."""

from __future__ import annotations

import dataclasses
import time as clock
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as AUTHENTICATED_USER,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kelola.ledger.followers import catch_up
from kelola.notify import services as notify
from kelola.notify.models import Delivery, Message, Webhook
from kelola.notify.rules import Wishes
from kelola.office import services as office
from kelola.office.models import Appointment, Person
from kelola.office.rules import AppointmentKind
from kelola.office.scope import office_scope
from kelola.sop import engine, services
from kelola.sop.definition.shape import Words
from kelola.sop.models import HandOver, Run, Step
from kelola.workcal import services as workcal
from kelola.workcal.models import Closure, DayKind, DeclaredDay, Season
from tests.doors import enter, give_pin, give_totp, share
from tests.people import TOLD, make_people
from tests.runs import Desk, adopt, library_sop

if TYPE_CHECKING:
    from uuid import UUID

    from kelola.office.models import User

# Browsers that nobody is signed in to.
NOBODY, COUNTER, HALFWAY = "", "PC bersama", "sandi diterima"
# Addresses that answer a GET and stand in no list of pages, each with its reason.
NO_PAGES = {
    "api_openapi": "a description for programs",
    "document": "the file itself",
    "feed": "read by the calendar of a phone",
    "handover_paper": "a PDF",
    "front": "leads to the desk or to the door",
    "import_template": "a file",
    "install_certificate": "a file",
    "manifest": "read by the browser",
    "mfa_login_webauthn": "read by the script of the door",
    "news_open": "leads to what it is about",
    "approval_paper": "a PDF",
    "index_paper": "a PDF",
    "monitoring_paper": "a PDF",
    "revision_paper": "a PDF",
    "run_paper": "a PDF",
    "sop_form_paper": "a PDF",
    "security_txt": "a text for who found a hole",
    "service_worker": "read by the browser",
    "set_language": "leads back",
    "sop_blank": "a PDF",
    "sop_export": "a file",
    "log_file": "a file",
    "step_blank": "a PDF",
    "step_paper": "a PDF",
}
# Pages that need an installation without an office, or a device: judged in the story that has it.
# A story named here fails when it did not come by (``window`` in ``conftest.py``).
_FIRST_START = "test_start.py::test_from_an_empty_folder_to_the_first_run"
IN_STORIES = {
    "mfa_reauthenticate_webauthn": "test_doors.py::test_a_passkey_is_made_and_signs_in",
    "start": _FIRST_START,
    "start_calendar": _FIRST_START,
    "start_done": _FIRST_START,
    "start_office": _FIRST_START,
    "start_people": _FIRST_START,
    "start_sop": _FIRST_START,
}


class Sight(NamedTuple):
    """Whose browser, which address."""

    who: str
    path: str


def half_a_week() -> Desk:
    """Make an office whose week is half done: late, paused, returned, waiting, finished runs."""

    people = make_people()
    desk = Desk(people, adopt(people.court))
    with office_scope(people.office.pk):
        _fill(desk)
        _decide_beforehand(desk)
        notify.keep_wishes(
            wishes=Wishes(), addresses={"notify.mail": ("andi@contoh.go.id", True)},
            by=people.andi.person, at=desk.now,
        )  # fmt: skip
        notify.add_webhook(
            office=people.office.pk, name="Portal pengawasan Mahkamah Syar'iyah Aceh",
            address="https://penerima.contoh.go.id/kelola", topics=["notify"],
            by=people.budi.id, at=desk.now,
        )  # fmt: skip
    catch_up(at=timezone.now())
    with office_scope(people.office.pk):
        letter = {"attempts": 3, "error": "Server surel tidak menjawab."}
        Message.objects.filter(pk=Message.objects.earliest("pk").pk).update(**letter)
        _deliver(Webhook.objects.get())
    return desk


def _deliver(webhook: Webhook) -> None:
    """Let one delivery be taken, one wait and one be given up."""
    at = timezone.now()
    for seq, state, error in (
        (1, "sent", ""),
        (2, "waiting", "Penerima tidak menjawab."),
        (3, "failed", "Penerima menjawab 503."),
    ):  # fmt: skip
        Delivery.objects.create(
            office=webhook.office, webhook=webhook, seq=seq, verb="sop.step.finished", body="{}",
            state=state, error=error, attempts=seq, made_at=at, next_at=at + timedelta(days=1),
            ended_at=None if state == "waiting" else at,
        )  # fmt: skip


def _fill(desk: Desk) -> None:
    desk.now -= timedelta(days=5)
    desk.walk(desk.open("B", "Wi-Fi ruang sidang 2 lambat saat sidang elektronik"))
    late = desk.open("B", "Printer PTSP macet, kertas tertarik ganda")
    desk.finish(late, "B1")
    desk.finish(late, "B2")
    services.cancel_run(
        run_id=desk.open("F4", "Perpanjangan SSL").id,
        reason="Sudah diperpanjang penyedia.",
        by=desk.who("kasubag_ptip").person,
        at=desk.now,
    )
    desk.now = timezone.now() - timedelta(hours=3)
    returned = desk.open("B", "Monitor ruang kasir bergaris")
    for activity in ("B1", "B2"):
        desk.finish(returned, activity)
    desk.finish(returned, "B3", "return")
    services.claim_step(
        step_id=desk.step(returned, "B2").id, by=desk.people.andi.person, at=desk.now
    )
    desk.open("A", "Pelatihan keamanan informasi")
    desk.open("D2-D6", "Uji aplikasi antrean PTSP")
    desk.open("D1", "Jaringan minggu ini")
    monthly = desk.open("C2-C7", "Pemeliharaan November")
    desk.finish(monthly, "C2")
    news = desk.open("E", "Pelantikan Panitera Muda, foto dan berita")
    desk.finish(
        news,
        "E1",
        performed_at=desk.now - timedelta(days=3),
        late_reason="Listrik padam sampai sore, foto baru dapat dipindahkan hari ini.",
    )
    desk.now += timedelta(minutes=1)
    dropped = desk.open("F1", "Statistik pengunjung minggu ini")
    services.leave_undone(
        step_id=desk.step(dropped, "F1").id,
        reason="Listrik padam Senin sampai Kamis, log pengunjung tidak terbentuk.",
        by=desk.who(desk.step(dropped, "F1").role).person,
        at=desk.now,
    )
    services.record_done(
        version=desk.version,
        procedure="B",
        strand="B",
        what="Proyektor ruang rapat diganti kabelnya",
        who="Kasubag Umum",
        done_at=desk.now - timedelta(days=1),
        reason="Listrik padam sejak kemarin siang.",
        by=desk.people.andi.person,
        at=desk.now,
    )
    twice = desk.open("B", "Internet ruang hakim putus lagi", by=desk.people.cut.person)
    desk.finish(twice, "B1")
    desk.finish(twice, "B2", "duplicate")
    outage = desk.open("B", "Ruang sidang utama gelap, sidang jam sepuluh")
    for activity in ("B1", "B2"):
        desk.finish(outage, activity)
    services.record_order(
        step_id=desk.step(outage, "B3").id,
        ordered_by=desk.people.budi.person,
        ordered_at=desk.now - timedelta(minutes=20),
        outcome="done",
        words="Kerjakan sekarang, pakai stok kabel di gudang.",
        by=desk.people.andi.person,
        at=desk.now,
    )
    backup = desk.open("D7", "Backup SIPP dan uji restorasi")
    services.pause_clock(
        step_id=desk.step(backup, "D7").id,
        reason=engine.PauseReason.POWER_OR_NETWORK,
        until=None,
        note="Listrik padam di ruang server sejak pagi",
        by=desk.people.andi.person,
        at=desk.now + timedelta(hours=1),
    )
    situation = desk.open("F5-F7", "Situasi website November")
    desk.finish(situation, "F5")
    _declare(desk)
    _employ(desk)
    _send_away(desk)
    give_totp(desk.people.hadi.user)
    give_pin(desk.people.andi.user)


def _employ(desk: Desk) -> None:
    """Add somebody without an account, and an appointment that runs out."""
    people = desk.people
    office.add_person(office=people.office.pk, name="Rahmat", **TOLD)
    office.appoint(
        post=people.court.posts["operator"],
        person=people.jamil.person,
        decree_number="W1-A1/3/KP/2026",
        decree_on=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
        valid_until=date(2026, 12, 31),
        **TOLD,
    )


def _send_away(desk: Desk) -> None:
    """Let the Sekretaris be on leave without anybody for her, and the Ketua with a Plh."""
    people, today = desk.people, timezone.localdate()
    plan, goal = desk.open("A", "Rencana pelatihan 2027"), desk.open("A", "Arah TI 2027–2029")
    for run in (plan, goal):
        desk.finish(run, "A1")
    desk.finish(goal, "A2")
    days = {"starts_on": today, "ends_on": today + timedelta(days=4)}
    for someone, kind in ((people.cut, "leave"), (people.dewi, "travel")):
        office.record_absence(person=someone.person, kind=kind, **days, **TOLD)
    office.appoint(
        post=people.court.posts["ketua"],
        person=people.hadi.person,
        kind=AppointmentKind.PLH,
        decree_number="W1-A1/77/KP/XI/2026",
        decree_on=today,
        valid_from=today,
        valid_until=today + timedelta(days=4),
        **TOLD,
    )


def _revised(desk: Desk) -> UUID:
    """Draft a revision of the SOP: another time, another actor, an activity less; return it."""
    old = library_sop()
    forward = old.procedure("B")
    b3 = dataclasses.replace(
        forward.activity("B3"), time="PT4H", time_words=Words("4 Jam"), actor="sekretaris"
    )
    activities = tuple(b3 if a.key == "B3" else a for a in forward.activities)
    changed = dataclasses.replace(forward, activities=activities)
    procedures = [changed if p.code == "B" else p for p in old.procedures[:-1]]
    row, _new = services.load_definition(
        definition=dataclasses.replace(old, procedures=tuple(procedures)), **TOLD
    )
    with office_scope(desk.people.office.pk):
        version = services.adopt_sop(
            definition=row,
            office=desk.people.office,
            state=services.VersionState.DRAFT,
            effective_on=None,
            by="system",
            at=timezone.now(),
        )
    return version.pk


def _handed_over(desk: Desk) -> str:
    """Let the Redaktur's post go to a colleague, once; return where that stands."""
    people = desk.people
    with office_scope(people.office.pk):
        row = HandOver.objects.first() or services.hand_over(
            wanted=services.Handing(
                giver=people.gita.person,
                receiver=people.jamil.person,
                posts=[people.court.posts["redaktur"]],
                on=timezone.localdate(),
                decree_number="W1-A1/31/KP.04/XI/2026",
                decree_on=timezone.localdate() - timedelta(days=3),
                note="Sandi akun redaksi dalam amplop tertutup; kamera nomor 3.",
            ),
            by=people.budi.person,
            at=timezone.now(),
        )
    return reverse("handover", args=[row.pk])


def _decide_beforehand(desk: Desk) -> None:
    now, today = timezone.now(), timezone.localdate()
    given = services.Given(
        number="W1-A1/12/OT.01/X/2026",
        issued_on=today - timedelta(days=20),
        valid_from=today - timedelta(days=20),
        valid_until=today + timedelta(days=300),
        words="Permintaan akun dan akses dikerjakan langsung oleh operator.",
        passes={"B3": "done", "B4": "done", "B5": "do"},
        wanted={"category": ["access"]},
    )
    by = desk.people.cut.person
    services.give_disposition(sop=desk.version.sop, strand="B", given=given, by=by, at=now)
    run = desk.open("B", "Sandi SIPP panitera muda lupa")
    data = desk.form(run, "B1") | {"category": "access"}
    desk.finish(run, "B1", data=data)
    desk.finish(run, "B2")


def _declare(desk: Desk) -> None:
    budi = {"office": desk.people.office.pk, "by": desk.people.budi.id, "at": timezone.now()}
    workcal.declare_closure(on=date(2026, 11, 5), label="Banjir di gedung lama", **budi)
    workcal.declare_day(on=date(2026, 11, 6), kind=DayKind.OFF, label="Hari jadi kabupaten", **budi)
    workcal.declare_season(
        label="Ramadan 1448 H",
        starts_on=date(2027, 2, 8),
        ends_on=date(2027, 3, 9),
        weekdays={day: [(time(8), time(15))] for day in range(5)},
        **budi,
    )


def sights(desk: Desk) -> dict[str, Sight]:
    """Return what to look at by a name for the file of its picture."""
    andi = desk.people.andi.person
    with office_scope(desk.people.office.pk):
        runs = {r.subject.split()[0]: r for r in Run.objects.all()}

        def step(subject: str, activity: str) -> str:
            rows = Step.objects.filter(run=runs[subject], activity=activity)
            return reverse("step", args=[rows.order_by("-attempt")[0].id])

        sop = desk.version.sop_id
        nobody = Person.objects.get(name="Rahmat")
        post = desk.people.court.posts["operator"].pk
        done = Step.objects.get(run=runs["Wi-Fi"], activity="B4")
        appointed = Appointment.objects.filter(person=andi)[0]
        return {
            "door": Sight(NOBODY, "/masuk/"),
            "desk": Sight("andi", "/meja-kerja/"),
            "desk-kasubag": Sight("budi", "/meja-kerja/"),
            "desk-empty": Sight("jamil", "/meja-kerja/"),
            "runs": Sight("budi", "/alur/"),
            "runs-filtered": Sight(
                "budi",
                f"/alur/?keadaan=open&prosedur={sop}/B&lewat=1&cari=printer&urut=tenggat",
            ),
            "runs-none": Sight("budi", "/alur/?cari=tidak+ada"),
            "files": Sight("budi", "/berkas/"),
            "files-none": Sight("budi", "/berkas/?cari=zamrud"),
            "search": Sight("budi", "/cari/?kata=pemeriksaan"),
            "search-one": Sight("budi", "/cari/?kata=printer&jenis=sop.run"),
            "search-none": Sight("budi", "/cari/?kata=zamrud"),
            "search-empty": Sight("budi", "/cari/"),
            "settings": Sight("budi", "/pengaturan/"),
            "calendar": Sight("budi", "/kalender/"),
            "calendar-member": Sight("andi", "/kalender/"),
            "calendar-due": Sight(
                "andi",
                "/kalender/hitung/?start=2026-11-27T15:00&amount=9&unit=hours",
            ),
            "calendar-confirm": Sight("budi", "/kalender/pengesahan/?tahun=2027"),
            "calendar-day": Sight("budi", "/kalender/hari/"),
            "calendar-closure": Sight("budi", "/kalender/penutupan/"),
            "calendar-hours": Sight("budi", "/kalender/jam/"),
            "calendar-season": Sight("budi", "/kalender/jam-lain/"),
            "calendar-zone": Sight("budi", "/kalender/zona/"),
            "history": Sight("budi", "/riwayat/"),
            "jobs": Sight("budi", "/pengaturan/pekerjaan/"),
            "help": Sight("andi", "/bantuan/"),
            "help-page": Sight("andi", "/bantuan/?topik=kalender"),
            "gallery": Sight("andi", "/_ui/"),
            "run-new": Sight("andi", "/alur/buka/"),
            "run-open-request": Sight("andi", reverse("run_open", args=[sop, "B"])),
            "run-open-round": Sight("andi", reverse("run_open", args=[sop, "D4"])),
            "run-done": Sight("budi", reverse("run", args=[runs["Wi-Fi"].id])),
            "run-going": Sight("budi", reverse("run", args=[runs["Monitor"].id])),
            "run-cancelled": Sight("budi", reverse("run", args=[runs["Perpanjangan"].id])),
            "step-b2-returned": Sight("andi", step("Monitor", "B2")),
            "step-b3-late": Sight("budi", step("Printer", "B3")),
            "step-b3-not-mine": Sight("andi", step("Printer", "B3")),
            "step-b1-done": Sight("andi", step("Printer", "B1")),
            "step-a1-table": Sight("budi", step("Pelatihan", "A1")),
            "step-c3": Sight("budi", step("Pemeliharaan", "C3")),
            "step-d1-days": Sight("andi", step("Jaringan", "D1")),
            "step-d2-waiting": Sight("andi", step("Uji", "D2")),
            "step-d7-paused": Sight("andi", step("Backup", "D7")),
            "step-e1-recorded-late": Sight("andi", step("Pelantikan", "E1")),
            "step-e2": Sight("andi", step("Pelantikan", "E2")),
            "step-together": Sight("andi", step("Proyektor", "B1") + "sekaligus/"),
            "step-together-row": Sight("andi", step("Proyektor", "B1")),
            "run-done-before": Sight("andi", reverse("run", args=[runs["Proyektor"].id])),
            "evidence-map": Sight("budi", f"/map-bukti/?bulan={desk.now:%Y-%m}"),
            "evidence-map-refused": Sight("jamil", "/map-bukti/"),
            "months": Sight("budi", f"/tutup-bulan/?bulan={desk.now:%Y-%m}"),
            "months-member": Sight("andi", "/tutup-bulan/?bulan=2026-10"),
            "week": Sight("budi", "/minggu-ini/"),
            "logs": Sight("budi", reverse("logs")),
            "week-samples": Sight("budi", "/minggu-ini/?pekan=2026-W44"),
            "week-member": Sight("jamil", "/minggu-ini/"),
            "work-report": Sight("andi", "/laporan-kinerja/?dari=2026-01-02&sampai=2026-12-31"),
            "work-report-of": Sight(
                "budi",
                f"/laporan-kinerja/?pegawai={andi.pk}&dari=2026-01-02&sampai=2026-12-31",
            ),
            "work-report-none": Sight("jamil", "/laporan-kinerja/"),
            "run-answer": Sight("cut", reverse("run", args=[runs["Internet"].id])),
            "desk-answer": Sight("cut", "/meja-kerja/"),
            "done-new": Sight("andi", "/catat/"),
            "done-new-nobody": Sight("dewi", "/catat/"),
            "step-b3-ordered": Sight("andi", step("Ruang", "B3")),
            "step-b3-to-ratify": Sight("budi", step("Ruang", "B3")),
            "step-f1-undone": Sight("andi", step("Statistik", "F1")),
            "step-f1-to-confirm": Sight("budi", step("Statistik", "F1")),
            "output": Sight("budi", reverse("step_output", args=[done.id])),
            "sops": Sight("budi", "/sop/"),
            "sop": Sight("budi", reverse("sop", args=[sop])),
            "step-b5-standing": Sight("cut", step("Sandi", "B5")),
            "run-standing": Sight("andi", reverse("run", args=[runs["Sandi"].id])),
            "agenda": Sight("andi", f"/agenda/?bulan={desk.now:%Y-%m}"),
            "agenda-kasubag": Sight("budi", f"/agenda/?bulan={desk.now:%Y-%m}"),
            "handovers": Sight("budi", "/serah-terima/"),
            "handover-new": Sight("budi", reverse("handover_new", args=[andi.pk])),
            "handover": Sight("budi", _handed_over(desk)),
            "standing": Sight("cut", reverse("standing", args=[sop])),
            "standing-give": Sight("cut", reverse("standing", args=[sop]) + "?alur=B"),
            "sop-actors": Sight("budi", reverse("sop_actors", args=[sop])),
            "sop-actors-member": Sight("andi", reverse("sop_actors", args=[sop])),
            "sop-versions": Sight("budi", reverse("sop_versions", args=[sop])),
            "chart": Sight("budi", reverse("chart", args=[sop, "B"])),
            "chart-heat": Sight(
                "budi",
                reverse("chart", args=[sop, "B"])
                + f"?dari={desk.now:%Y}-01-01&sampai={desk.now:%Y}-12-31",
            ),
            "run-chart": Sight("andi", reverse("run_chart", args=[runs["Sandi"].id])),
            "sop-import": Sight("budi", "/sop/impor/"),
            "monitoring": Sight("budi", reverse("monitoring", args=[sop])),
            "revision": Sight("budi", reverse("revision", args=[sop, _revised(desk)])),
            "revision-first": Sight("budi", reverse("revision", args=[sop, desk.version.pk])),
            "approval": Sight("budi", reverse("approval", args=[sop, desk.version.pk])),
            "people": Sight("budi", "/pegawai/"),
            "people-member": Sight("jamil", "/pegawai/"),
            "person": Sight("budi", reverse("person", args=[andi.pk])),
            "person-without-account": Sight("budi", reverse("person", args=[nobody.pk])),
            "person-edit": Sight("budi", reverse("person_edit", args=[andi.pk])),
            "posts": Sight("budi", "/jabatan/"),
            "post": Sight("budi", reverse("post", args=[post])),
            "appoint": Sight("budi", reverse("appoint", args=[post])),
            "appoint-plh": Sight(
                "budi",
                reverse("appoint", args=[desk.people.court.posts["sekretaris"].pk])
                + "?sebagai=plh&mulai=2026-11-23&sampai=2026-11-27",
            ),
            "post-acting": Sight(
                "budi", reverse("post", args=[desk.people.court.posts["ketua"].pk])
            ),
            "post-unattended": Sight(
                "budi", reverse("post", args=[desk.people.court.posts["sekretaris"].pk])
            ),
            "person-away": Sight("budi", reverse("person", args=[desk.people.cut.person.pk])),
            "absence": Sight("andi", reverse("absence_add", args=[andi.pk])),
            "person-leave": Sight("budi", reverse("person_leave", args=[andi.pk])),
            "desk-stood-in-for": Sight("dewi", "/meja-kerja/"),
            "desk-acting": Sight("hadi", "/meja-kerja/"),
            "step-a3-acting": Sight("hadi", step("Arah", "A3")),
            "step-a2-unattended": Sight("budi", step("Rencana", "A2")),
            "decrees": Sight("budi", "/sk/"),
            "renewals-none": Sight("budi", "/sk/perpanjangan/?tahun=2026"),
            "renewals": Sight("budi", "/sk/perpanjangan/?tahun=2027"),
            "office": Sight("budi", "/pengaturan/kantor/"),
            "logo": Sight("budi", reverse("settings_logo")),
            "import": Sight("budi", "/pengaturan/impor/"),
            "password": Sight("andi", "/akun/sandi/"),
            "account": Sight("andi", "/akun/"),
            "news": Sight("andi", "/kabar/"),
            "news-wishes": Sight("andi", "/akun/kabar/"),
            "outbox": Sight("budi", "/pengaturan/surat/"),
            "webhooks": Sight("budi", "/pengaturan/webhook/"),
            "webhook": Sight("budi", reverse("webhook", args=[Webhook.objects.get().pk])),
            "second-factors": Sight("andi", "/akun/pengaman/"),
            "account-confirm": Sight("andi", "/masuk/konfirmasi/"),
            "account-closed": Sight(NOBODY, "/akun/ditutup/"),
            "second-factors-set": Sight("hadi", "/akun/pengaman/"),
            "account-confirm-code": Sight("hadi", "/masuk/konfirmasi/kode/"),
            "code": Sight(HALFWAY, "/masuk/kode/"),
            "pin-door": Sight(COUNTER, "/masuk/pin/"),
            "app-codes": Sight("andi", "/akun/pengaman/aplikasi/"),
            "passkey": Sight("andi", "/akun/pengaman/kunci/"),
            "pin": Sight("andi", "/akun/pin/"),
            "keys": Sight("andi", "/akun/kunci-api/"),
            "sign-in-settings": Sight("budi", "/pengaturan/masuk/"),
            "person-add": Sight("budi", "/pegawai/tambah/"),
            "post-add": Sight("budi", "/jabatan/tambah/"),
            "post-edit": Sight(
                "budi",
                reverse("post_edit", args=[post]),
            ),
            "appointment-end": Sight("budi", reverse("appointment_end", args=[appointed.pk])),
            "decree-scan": Sight("budi", reverse("decree_scan", args=[appointed.pk])),
            "withdraw-day": Sight(
                "budi",
                reverse("calendar_withdraw_day", args=[DeclaredDay.objects.get().pk]),
            ),
            "withdraw-closure": Sight(
                "budi",
                reverse("calendar_withdraw_closure", args=[Closure.objects.get().pk]),
            ),
            "withdraw-season": Sight(
                "budi",
                reverse("calendar_withdraw_season", args=[Season.objects.get().pk]),
            ),
            "install": Sight(NOBODY, "/pasang/"),
            "offline": Sight(NOBODY, "/luring/"),
            "verification": Sight(NOBODY, "/periksa/"),
            "refused": Sight("andi", "/riwayat/"),
            "not-found": Sight("andi", "/tidak-ada/"),
        }


def cookies_of(user: User) -> dict[str, str]:
    """Sign in as if by the password just now, past a second factor."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": clock.time(), "reauthenticated": True}
    ]
    session[AUTHENTICATED_USER] = user_id_to_str(user)
    session.save()
    return _kept(client)


def cookies(desk: Desk, who: str) -> dict[str, str]:
    """Return what the browser of a sight has kept."""
    if who == NOBODY:
        return {}
    client = Client()
    if who == COUNTER:
        share(client, desk.people)
    elif who == HALFWAY:
        enter(client, "hadi")
    else:
        return cookies_of(getattr(desk.people, who).user)
    return _kept(client)


def _kept(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}
