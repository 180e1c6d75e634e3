"""A request that is sent twice is done once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from kelola.api import tasks
from kelola.api.http import REPEATED
from kelola.api.models import KeptAnswer
from kelola.evidence.models import Document
from kelola.ledger.models import Entry
from kelola.office.scope import office_scope
from kelola.sop.models import Run
from tests.api.conftest import Program, kind, program
from tests.people import make_people
from tests.runs import Desk, adopt, png

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


def body(desk: Desk, subject: str = "Printer macet") -> dict[str, Any]:
    return {"sop_id": str(desk.version.sop_id), "strand": "B", "subject": subject}


def test_a_repeated_request_is_answered_as_before(desk: Desk) -> None:
    andi = program(desk.people.andi)
    first = andi.post("/runs", body(desk), idempotency_key="buka-1")
    again = andi.post("/runs", body(desk), idempotency_key="buka-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert (first.headers.get(REPEATED), again.headers.get(REPEATED)) == (None, "true")
    assert Run.objects.count() == 1
    other = andi.post("/runs", body(desk), idempotency_key="buka-2")
    assert other.json()["id"] != first.json()["id"]


def test_a_name_is_one_requests(desk: Desk) -> None:
    andi, budi = program(desk.people.andi), program(desk.people.budi)
    run = andi.post("/runs", body(desk), idempotency_key="k").json()
    for method, path, sent in (
        ("POST", "/runs", body(desk, "Lain")),
        ("POST", f"/steps/{run['open_steps'][0]['id']}/claim", None),
    ):
        answer = andi.ask(method, path, sent, idempotency_key="k")
        assert kind(answer) == (422, "idempotency_key_reused")
    assert budi.post("/runs", body(desk), idempotency_key="k").status_code == 201
    assert Run.objects.count() == 2
    assert not Entry.objects.filter(verb="sop.step.claimed").exists()


@pytest.mark.parametrize("name", ["a" * 201, "dua kata", "ä", " "])
def test_an_odd_name_is_refused(desk: Desk, name: str) -> None:
    andi = program(desk.people.andi)
    answer = andi.post("/runs", body(desk), idempotency_key=name)
    assert kind(answer) == (400, "bad_idempotency_key")
    assert not Run.objects.exists()


def test_a_refusal_is_not_kept(desk: Desk) -> None:
    andi = program(desk.people.andi)
    answer = andi.post("/runs", body(desk, " "), idempotency_key="k")
    assert kind(answer) == (422, "invalid")
    assert not KeptAnswer.objects.exists()
    assert andi.post("/runs", body(desk), idempotency_key="k").status_code == 201


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
def test_a_fault_keeps_neither_the_deed_nor_the_answer(desk: Desk) -> None:
    andi = program(desk.people.andi)
    andi.client.raise_request_exception = False
    with mock.patch("kelola.sop.api.runs.run_out", side_effect=RuntimeError):
        assert andi.post("/runs", body(desk), idempotency_key="k").status_code == 500
    assert not Run.objects.exists()
    assert not KeptAnswer.objects.exists()
    assert andi.post("/runs", body(desk), idempotency_key="k").status_code == 201


@pytest.mark.parametrize("way", ["bytes", "form"])
def test_a_file_sent_twice_is_kept_once(desk: Desk, way: str) -> None:
    andi = program(desk.people.andi)
    step = desk.step(desk.open("B"), "B1")

    def send(picture: bytes) -> Any:
        if way == "bytes":
            raw, content_type = picture, "application/octet-stream"
        else:
            head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
            raw, content_type = head + picture + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"
        path = f"/steps/{step.id}/files?name=a.png"
        return andi.post(path, raw, content_type=content_type, idempotency_key="foto")

    first, again = send(png()), send(png())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert kind(send(png(9))) == (422, "idempotency_key_reused")
    assert Document.objects.count() == 1
    with Document.objects.get().file.path.open("rb") as file:
        assert file.read() == png()


def test_answers_are_forgotten_after_two_days(desk: Desk) -> None:
    andi = program(desk.people.andi)
    andi.post("/runs", body(desk), idempotency_key="k")
    now = timezone.now()
    tasks.forget_answers(at=now + timedelta(hours=47))
    assert KeptAnswer.objects.count() == 1
    tasks.forget_answers(at=now + timedelta(hours=49))
    assert KeptAnswer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    people = make_people()
    desk = Desk(people, adopt(people.court))
    with office_scope(people.office.pk):
        key = program(people.andi).key
    sent, answers = body(desk), []
    together = threading.Barrier(6)

    def send() -> None:
        try:
            together.wait(timeout=20)
            answers.append(Program(key).post("/runs", sent, idempotency_key="sekali"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [a.status_code for a in answers] == [201] * 6
    assert len({a.content for a in answers}) == 1
    assert sorted(a.headers.get(REPEATED, "") for a in answers) == ["", *["true"] * 5]
    with office_scope(people.office.pk):
        assert Run.objects.count() == 1
        assert KeptAnswer.objects.count() == 1
