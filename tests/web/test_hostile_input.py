"""Input that no browser of ours sends: refused in words, never a fault of the program."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kelola.evidence.models import Document
from kelola.sop import services
from kelola.sop.definition.shape import FieldType
from kelola.sop.forms import MAX_POSTED_ROWS
from kelola.sop.models import Run, Step, StepPause
from kelola.sop.rules import MAX_LONG_TEXT
from tests.people import sign_in
from tests.runs import png
from tests.web.test_sop_pages import browser, posted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.shape import FormField, Strand
    from tests.runs import Desk

UUID = "01a204a8-ee2f-75d7-b431-182e9caeb5c0"
HUGE = "9" * 5000


def first_fields(desk: Desk) -> Iterator[tuple[Strand, FormField]]:
    """Yield each strand with every field of its first form."""
    from kelola.sop import queries  # noqa: PLC0415 - after Django's set-up

    for procedure in queries.definition(desk.version.definition_id).procedures:
        for strand in procedure.strands:
            for field in procedure.activity(strand.first).form.fields:
                yield strand, field


def opened(desk: Desk, *types: FieldType) -> tuple[Step, FormField]:
    """Open a run whose first form has a field of one of these types; return both."""
    strand, field = next((s, f) for s, f in first_fields(desk) if f.type in types)
    return desk.step(desk.open(strand.key), strand.first), field


def post(desk: Desk, step: Step, data: dict[str, Any], name: str = "step_finish") -> Any:
    return browser(desk.who(step.role)).post(reverse(name, args=[step.id]), data)


@pytest.mark.parametrize("rows", ["²", "-1", HUGE, "99999999999999999999", "400", ""])
def test_a_table_grows_by_one_row_and_never_beyond_what_is_read(desk: Desk, rows: str) -> None:
    step, field = opened(desk, FieldType.TABLE)
    answer = post(desk, step, {"add_row": field.key, f"{field.key}.rows": rows, "revision": 0})
    assert answer.status_code == 200
    drawn = next(i for i in answer.context["layout"].items if i.cell.name == field.key)
    assert len(drawn.rows) <= MAX_POSTED_ROWS + 31


@pytest.mark.parametrize("revision", ["²", "-1", HUGE, "99999999999999999999", "x"])
def test_a_revision_that_is_no_number_is_a_stale_form(desk: Desk, revision: str) -> None:
    run = desk.open("B")
    answer = post(desk, desk.step(run, "B1"), posted(desk, run, "B1", revision=revision))
    assert answer.status_code == 409
    assert desk.step(run, "B1").revision == 0


def test_a_file_field_that_holds_no_document_is_shown_again(desk: Desk) -> None:
    step, field = opened(desk, FieldType.FILE, FieldType.PHOTO)
    for value in ("xyz", UUID, "../../etc/passwd"):
        revision = desk.step(step.run, step.activity).revision
        answer = post(desk, step, {field.key: value, "revision": revision})
        assert answer.status_code == 422, value
    assert desk.step(step.run, step.activity).form == {}


@pytest.mark.parametrize("number", ["1e999999999", "1E5", "1_000", "１２", "NaN", "Infinity"])
def test_a_number_is_written_out_in_digits(desk: Desk, number: str) -> None:
    strand, field = next(
        (s, c) for s, f in first_fields(desk) for c in (f, *f.columns) if c.type is FieldType.NUMBER
    )
    step = desk.step(desk.open(strand.key), strand.first)
    names = {
        c: f"{f.key}.0.{c.key}" if c in f.columns else c.key
        for _s, f in first_fields(desk)
        for c in (f, *f.columns)
    }
    sizes = {f"{f.key}.rows": 1 for _s, f in first_fields(desk) if f.columns}
    answer = post(desk, step, {names[field]: number, "revision": 0} | sizes)
    assert answer.status_code == 422
    assert desk.step(step.run, step.activity).form == {}


@pytest.mark.parametrize(
    "cursor",
    [
        f"0001-01-01T00:00:00+07:00_{UUID}",
        f"9999-12-31T23:59:59-07:00_{UUID}",
        f"2026-01-01T00:00:00_{UUID}",
        "2026-01-01T00:00:00+00:00_x",
        "_",
    ],
)
def test_a_made_up_place_in_the_list_of_runs_is_nowhere(desk: Desk, cursor: str) -> None:
    answer = browser(desk.people.andi).get(reverse("runs"), {"setelah": cursor})
    assert answer.status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "20261130", "2026-W49-1", "x"])
def test_days_at_the_ends_of_time_break_no_page(desk: Desk, day: str) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    client = browser(desk.people.andi)
    words = {"reason": "budget", "note": "Menunggu DIPA", "until": day}
    assert client.post(reverse("step_pause", args=[step.id]), words).status_code in {302, 422}
    for page in (reverse("desk"), reverse("run", args=[run.id]), reverse("step", args=[step.id])):
        assert client.get(page).status_code == 200


def test_a_nul_in_any_field_is_refused_and_stored_nowhere(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    outcome = desk.procedure("B").activity("B1").outcomes[0].code
    new = reverse("run_open", args=[run.sop_id, "B"])
    posts = [
        (new, {"subject": "a\0b"}),
        (reverse("step_finish", args=[step.id]), posted(desk, run, "B1", subject="a\0b")),
        (
            reverse("step_finish", args=[step.id]),
            posted(desk, run, "B1", outcome=outcome, remarks="a\0b"),
        ),
        (reverse("step_pause", args=[step.id]), {"reason": "budget", "note": "a\0b"}),
    ]
    andi = browser(desk.people.andi)
    for page, data in posts:
        assert andi.post(page, data).status_code == 400, page
    cancel = reverse("run_cancel", args=[run.id])
    assert browser(desk.people.budi).post(cancel, {"reason": "a\0b"}).status_code == 400
    assert Run.objects.count() == 1
    assert desk.step(run, "B1").revision == 0
    assert not StepPause.objects.exists()


def test_a_nul_in_the_address_or_a_cookie_is_refused(db: None) -> None:
    client = Client()
    assert client.get("/masuk/", {"next": "/\0"}).status_code == 400
    forged = {"cookie": 'kelola_session="\\000abcdefghijklmnop"'}
    answer = client.get("/masuk/", headers=forged)
    assert answer.status_code == 400
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("length", [str(9 * 1024**2), str(2**31), "9" * 40, "-5", "x"])
def test_a_body_too_large_is_refused_before_it_is_read(
    desk: Desk, settings: Any, length: str
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 2 * 1024**2
    read: list[int] = []

    class Body(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            read.append(size or 0)
            return b""

    for client in (Client(), sign_in(Client(), desk.people.andi.user)):
        answer = client.post(
            "/tampilan/",
            headers={"content-type": "multipart/form-data; boundary=x"},
            CONTENT_LENGTH=length,
            **{"wsgi.input": Body()},
        )
        assert answer.status_code == 400
        assert answer["Cache-Control"] == "no-store"
    assert not read


def test_a_form_of_a_step_that_waits_is_not_kept(desk: Desk) -> None:
    strand = next(
        s
        for s, _f in first_fields(desk)
        if desk.procedure(s.key).activity(s.first).waits_for is not None
    )
    step = desk.step(desk.open(strand.key), strand.first)
    answer = post(desk, step, {"revision": 0})
    assert answer.status_code == 409
    assert desk.step(step.run, step.activity).revision == 0


def test_remarks_longer_than_a_page_are_refused(desk: Desk) -> None:
    run = desk.open("B")
    step = desk.step(run, "B1")
    outcome = desk.procedure("B").activity("B1").outcomes[0].code
    long = "x" * (MAX_LONG_TEXT + 1)
    andi = browser(desk.people.andi)
    finish = reverse("step_finish", args=[step.id])
    answer = andi.post(finish, posted(desk, run, "B1", outcome=outcome, remarks=long))
    assert answer.status_code == 409
    pause = {"reason": "budget", "note": long}
    assert andi.post(reverse("step_pause", args=[step.id]), pause).status_code == 422
    cancel = reverse("run_cancel", args=[run.id])
    assert browser(desk.people.budi).post(cancel, {"reason": long}).status_code == 422
    assert desk.step(run, "B1").state == "ready"
    assert Run.objects.get().state == "open"


def test_a_file_for_a_step_that_a_colleague_works_on_is_not_kept(desk: Desk) -> None:
    step, field = opened(desk, FieldType.FILE, FieldType.PHOTO)
    actor = desk.who(step.role)
    colleague = desk.people.court.join("rizki", "Rizki Maulana", step.role)
    services.claim_step(step_id=step.id, by=actor.person, at=desk.now)
    answer = browser(colleague).post(
        reverse("step_finish", args=[step.id]),
        {field.key: SimpleUploadedFile("foto.png", png()), "revision": 0},
    )
    assert answer.status_code == 409
    assert not Document.objects.exists()


def test_a_subject_is_one_line(desk: Desk) -> None:
    page = reverse("run_open", args=[desk.version.sop_id, "B"])
    browser(desk.people.andi).post(page, {"subject": " Printer\r\nPTSP\t macet "})
    assert Run.objects.get().subject == "Printer PTSP macet"
