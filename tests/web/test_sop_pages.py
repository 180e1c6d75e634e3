"""Every page of SOPs and runs, as owner, colleague, stranger and another office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.office.scope import office_scope
from kelola.sop.definition.shape import FieldType
from kelola.sop.models import Run, Step
from tests.people import sign_in
from tests.runs import MINUTE, png

if TYPE_CHECKING:
    from tests.people import Someone
    from tests.runs import Desk

STEP_ACTS = ("step_claim", "step_requirement", "step_finish", "step_pause", "step_resume")


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def posted(desk: Desk, run: Run, activity: str, **more: Any) -> dict[str, Any]:
    """Return what a browser posts for a complete form."""
    step = desk.step(run, activity)
    fields = desk.procedure(run.strand).activity(activity).form.fields
    data: dict[str, Any] = {"revision": step.revision, "remarks": "Sudah diperiksa"}
    for field in fields:
        value = desk.form(run, activity)[field.key]
        if field.type is FieldType.TABLE:
            data[f"{field.key}.rows"] = len(value)
            for number, row in enumerate(value):
                data |= {f"{field.key}.{number}.{k}": v for k, v in row.items()}
        elif field.type in (FieldType.FILE, FieldType.PHOTO):
            data[field.key] = SimpleUploadedFile("foto.png", png())
        else:
            data[field.key] = value
    return data | more


def test_every_page_opens_for_every_role(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1")
    pages = [
        reverse("desk"),
        reverse("runs"),
        reverse("run_new"),
        reverse("run_open", args=[run.sop_id, "C2-C7"]),
        reverse("run_open", args=[run.sop_id, "A"]),
        reverse("run", args=[run.id]),
        reverse("step", args=[desk.step(run, "B1").id]),
        reverse("step", args=[desk.step(run, "B2").id]),
        reverse("step_output", args=[desk.step(run, "B1").id]),
        reverse("sops"),
        reverse("sop", args=[run.sop_id]),
    ]
    people = desk.people
    for someone in (people.andi, people.budi, people.cut, people.dewi, people.jamil):
        client = browser(someone)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert run.subject in answer.text or run.subject not in page


def test_another_office_gets_404_everywhere_and_changes_nothing(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    client = browser(desk.people.eko)
    for name in ("step", "step_output"):
        assert client.get(reverse(name, args=[step.id])).status_code == 404
    for name in STEP_ACTS:
        assert client.post(reverse(name, args=[step.id])).status_code == 404
    assert client.get(reverse("run", args=[run.id])).status_code == 404
    assert client.post(reverse("run_cancel", args=[run.id])).status_code == 404
    assert client.get(reverse("sop", args=[run.sop_id])).status_code == 404
    assert client.get(reverse("run_open", args=[run.sop_id, "B"])).status_code == 404
    assert run.subject not in client.get(reverse("runs")).text
    assert run.subject not in client.get(reverse("desk")).text
    assert desk.step(run, "B1").state == "ready"


def test_a_stranger_signs_in_first(desk: Desk) -> None:
    run = desk.open("B")
    for page in (reverse("desk"), reverse("run", args=[run.id])):
        answer = Client().get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_opening_a_run_from_the_page(desk: Desk) -> None:
    client = browser(desk.people.andi)
    page = reverse("run_open", args=[desk.version.sop_id, "B"])
    answer = client.post(page, {"subject": "Wi-Fi ruang sidang 2 lambat"})
    run = Run.objects.get(subject="Wi-Fi ruang sidang 2 lambat")
    assert answer["Location"] == reverse("run", args=[run.id])
    assert (run.strand, run.origin, run.state) == ("B", "request", "open")


def test_opening_without_a_subject_says_what_to_do(desk: Desk) -> None:
    page = reverse("run_open", args=[desk.version.sop_id, "B"])
    answer = browser(desk.people.andi).post(page, {"subject": " "})
    assert answer.status_code == 422
    assert "Tuliskan" in answer.text
    assert not Run.objects.exists()


def test_a_round_is_chosen_and_opened_once(desk: Desk) -> None:
    client = browser(desk.people.andi)
    page = reverse("run_open", args=[desk.version.sop_id, "D7"])
    answer = client.post(page, {"subject": "", "slot": ""})
    assert answer.status_code == 422
    slots = [s["key"] for s in answer.context["slots"]]
    assert client.post(page, {"slot": slots[-1]}).status_code == 302
    again = client.post(page, {"slot": slots[-1]})
    assert again.status_code == 422
    assert Run.objects.count() == 1


def test_somebody_without_a_part_can_t_open(desk: Desk) -> None:
    page = reverse("run_open", args=[desk.version.sop_id, "B"])
    answer = browser(desk.people.jamil).post(page, {"subject": "Coba"})
    assert answer.status_code == 422
    assert not Run.objects.exists()


def test_finishing_from_the_page_opens_the_next_step(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    outcome = desk.procedure("B").activity("B1").outcomes[0].code
    answer = browser(desk.people.andi).post(
        reverse("step_finish", args=[step.id]), posted(desk, run, "B1", outcome=outcome)
    )
    assert answer.status_code == 302, answer.context["errors"]
    assert desk.step(run, "B1").state == "done"
    assert desk.step(run, "B2").state == "ready"


def test_an_incomplete_form_is_kept_and_says_what_is_missing(desk: Desk) -> None:
    run = desk.open("E", "Pelantikan Panitera Muda")
    step = desk.step(run, "E1")
    fields = desk.procedure("E").activity("E1").form.fields
    text = next(f for f in fields if f.type is FieldType.TEXT)
    files = next(f for f in fields if f.type in (FieldType.FILE, FieldType.PHOTO))
    answer = browser(desk.people.andi).post(
        reverse("step_finish", args=[step.id]),
        {
            "revision": 0,
            "outcome": desk.procedure("E").activity("E1").outcomes[0].code,
            text.key: "Tersimpan",
            files.key: SimpleUploadedFile("foto.png", png()),
        },
    )
    assert answer.status_code == 422
    kept = desk.step(run, "E1")
    assert kept.state == "started"
    assert kept.form[text.key] == "Tersimpan"
    assert len(kept.form[files.key]) == 1
    assert answer.context["errors"]
    assert "foto.png" in answer.text


def test_a_refused_file_says_why_and_the_others_stay(desk: Desk) -> None:
    run = desk.open("E", "Pelantikan")
    step = desk.step(run, "E1")
    fields = desk.procedure("E").activity("E1").form.fields
    files = next(f for f in fields if f.type in (FieldType.FILE, FieldType.PHOTO))
    answer = browser(desk.people.andi).post(
        reverse("step_finish", args=[step.id]),
        posted(desk, run, "E1", outcome=desk.procedure("E").activity("E1").outcomes[0].code)
        | {
            files.key: [
                SimpleUploadedFile("laporan.exe", b"MZ" + bytes(90)),
                SimpleUploadedFile("baik.png", png()),
            ]
        },
    )
    assert answer.status_code == 422
    assert "laporan.exe" in answer.text
    assert desk.step(run, "E1").state == "started"
    assert len(desk.step(run, "E1").form[files.key]) == 1


def test_saving_for_later_keeps_the_form(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    answer = browser(desk.people.andi).post(
        reverse("step_finish", args=[step.id]), posted(desk, run, "B1", save="1")
    )
    assert answer.status_code == 302
    kept = desk.step(run, "B1")
    assert kept.state == "started"
    assert kept.form


def test_a_row_is_added_without_javascript(desk: Desk) -> None:
    run = desk.open("A")
    step = desk.step(run, "A1")
    key = next(
        f.key for f in desk.procedure("A").activity("A1").form.fields if f.type is FieldType.TABLE
    )
    answer = browser(desk.people.budi).post(
        reverse("step_finish", args=[step.id]), posted(desk, run, "A1", add_row=key)
    )
    assert answer.status_code == 200
    table = next(i for i in answer.context["layout"].items if i.cell.name == key)
    assert len(table.rows) == 2


def test_the_second_to_finish_keeps_the_text_to_copy(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    late = posted(desk, run, "B1", outcome=desk.procedure("B").activity("B1").outcomes[0].code)
    text = next(
        f.key for f in desk.procedure("B").activity("B1").form.fields if f.type is FieldType.TEXT
    )
    late[text] = "Isian yang kalah cepat"
    desk.finish(run, "B1")
    answer = browser(desk.people.andi).post(reverse("step_finish", args=[step.id]), late)
    assert answer.status_code == 409
    assert "Andi Saputra" in answer.text
    assert "Isian yang kalah cepat" in answer.text


def test_pause_and_resume_from_the_page(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    client = browser(desk.people.andi)
    answer = client.post(reverse("step_pause", args=[step.id]), {"reason": "x", "note": "Foto"})
    assert answer.status_code == 422
    client.post(reverse("step_pause", args=[step.id]), {"reason": "requester", "note": "Foto"})
    assert desk.step(run, "B1").state == "paused"
    client.post(reverse("step_resume", args=[step.id]))
    assert desk.step(run, "B1").state == "ready"


def test_a_requirement_is_recorded_from_the_page(desk: Desk) -> None:
    run = desk.open("F4", "Hosting")
    step = desk.step(run, "F4")
    client = browser(desk.people.budi)
    wrong = client.post(reverse("step_requirement", args=[step.id]), {"since": "2026-02-31"})
    assert wrong.status_code == 422
    client.post(reverse("step_requirement", args=[step.id]), {"since": ""})
    assert desk.step(run, "F4").state == "ready"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_acts_are_posts(desk: Desk, method: str) -> None:
    run = desk.open("B")
    client = browser(desk.people.andi)
    for name in STEP_ACTS:
        answer = getattr(client, method)(reverse(name, args=[desk.step(run, "B1").id]))
        assert answer.status_code == 405


def _count(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_the_rows(desk: Desk) -> None:
    client = browser(desk.people.andi)
    for number in range(10):
        desk.open("B", f"Permintaan {number}")
    few = {p: _count(client, p) for p in (reverse("desk"), reverse("runs"))}
    for number in range(20):
        desk.finish(desk.open("B", f"Lagi {number}"), "B1")
        desk.open("B", f"Tambah {number}")
    many = {p: _count(client, p) for p in few}
    assert many == few


def test_a_foreign_cursor_is_not_found(desk: Desk) -> None:
    client = browser(desk.people.andi)
    assert client.get(reverse("runs") + "?setelah=x").status_code == 404
    assert client.get(reverse("runs") + "?keadaan=x").status_code == 404


def test_runs_page_on_by_the_last_row(desk: Desk) -> None:
    for number in range(53):
        desk.now += MINUTE
        desk.open("B", f"Nomor {number}")
    client = browser(desk.people.andi)
    first = client.get(reverse("runs"))
    assert len(first.context["runs"]) == 50
    assert first.context["next"]
    second = client.get(reverse("runs"), {"setelah": first.context["next"]})
    assert [r["run"].subject for r in second.context["runs"]] == ["Nomor 2", "Nomor 1", "Nomor 0"]


def test_steps_of_other_offices_stay_out_of_the_scope(desk: Desk) -> None:
    desk.open("B")
    with office_scope(desk.people.other.office.pk):
        assert Step.objects.count() == 0


def test_a_run_lists_every_file_added_to_it_used_or_not(desk: Desk) -> None:
    """A file whose form was never finished is still there to be seen."""
    run = desk.open("E", "Pelantikan")
    desk.form(run, "E1")
    answer = browser(desk.people.jamil).get(reverse("run", args=[run.id]))
    assert [d.name for d in answer.context["documents"]]
    assert all(d.name in answer.text for d in answer.context["documents"])


def test_a_colleague_s_clock_is_not_stopped_without_taking_over(desk: Desk) -> None:
    lina = desk.people.court.join("lina", "Lina Kedua", "operator_admin")
    run = desk.open("B")
    step = desk.step(run, "B1")
    browser(desk.people.andi).post(reverse("step_claim", args=[step.id]))
    other = browser(lina)
    page = other.get(reverse("step", args=[step.id]))
    assert reverse("step_pause", args=[step.id]) not in page.text
    answer = other.post(
        reverse("step_pause", args=[step.id]), {"reason": "requester", "note": "Foto"}
    )
    assert answer.status_code == 409
    assert desk.step(run, "B1").state == "started"


def test_posts_are_named_in_the_reader_s_language(desk: Desk) -> None:
    post = desk.people.court.posts["kasubag_ptip"]
    post.title_en = "Head of Planning"
    post.save(update_fields=["title_en"])
    client = browser(desk.people.budi)
    page = reverse("sop", args=[desk.version.sop_id])
    assert "Head of Planning" not in client.get(page).text
    client.cookies["kelola_language"] = "en"
    answer = client.get(page).text
    assert answer.count("Head of Planning") >= 3
    assert ">Kasubag PTIP<" not in answer


def test_work_of_an_earlier_day_is_recorded_from_the_page(desk: Desk) -> None:
    run = desk.open("B")
    address = reverse("step_finish", args=[desk.step(run, "B1").id])
    outcome = desk.procedure("B").activity("B1").outcomes[0].code
    andi = browser(desk.people.andi)
    when = {"done_on": "2026-11-02", "done_time": "09:20"}

    for wrong, field, words in (
        (when, "late_reason", "Tulis sebab baru dicatat sekarang"),
        ({"done_on": "2026-11-02", "late_reason": "Padam"}, "done_on", "Tulis hari dan jamnya"),
        ({"done_on": "31/02", "done_time": "09:20"}, "done_on", "Tulis hari dan jamnya"),
        ({"done_on": "2999-01-01", "done_time": "09:20"}, "done_on", "Waktu ini belum tiba"),
        ({"done_on": "0001-01-01", "done_time": "00:00"}, "late_reason", "Tulis sebab"),
    ):
        answer = andi.post(address, posted(desk, run, "B1", outcome=outcome) | wrong)
        assert answer.status_code == 422
        ((name, _label, text),) = answer.context["errors"]
        assert (name, words in text) == (field, True)
        assert f'href="#{field}"' in answer.text
        assert '<details class="fold-in" open>' in answer.text
        assert all(value in answer.text for value in wrong.values())
        assert desk.step(run, "B1").state != "done"

    form = posted(desk, run, "B1", outcome=outcome) | when
    answer = andi.post(address, form | {"late_reason": "Listrik padam"})
    assert answer.status_code == 302, answer.context["errors"]
    page = andi.get(reverse("step", args=[desk.step(run, "B1").id])).text
    assert "Catatan susulan" in page
    assert "Dikerjakan 2 Nov 09.20 (tepat waktu), dicatat " in page
    assert ": Listrik padam" in page
