"""Every page at both sizes and in both themes, to be looked at by a person.

    python -m tests.browser.screenshots FOLDER [WORD …]

Makes an office of its own in an empty folder, with runs of every kind of state. WORD keeps only
the pages whose name contains it.
"""

# Nothing of Django's may be imported before main has set it up; what is taken is printed.
# ruff: noqa: PLC0415, T201
from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import tests.engine  # noqa: F401 - chooses the database before Django reads its settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.runs import Desk

SIZES = {"1280": (1280, 800), "360": (360, 740)}
THEMES = ("light", "dark")
# Forms that are also sent empty, to see what they answer.
MISTAKEN = (
    "run-open-request", "step-b2-returned", "step-c3", "calendar-day", "calendar-closure",
    "calendar-hours", "calendar-season", "calendar-zone", "person-add", "post-add", "appoint",
    "office", "import", "password", "verification", "keys",
)  # fmt: skip
SEND_EMPTY = """() => {
  const forms = [...document.querySelectorAll('main form')].filter((f) => f.method === 'post');
  const fields = (f) => f.querySelectorAll('input:not([type=hidden]), textarea, select').length;
  const form = forms.sort((a, b) => fields(b) - fields(a))[0];
  form.querySelectorAll('input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea')
    .forEach((el) => { el.value = ''; });
  HTMLFormElement.prototype.submit.call(form);
}"""
# Languages beside Indonesian are looked at on a few pages.
ENGLISH = ("desk", "step", "sop")


def office() -> Desk:
    """Make an office whose week is half done: late, paused, returned, waiting, finished runs."""
    from kelola.office.scope import office_scope
    from tests.people import make_people
    from tests.runs import Desk, adopt

    people = make_people()
    desk = Desk(people, adopt(people.court))
    with office_scope(people.office.pk):
        _fill(desk)
    return desk


def _fill(desk: Desk) -> None:
    from kelola.sop import engine, services

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
    desk.now = datetime.now(UTC) - timedelta(hours=3)
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
    desk.finish(news, "E1")
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


def _declare(desk: Desk) -> None:
    from kelola.workcal import services
    from kelola.workcal.models import DayKind

    budi = {"office": desk.people.office.pk, "by": desk.people.budi.id, "at": datetime.now(UTC)}
    services.declare_closure(on=date(2026, 11, 5), label="Banjir di gedung lama", **budi)
    services.declare_day(
        on=date(2026, 11, 6), kind=DayKind.OFF, label="Hari jadi kabupaten", **budi
    )
    services.declare_season(
        label="Ramadan 1448 H",
        starts_on=date(2027, 2, 8),
        ends_on=date(2027, 3, 9),
        weekdays={day: [(time(8), time(15))] for day in range(5)},
        **budi,
    )


