"""What goes wrong between people, told on the screen so that nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from kelola.ledger.models import Entry
from kelola.sop.models import Step
from tests.browser.forms import upload
from tests.sample_files import EXE

if TYPE_CHECKING:
    from tests.browser.team import Person

SUBJECT = "Pelantikan Panitera Muda"
TO_DIGITISING = "Selesaikan dan lanjut ke Dokumen elektronik yang valid"


def at_first_step(person: Person) -> None:
    """Open a run of E and its first step."""
    person.open_run("Konten website", SUBJECT)
    person.take_up(SUBJECT, "E1")


def test_two_people_finish_the_same_step_and_one_wins(team):
    andi, lina = team["andi"], team.join("lina", "Lina Hartati", "operator")
    at_first_step(andi)
    lina.take_up(SUBJECT, "E1")
    lina.fill("E1", unit="Kepaniteraan Muda Hukum")
    lina.write_note("Foto menyusul sore ini")
    andi.fill("E1", unit="Kepaniteraan")
    andi.press(TO_DIGITISING)
    andi.sees_saved("E1")
    lina.window.expects(409)
    lina.press(TO_DIGITISING)
    lina.sees("Langkah ini sudah diselesaikan Andi Saputra pada")
    lina.sees("Isian Anda, untuk disalin")
    lina.sees("Kepaniteraan Muda Hukum")
    lina.sees("Foto menyusul sore ini")
    lina.judged("lost")
    step = Step.objects.get(activity="E1")
    assert (step.performer, step.form["unit"]) == (team.desk.people.andi.person, "Kepaniteraan")
    assert Entry.objects.filter(verb="sop.step.finished").count() == 1


def test_a_program_that_calls_itself_a_picture_is_refused_and_the_other_file_stays(team):
    andi = team["andi"]
    at_first_step(andi)
    andi.fill("E1")
    material = next(f for f in andi.activity("E1").form.fields if f.key == "material")
    lying = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": EXE}
    andi.page.locator("#f-material").set_input_files([upload(material), lying])
    andi.window.expects(422)
    andi.press(TO_DIGITISING)
    summary = andi.page.locator("#errors")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("foto.jpg")
    andi.judged("refused file")
    expect(andi.page.get_by_label("material.pdf")).to_be_checked()
    assert andi.page.get_by_label("foto.jpg").count() == 0
    andi.press(TO_DIGITISING)
    andi.sees_saved("E1")
    assert len(Step.objects.get(activity="E1").form["material"]) == 1


def test_what_is_missing_is_named_and_what_is_there_stays(team):
    andi = team["andi"]
    at_first_step(andi)
    andi.page.get_by_label("Unit").fill("Kepaniteraan")
    andi.window.expects(422)
    andi.press(TO_DIGITISING)
    summary = andi.page.locator("#errors")
    expect(summary).to_contain_text("belum lengkap")
    andi.judged("incomplete")
    summary.get_by_role("link").first.click()
    assert andi.page.evaluate("() => document.activeElement.id.startsWith('f-')")
    expect(andi.page.get_by_label("Unit")).to_have_value("Kepaniteraan")
    assert Step.objects.get(activity="E1").state in ("ready", "started")


def test_a_colleague_takes_a_step_over(team):
    andi, lina = team["andi"], team.join("lina", "Lina Hartati", "operator")
    at_first_step(andi)
    andi.claim()
    lina.open_desk()
    lina.open_step(SUBJECT, "E1")
    lina.sees("Andi Saputra sedang mengerjakan langkah ini.")
    lina.judged("taken")
    lina.claim()
    lina.fill("E1")
    lina.press(TO_DIGITISING)
    lina.sees_saved("E1")
    lina.sees("Lina Hartati mulai mengerjakan E1")


def test_a_run_is_cancelled_by_the_head_with_a_reason(team):
    andi, hadi = team["andi"], team["hadi"]
    at_first_step(andi)
    hadi.open_desk()
    hadi.open_run_page(SUBJECT)
    hadi.page.locator("summary", has_text="Batalkan pelaksanaan ini").click()
    hadi.judged("cancelling")
    hadi.page.get_by_label("Alasan").fill("Pelantikan ditunda.")
    hadi.press("Batalkan pelaksanaan 1/TI-E/XI/2026")
    hadi.sees("Pelaksanaan 1/TI-E/XI/2026 dibatalkan.")
    hadi.sees("Pelantikan ditunda.")
    andi.window.expects(409)
    andi.fill("E1")
    andi.press(TO_DIGITISING)
    andi.sees("Isian Anda, untuk disalin")
    team.check_closed(SUBJECT, "", "cancelled")


def test_the_other_office_finds_nothing(team):
    andi, eko = team["andi"], team["eko"]
    at_first_step(andi)
    eko.open_desk()
    assert eko.turn(SUBJECT, "E1").count() == 0
    eko.window.expects(404)
    eko.window.go(andi.page.url.removeprefix(andi.window.address))
    eko.sees("Halaman tidak ada")
    assert SUBJECT not in eko.page.content()
