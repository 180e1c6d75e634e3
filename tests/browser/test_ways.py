"""Other ways to the same end: the keyboard alone, no JavaScript, a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from kelola.sop.models import Step
from tests.browser.conftest import PHONE
from tests.browser.forms import fill_one
from tests.browser.team import Person
from tests.people import PASSWORD

SUBJECT = "Mouse ruang tunggu rusak"


def tab_to(person: Person, words: str, limit: int = 80) -> None:
    """Press Tab until what has the focus is called this."""
    page = person.page
    for _ in range(limit):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        name = focused.evaluate(
            "(el) => el.ariaLabel || el.labels?.[0]?.textContent || el.textContent || ''"
        )
        if name.strip().startswith(words):
            outline = focused.evaluate(
                "(el) => getComputedStyle(el.closest('.choice') || el).outlineStyle"
            )
            assert outline != "none", f"{words} has the focus, and nothing shows it"
            return
    raise AssertionError(f"{limit} presses of Tab never reached {words}")


def test_a_step_by_the_keyboard_alone(team):
    team["andi"].open_run("Permintaan layanan TI", SUBJECT)
    andi = Person("andi", team.open_window(), team.desk)
    page = andi.page
    andi.window.go("/masuk/")
    tab_to(andi, "Nama pengguna")
    page.keyboard.type("andi")
    tab_to(andi, "Sandi")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Andi")
    tab_to(andi, "Langsung ke isi")
    page.keyboard.press("Enter")
    tab_to(andi, f"Kerjakan: {SUBJECT}")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(SUBJECT)
    tab_to(andi, "Saya kerjakan")
    page.keyboard.press("Enter")
    andi.sees("mulai mengerjakan B1")
    _type_b1(andi)
    tab_to(andi, "Selesaikan dan lanjut")
    page.keyboard.press("Enter")
    andi.sees_saved("B1")
    assert Step.objects.get(activity="B1").performer == team.desk.people.andi.person


def _type_b1(person: Person) -> None:
    page = person.page
    for label, words in (("Pemohon", "Nurul Aini"), ("Unit", "Kepaniteraan")):
        tab_to(person, label)
        page.keyboard.type(words)
    for field in person.activity("B1").form.fields[2:4]:
        tab_to(person, field.options[0].label.id)
        page.keyboard.press("Space")
    tab_to(person, "Uraian permintaan")
    page.keyboard.type("Tombol kiri tidak berfungsi.")


def test_enter_in_a_field_keeps_the_form_and_finishes_nothing(team):
    andi = team["andi"]
    andi.open_run("Permintaan layanan TI", SUBJECT)
    andi.take_up(SUBJECT, "B1")
    andi.page.get_by_role("textbox", name="Pemohon").fill("Nurul Aini")
    andi.page.keyboard.press("Enter")
    andi.sees("Tersimpan. Dapat dilanjutkan nanti.")
    expect(andi.page.get_by_role("textbox", name="Pemohon")).to_have_value("Nurul Aini")
    assert Step.objects.get(activity="B1").state in ("ready", "started")


def test_a_table_grows_and_a_step_ends_without_javascript(team):
    budi = Person("budi", team.open_window(javascript=False), team.desk)
    budi.open_desk(judge=False)
    budi.window.go("/alur/buka/")
    budi.page.get_by_role("link", name="Buka: Perumusan kebijakan TI", exact=True).click()
    budi.page.get_by_label("Perihal").fill(SUBJECT)
    budi.press("Buka pelaksanaan ini")
    budi.open_step(SUBJECT, "A1", judge=False)
    budi.fill("A1", judge=False)
    rows = budi.page.locator('[data-table="programme"] > tr')
    before = rows.count()
    budi.press("Tambah baris")
    expect(rows).to_have_count(before + 1)
    expect(budi.page.locator("#f-programme-0-employee")).to_have_value("Isi Pegawai")
    _fill_last_row(budi, before)
    budi.press("Selesaikan dan kirim ke Sekretaris")
    budi.sees("Rencana program tersimpan sebagai bukti.")
    written = Step.objects.get(activity="A1").form["programme"]
    assert [row["employee"] for row in written] == ["Isi Pegawai", "Nurul Aini"]


def test_a_table_grows_in_place(team):
    budi = team["budi"]
    budi.open_run("Perumusan kebijakan TI", SUBJECT)
    budi.take_up(SUBJECT, "A1")
    budi.fill("A1")
    rows, address = budi.page.locator('[data-table="programme"] > tr'), budi.page.url
    before = rows.count()
    budi.press("Tambah baris")
    expect(rows).to_have_count(before + 1)
    assert budi.page.url == address
    expect(budi.page.locator(f"#f-programme-{before}-employee")).to_have_value("")
    expect(rows.nth(before).locator(".row-number")).to_have_text(str(before + 1))
    expect(budi.page.get_by_label(f"Pegawai, baris {before + 1}")).to_be_focused()
    _fill_last_row(budi, before)
    budi.press("Selesaikan dan kirim ke Sekretaris")
    budi.sees_saved("A1")
    written = Step.objects.get(activity="A1").form["programme"]
    assert [row["employee"] for row in written] == ["Isi Pegawai", "Nurul Aini"]


def _fill_last_row(person: Person, number: int) -> None:
    table = next(f for f in person.activity("A1").form.fields if f.key == "programme")
    values = {"employee": "Nurul Aini", "level_needed": "3", "level_now": "1"}
    for column in table.columns:
        if column.required:
            place = f"f-programme-{number}-{column.key}"
            fill_one(person.page, column, place, values.get(column.key, "Jaringan"))


def test_a_request_on_a_phone(team):
    andi = Person("andi", team.open_window(size=PHONE, dark=True), team.desk)
    andi.open_desk(judge=False)
    assert andi.window.overflow() == 0
    bar = andi.page.locator(".phonebar")
    bar.locator("summary", has_text="Lainnya").tap()
    bar.get_by_role("link", name="Buka pelaksanaan").tap()
    andi.page.get_by_role("link", name="Buka: Permintaan layanan TI", exact=True).tap()
    andi.page.get_by_label("Perihal").fill(SUBJECT)
    andi.page.get_by_role("button", name="Buka pelaksanaan ini").tap()
    expect(andi.page.locator("h1")).to_have_text(SUBJECT)
    assert andi.window.overflow() == 0
    andi.page.locator(".phonebar").get_by_role("link", name="Meja Kerja").tap()
    andi.turn(SUBJECT, "B1").get_by_role("link", name="Kerjakan").tap()
    expect(andi.page.locator("main .row-code").first).to_have_text("B1")
    assert andi.window.overflow() == 0
    andi.fill("B1", judge=False)
    andi.page.get_by_role("button", name="Selesaikan dan lanjut").tap()
    andi.sees("Formulir permintaan tersimpan sebagai bukti.")
    assert andi.window.overflow() == 0
    assert andi.window.violations() == []


def test_what_opens_closes_by_escape_and_the_skip_link_skips(team):
    andi = team["andi"]
    andi.open_desk(judge=False)
    page, keys = andi.page, andi.page.keyboard
    keys.press("Tab")
    expect(page.locator(":focus")).to_have_text("Langsung ke isi")
    keys.press("Enter")
    keys.press("Tab")
    assert page.locator(":focus").evaluate("(el) => Boolean(el.closest('main'))")
    menu = page.locator("details.me")
    menu.locator("summary").focus()
    keys.press("Enter")
    expect(menu.get_by_role("button", name="Keluar")).to_be_visible()
    keys.press("Tab")
    keys.press("Escape")
    expect(menu.get_by_role("button", name="Keluar")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    keys.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_a_day_without_javascript(team):
    andi = Person("andi", team.open_window(javascript=False), team.desk)
    andi.open_desk(judge=False)
    page, go = andi.page, andi.window.go
    go("/alur/buka/")
    page.get_by_role("link", name="Buka: Konten website", exact=True).click()
    page.get_by_label("Perihal").fill(SUBJECT)
    andi.press("Buka pelaksanaan ini")
    andi.open_step(SUBJECT, "E1", judge=False)
    andi.claim()
    andi.fill("E1", judge=False)
    andi.press("Selesaikan dan lanjut ke Dokumen elektronik yang valid")
    andi.sees("tersimpan sebagai bukti.")
    page.locator(".find input").fill("mouse")
    page.locator(".find input").press("Enter")
    expect(page.get_by_role("link", name=SUBJECT).first).to_be_visible()
    go("/berkas/")
    page.get_by_label("Nama berkas").fill("material")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    assert "material.pdf" in coming.value.path().read_text(encoding="utf-8-sig")
    page.locator(".me > summary").click()
    andi.press("Keluar")
    page.wait_for_url("**/masuk/")
    assert "/masuk/" in go("/meja-kerja/").url