def addresses(desk: Desk) -> dict[str, tuple[str, str]]:
    """Return what to look at: who and which address, by a name for the file."""
    from django.urls import reverse

    from kelola.office.models import Appointment
    from kelola.office.scope import office_scope
    from kelola.sop.models import Run, Step
    from kelola.workcal.models import Closure, DeclaredDay, Season

    andi = desk.people.andi.person
    with office_scope(desk.people.office.pk):
        runs = {r.subject.split()[0]: r for r in Run.objects.all()}

        def step(subject: str, activity: str) -> str:
            rows = Step.objects.filter(run=runs[subject], activity=activity)
            return reverse("step", args=[rows.order_by("-attempt")[0].id])

        sop = desk.version.sop_id
        done = Step.objects.get(run=runs["Wi-Fi"], activity="B4")
        appointed = Appointment.objects.filter(person=andi)[0]
        return {
            "door": ("", "/masuk/"),
            "desk": ("andi", "/meja-kerja/"),
            "desk-kasubag": ("budi", "/meja-kerja/"),
            "desk-empty": ("jamil", "/meja-kerja/"),
            "runs": ("budi", "/alur/"),
            "runs-filtered": (
                "budi",
                f"/alur/?keadaan=open&prosedur={sop}/B&lewat=1&cari=printer&urut=tenggat",
            ),
            "runs-none": ("budi", "/alur/?cari=tidak+ada"),
            "files": ("budi", "/berkas/"),
            "files-none": ("budi", "/berkas/?cari=zamrud"),
            "search": ("budi", "/cari/?kata=pemeriksaan"),
            "search-one": ("budi", "/cari/?kata=printer&jenis=sop.run"),
            "search-none": ("budi", "/cari/?kata=zamrud"),
            "search-empty": ("budi", "/cari/"),
            "settings": ("budi", "/pengaturan/"),
            "calendar": ("budi", "/kalender/"),
            "calendar-member": ("andi", "/kalender/"),
            "calendar-due": (
                "andi",
                "/kalender/hitung/?start=2026-11-27T15:00&amount=9&unit=hours",
            ),
            "calendar-confirm": ("budi", "/kalender/pengesahan/?tahun=2027"),
            "calendar-day": ("budi", "/kalender/hari/"),
            "calendar-closure": ("budi", "/kalender/penutupan/"),
            "calendar-hours": ("budi", "/kalender/jam/"),
            "calendar-season": ("budi", "/kalender/jam-lain/"),
            "calendar-zone": ("budi", "/kalender/zona/"),
            "history": ("budi", "/riwayat/"),
            "jobs": ("budi", "/pengaturan/pekerjaan/"),
            "help": ("andi", "/bantuan/"),
            "help-page": ("andi", "/bantuan/?topik=kalender"),
            "gallery": ("andi", "/_ui/"),
            "run-new": ("andi", "/alur/buka/"),
            "run-open-request": ("andi", reverse("run_open", args=[sop, "B"])),
            "run-open-round": ("andi", reverse("run_open", args=[sop, "D4"])),
            "run-done": ("budi", reverse("run", args=[runs["Wi-Fi"].id])),
            "run-going": ("budi", reverse("run", args=[runs["Monitor"].id])),
            "run-cancelled": ("budi", reverse("run", args=[runs["Perpanjangan"].id])),
            "step-b2-returned": ("andi", step("Monitor", "B2")),
            "step-b3-late": ("budi", step("Printer", "B3")),
            "step-b3-not-mine": ("andi", step("Printer", "B3")),
            "step-b1-done": ("andi", step("Printer", "B1")),
            "step-a1-table": ("budi", step("Pelatihan", "A1")),
            "step-c3": ("budi", step("Pemeliharaan", "C3")),
            "step-d1-days": ("andi", step("Jaringan", "D1")),
            "step-d2-waiting": ("andi", step("Uji", "D2")),
            "step-d7-paused": ("andi", step("Backup", "D7")),
            "step-e2": ("andi", step("Pelantikan", "E2")),
            "output": ("budi", reverse("step_output", args=[done.id])),
            "sops": ("budi", "/sop/"),
            "sop": ("budi", reverse("sop", args=[sop])),
            "sop-actors": ("budi", reverse("sop_actors", args=[sop])),
            "sop-actors-member": ("andi", reverse("sop_actors", args=[sop])),
            "sop-versions": ("budi", reverse("sop_versions", args=[sop])),
            "people": ("budi", "/pegawai/"),
            "people-member": ("jamil", "/pegawai/"),
            "person": ("budi", reverse("person", args=[andi.pk])),
            "person-edit": ("budi", reverse("person_edit", args=[andi.pk])),
            "posts": ("budi", "/jabatan/"),
            "post": ("budi", reverse("post", args=[desk.people.court.posts["operator"].pk])),
            "appoint": ("budi", reverse("appoint", args=[desk.people.court.posts["operator"].pk])),
            "decrees": ("budi", "/sk/"),
            "renewals": ("budi", "/sk/perpanjangan/?tahun=2027"),
            "office": ("budi", "/pengaturan/kantor/"),
            "import": ("budi", "/pengaturan/impor/"),
            "password": ("andi", "/akun/sandi/"),
            "account": ("andi", "/akun/"),
            "second-factors": ("andi", "/akun/pengaman/"),
            "account-confirm": ("andi", "/masuk/konfirmasi/"),
            "account-closed": ("", "/akun/ditutup/"),
            "app-codes": ("andi", "/akun/pengaman/aplikasi/"),
            "passkey": ("andi", "/akun/pengaman/kunci/"),
            "pin": ("andi", "/akun/pin/"),
            "keys": ("andi", "/akun/kunci-api/"),
            "sign-in-settings": ("budi", "/pengaturan/masuk/"),
            "person-add": ("budi", "/pegawai/tambah/"),
            "post-add": ("budi", "/jabatan/tambah/"),
            "post-edit": (
                "budi",
                reverse("post_edit", args=[desk.people.court.posts["operator"].pk]),
            ),
            "appointment-end": ("budi", reverse("appointment_end", args=[appointed.pk])),
            "decree-scan": ("budi", reverse("decree_scan", args=[appointed.pk])),
            "withdraw-day": (
                "budi",
                reverse("calendar_withdraw_day", args=[DeclaredDay.objects.get().pk]),
            ),
            "withdraw-closure": (
                "budi",
                reverse("calendar_withdraw_closure", args=[Closure.objects.get().pk]),
            ),
            "withdraw-season": (
                "budi",
                reverse("calendar_withdraw_season", args=[Season.objects.get().pk]),
            ),
            "install": ("", "/pasang/"),
            "offline": ("", "/luring/"),
            "verification": ("", "/periksa/"),
            "refused": ("andi", "/riwayat/"),
            "not-found": ("andi", "/tidak-ada/"),
        }


