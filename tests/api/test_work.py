"""A program does what a person does on the screens, by the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kelola.ledger.models import Entry
from kelola.office import services as office
from kelola.sop.models import Run, Step
from tests.api.conftest import ROOT, kind, problem, program
from tests.runs import png

if TYPE_CHECKING:
    from tests.api.conftest import Program
    from tests.runs import Desk


@pytest.fixture
def desk_now(desk: Desk) -> Desk:
    """The desk, its clock set to the real one: programs act now."""
    from django.utils import timezone  # noqa: PLC0415 - after Django's set-up

    desk.now = timezone.now()
    return desk


def opened(desk: Desk, program: Program, subject: str = "Printer PTSP macet") -> dict[str, Any]:
    body = {"sop_id": str(desk.version.sop_id), "strand": "B", "subject": subject}
    answer = program.post("/runs", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def first_step(run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = run["open_steps"][0]
    return found


def test_a_run_is_opened_worked_and_read(desk: Desk, andi: Program) -> None:
    answer = andi.post(
        "/runs",
        {"sop_id": str(desk.version.sop_id), "strand": "B", "subject": "  Printer   macet "},
    )
    run = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{ROOT}/runs/{run['id']}"
    assert (run["subject"], run["state"], run["origin"]) == ("Printer macet", "open", "request")
    row = Run.objects.get(id=run["id"])
    assert row.opened_by == desk.people.andi.person

    step = first_step(run)
    mine = andi.get("/steps/mine").json()["items"]
    assert [s["id"] for s in mine] == [step["id"]]
    shown = andi.get(f"/steps/{step['id']}").json()
    assert shown["refused"] == ""
    assert {f["key"] for f in shown["fields"]} >= set(desk.form(row, step["activity"]))

    claimed = andi.post(f"/steps/{step['id']}/claim").json()
    assert (claimed["state"], claimed["assignee"]["name"]) == ("started", "Andi Saputra")
    form = desk.form(row, step["activity"])
    kept = andi.ask(
        "PUT", f"/steps/{step['id']}/draft", {"form": form, "revision": claimed["revision"]}
    ).json()
    assert kept["form"] == form
    outcome = next(o["code"] for o in shown["outcomes"] if not o["is_return"])
    done = andi.post(
        f"/steps/{step['id']}/finish",
        {"outcome": outcome, "form": form, "remarks": "Sudah", "revision": kept["revision"]},
    )
    assert done.status_code == 200, done.content
    after = done.json()
    assert after["steps"][0]["state"] == "done"
    assert after["steps"][0]["performer"]["name"] == "Andi Saputra"
    assert len(after["open_steps"]) == 1
    told = Entry.objects.filter(object=f"sop.run:{run['id']}").values_list("verb", flat=True)
    assert {"sop.run.opened", "sop.step.claimed", "sop.step.finished"} <= set(told)
    assert andi.get(f"/runs/{run['id']}").json() == after


def test_moments_carry_the_offices_offset(desk: Desk, andi: Program) -> None:
    run = opened(desk, andi)
    assert run["opened_at"].endswith("+07:00")
    assert andi.get("/me").json()["key"]["expires_at"].endswith("+07:00")


def test_a_file_goes_into_a_form_by_both_ways(desk: Desk, andi: Program) -> None:
    run = opened(desk, andi)
    step = first_step(run)["id"]
    sent = andi.post(
        f"/steps/{step}/files?name=foto.png", png(), content_type="application/octet-stream"
    )
    assert sent.status_code == 201, sent.content
    bare = sent.json()
    assert (bare["name"], bare["media_type"]) == ("foto.png", "image/png")
    assert sent.headers["Location"] == f"{ROOT}/files/{bare['id']}"
    boundary = "batas"
    form = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode()
        + png(9)
        + f"\r\n--{boundary}--\r\n".encode()
    )
    posted = andi.post(
        f"/steps/{step}/files", form, content_type=f"multipart/form-data; boundary={boundary}"
    )
    assert posted.status_code == 201, posted.content
    listed = andi.get(f"/runs/{run['id']}/files").json()["items"]
    assert [f["name"] for f in listed] == ["foto.png", "a.png"]
    assert andi.get(f"/files/{bare['id']}").json() == bare
    content = andi.get(f"/files/{bare['id']}/content")
    assert b"".join(content) == png()
    assert "attachment" in content.headers["Content-Disposition"]
    assert content.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/octet-stream", b"<html><script>", (422, "file_foreign_kind")),
        ("application/octet-stream", b"", (422, "file_empty")),
        ("image/png", png(), (415, "unsupported_media_type")),
        ("multipart/form-data; boundary=b", b"--b--\r\n", (422, "invalid")),
        ("multipart/form-data", b"x", (400, "bad_request")),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused(
    desk: Desk, andi: Program, content_type: str, body: bytes, expected: tuple[int, str]
) -> None:
    step = first_step(opened(desk, andi))["id"]
    name = "?name=foto.html" if b"html" in body else "?name=foto.png"
    answer = andi.post(f"/steps/{step}/files{name}", body, content_type=content_type)
    assert kind(answer) == expected
    assert not Entry.objects.filter(verb="evidence.document.added").exists()


def test_a_file_of_somebody_who_may_not_work_is_refused(desk: Desk, andi: Program) -> None:
    step = first_step(opened(desk, andi))["id"]
    path, bare = f"/steps/{step}/files?name=f.png", {"content_type": "application/octet-stream"}
    assert kind(program(desk.people.jamil).post(path, png(), **bare)) == (403, "not_allowed")
    andi.post(f"/steps/{step}/pause", {"reason": "requester", "note": "Pemohon sidang"})
    Step.objects.filter(id=step).update(assignee=desk.people.budi.person)
    assert kind(andi.post(path, png(), **bare)) == (409, "assigned_to_other")


def test_a_clock_is_stopped_and_runs_on(desk: Desk, andi: Program) -> None:
    step = first_step(opened(desk, andi))["id"]
    paused = andi.post(
        f"/steps/{step}/pause",
        {"reason": "spare_part", "until": "2031-01-02", "note": "Toner dipesan"},
    ).json()
    assert paused["state"] == "paused"
    assert paused["pauses"][0]["note"] == "Toner dipesan"
    assert kind(andi.post(f"/steps/{step}/pause", {"reason": "budget", "note": "x"})) == (
        409,
        "already_paused",
    )
    assert andi.post(f"/steps/{step}/resume").json()["state"] in ("ready", "started")
    assert kind(andi.post(f"/steps/{step}/resume")) == (409, "not_paused")


def test_a_requirement_is_recorded(desk: Desk, andi: Program) -> None:
    run = andi.post(
        "/runs",
        {"sop_id": str(desk.version.sop_id), "strand": "D2-D6", "subject": "Aplikasi antrean"},
    ).json()
    step = first_step(run)
    assert step["state"] == "waiting"
    assert step["due_at"] is None
    step = run["steps"][0]
    shown = andi.post(f"/steps/{step['id']}/requirement", {"since": "2026-01-05T09:00:00"}).json()
    # A clock never starts before the step was there.
    assert (shown["state"], shown["clock_from"]) == ("ready", step["opened_at"])
    assert kind(andi.post(f"/steps/{step['id']}/requirement", {})) == (409, "not_waiting")


def test_a_step_finished_meanwhile_says_by_whom_and_when(desk: Desk, andi: Program) -> None:
    run = opened(desk, andi)
    step, row = first_step(run)["id"], Run.objects.get(id=run["id"])
    shown = andi.get(f"/steps/{step}").json()
    body = {
        "outcome": next(o["code"] for o in shown["outcomes"] if not o["is_return"]),
        "form": desk.form(row, shown["activity"]),
        "revision": 0,
    }
    assert andi.post(f"/steps/{step}/finish", body).status_code == 200
    answer = andi.post(f"/steps/{step}/finish", body)
    assert kind(answer) == (409, "step_closed")
    found = problem(answer)
    assert "Andi Saputra" in found["detail"]
    assert found["by"] == desk.people.andi.id
    assert found["at"].endswith("+07:00")


def test_a_stale_form_is_not_saved_over(desk: Desk, andi: Program) -> None:
    step = first_step(opened(desk, andi))["id"]
    first = andi.ask("PUT", f"/steps/{step}/draft", {"form": {}, "revision": 0})
    assert first.status_code == 200
    again = andi.ask("PUT", f"/steps/{step}/draft", {"form": {}, "revision": 0})
    assert kind(again) == (409, "stale_form")
    assert Step.objects.get(id=step).revision == 1


def test_an_incomplete_output_names_what_is_missing(desk: Desk, andi: Program) -> None:
    step = first_step(opened(desk, andi))["id"]
    shown = andi.get(f"/steps/{step}").json()
    outcome = next(o["code"] for o in shown["outcomes"] if not o["is_return"])
    answer = andi.post(f"/steps/{step}/finish", {"outcome": outcome, "form": {}, "revision": 0})
    assert kind(answer) == (422, "output_incomplete")
    required = {f"/form/{f['key']}" for f in shown["fields"] if f["required"]}
    told = problem(answer)["errors"]
    assert {e["pointer"] for e in told} == required
    assert all("Belum diisi" in e["detail"] for e in told)
    assert Step.objects.get(id=step).state == "ready"


@pytest.mark.parametrize(
    "form",
    [
        {"tidak_ada": 1},
        {"a.b.c": "x"},
        {"a/b~c": ["x"]},
        {"": None, "x": 0},
    ],
)
def test_a_field_that_the_form_has_not_is_refused(
    desk: Desk, andi: Program, form: dict[str, Any]
) -> None:
    step = first_step(opened(desk, andi))["id"]
    answer = andi.ask("PUT", f"/steps/{step}/draft", {"form": form, "revision": 0})
    assert kind(answer) == (422, "output_incomplete")
    assert Step.objects.get(id=step).form == {}


def test_a_cell_that_the_table_has_not_is_refused(desk: Desk, andi: Program) -> None:
    run = desk.open("C2-C7")
    step = Step.objects.filter(run=run).first()
    assert step is not None
    fields = desk.procedure("C2-C7").activity(step.activity).form.fields
    table = next((f for f in fields if f.columns), None)
    if table is None:
        table = next(
            f
            for p in desk_procedures(desk)
            for a in p.activities
            for f in a.form.fields
            if f.columns
        )
        from kelola.sop import rules  # noqa: PLC0415 - after Django's set-up

        found = rules.problems((table,), {table.key: [{"dibuat": "x"}]}, complete=False)
        assert [p.code for p in found] == ["unknown_field"]
        return
    body = {"form": {table.key: [{"dibuat": "x"}]}, "revision": step.revision}
    answer = andi.ask("PUT", f"/steps/{step.id}/draft", body)
    assert kind(answer) == (422, "output_incomplete")
    assert problem(answer)["errors"][0]["pointer"] == f"/form/{table.key}/0/dibuat"


def desk_procedures(desk: Desk) -> tuple[Any, ...]:
    from kelola.sop import queries  # noqa: PLC0415 - after Django's set-up

    return queries.definition(desk.version.definition_id).procedures


def test_figures_may_come_as_figures(desk: Desk) -> None:
    from kelola.sop import forms  # noqa: PLC0415 - after Django's set-up
    from kelola.sop.definition.shape import FieldType, FormField, Words  # noqa: PLC0415

    cell = FormField("n", Words("N"), FieldType.NUMBER)
    table = FormField("t", Words("T"), FieldType.TABLE, columns=(cell,))
    given = {"n": 98.7, "t": [{"n": 3}, {"n": ""}, {}], "x": True, "s": " a\r\nb "}
    assert forms.taken((cell, table), given) == {
        "n": "98.7",
        "t": [{"n": "3"}],
        "x": True,
        "s": "a\nb",
    }


def test_a_round_is_opened_once(desk: Desk) -> None:
    budi = program(desk.people.budi)
    strands = budi.get(f"/sops/{desk.version.sop_id}/strands").json()["items"]
    planned = next(s for s in strands if s["needs_round"] and not s["refused"])
    body = {
        "sop_id": str(desk.version.sop_id),
        "strand": planned["strand"],
        "subject": "Putaran",
        "round": planned["rounds"][0]["key"],
    }
    assert budi.post("/runs", body).status_code == 201
    assert kind(budi.post("/runs", body)) == (409, "round_taken")
    after = budi.get(f"/sops/{desk.version.sop_id}/strands").json()["items"]
    again = next(s for s in after if s["strand"] == planned["strand"])
    assert again["rounds"][0]["taken"] is True
    for wrong in ("1999-01", "x"):
        answer = budi.post("/runs", {**body, "round": wrong})
        assert problem(answer)["errors"][0]["pointer"] == "/round"
    assert kind(budi.post("/runs", {**body, "round": None})) == (422, "slot_missing")


def test_only_the_head_cancels_and_says_why(desk: Desk, andi: Program) -> None:
    run = opened(desk, andi)["id"]
    body = {"reason": "Salah buka"}
    assert kind(andi.post(f"/runs/{run}/cancel", body)) == (403, "not_allowed")
    budi = program(desk.people.budi)
    blank = budi.post(f"/runs/{run}/cancel", {"reason": "  "})
    assert problem(blank)["errors"][0]["pointer"] == "/reason"
    done = budi.post(f"/runs/{run}/cancel", body).json()
    assert (done["state"], done["cancel_reason"]) == ("cancelled", "Salah buka")
    assert done["closed_by"]["name"] == "Budi Santoso"
    assert kind(budi.post(f"/runs/{run}/cancel", body)) == (409, "run_closed")


def test_nobody_verifies_the_own_work(desk: Desk) -> None:
    run = desk.open("B")
    steps = desk_procedures(desk)
    barred = next(
        (a for p in steps if p.code == "B" for a in p.activities if a.not_same_person_as), None
    )
    if barred is None:
        pytest.fail("procedure B has no four eyes")
    desk.walk(run)
    later = Step.objects.get(run=run, activity=barred.key)
    Step.objects.filter(pk=later.pk).update(
        state="ready", performer=None, performed_at=None, recorded_at=None
    )
    Run.objects.filter(pk=run.pk).update(state="open", closed_at=None)
    Step.objects.filter(run=run, activity__in=barred.not_same_person_as).update(
        performer=desk.who(later.role).person
    )
    own = program(desk.who(later.role))
    assert own.get(f"/steps/{later.id}").json()["refused"]
    body = {"outcome": later.outcome, "form": later.form, "revision": later.revision}
    assert kind(own.post(f"/steps/{later.id}/finish", body)) == (409, "four_eyes")
    assert kind(own.post(f"/steps/{later.id}/claim")) == (409, "four_eyes")


def test_somebody_without_the_role_is_refused_in_words(desk: Desk, andi: Program) -> None:
    step = first_step(opened(desk, andi))["id"]
    jamil = program(desk.people.jamil)
    answer = jamil.post(f"/steps/{step}/claim")
    assert kind(answer) == (403, "not_allowed")
    jamil.language = "en-GB,en;q=0.9"
    english = jamil.post(f"/steps/{step}/claim")
    assert english.headers["Content-Language"] == "en"
    assert problem(english)["detail"].startswith("This step is for")
    assert problem(english)["detail"] != problem(answer)["detail"]
    body = {"sop_id": str(desk.version.sop_id), "strand": "B", "subject": "x"}
    assert kind(jamil.post("/runs", body)) == (403, "not_allowed")
    assert jamil.get("/steps/mine").json()["items"] == []


def test_a_lost_post_ends_what_its_key_may_do(desk: Desk, andi: Program) -> None:
    step = first_step(opened(desk, andi))["id"]
    assert andi.get("/steps/mine").json()["items"]
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    yesterday = timezone.localdate() - timedelta(days=1)
    for held in desk.people.andi.person.appointments.all():
        office.end_appointment(
            appointment=held, valid_until=yesterday, by="system", at=timezone.now()
        )
    assert andi.get("/steps/mine").json()["items"] == []
    assert andi.get("/me").json()["posts"] == []
    assert kind(andi.post(f"/steps/{step}/claim")) == (403, "not_allowed")