@contextmanager
def served() -> Iterator[str]:
    """Serve the product on a free port of this machine."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def photograph(browser: Browser, desk: Desk, folder: Path, words: list[str]) -> None:
    """Take every picture."""
    pages = addresses(desk)
    wanted = {n: p for n, p in pages.items() if not words or any(w in n for w in words)}
    with served() as address:
        for login in sorted({who for who, _path in wanted.values()}):
            context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
            page = context.new_page()
            if login:
                _sign_in(page, address, login)
            for name, (who, path) in wanted.items():
                if who == login:
                    _take(page, address + path, folder, name)
            if login == "budi":
                _in_english(page, address, folder, wanted)
            context.close()


def _sign_in(page: Page, address: str, login: str) -> None:
    from tests.people import PASSWORD

    page.goto(f"{address}/masuk/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/masuk/" not in url)


def _take(page: Page, url: str, folder: Path, name: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.goto(url)
            page.evaluate("() => document.fonts.ready.then(() => true)")
            wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            print(f"{name} {size} {theme}{f'  {wide} px too wide' if wide > 0 else ''}")
            page.screenshot(path=folder / f"{name}-{size}-{theme}.png", full_page=True)
        if name in MISTAKEN:
            with page.expect_navigation():
                page.evaluate(SEND_EMPTY)
            page.screenshot(path=folder / f"{name}-mistaken-{size}.png", full_page=True)


def _in_english(page: Page, address: str, folder: Path, wanted: dict[str, tuple[str, str]]) -> None:
    for name, (who, path) in wanted.items():
        if who == "budi" and name.startswith(ENGLISH):
            page.set_extra_http_headers({"Accept-Language": "en"})
            page.set_viewport_size({"width": 1280, "height": 800})
            page.emulate_media(color_scheme="light")
            page.goto(address + path)
            page.locator(".me > summary").click()
            page.get_by_role("button", name="English").click()
            page.goto(address + path)
            page.screenshot(path=folder / f"{name}-1280-light-en.png", full_page=True)


def main(arguments: list[str]) -> int:
    """Make the office, serve it, take the pictures; return 0."""
    if not arguments:
        print(__doc__)
        return 2
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.core.management import call_command
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import launch

    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    desk = office()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        photograph(browser, desk, folder, arguments[1:])
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
