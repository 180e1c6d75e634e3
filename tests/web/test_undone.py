"""Not carried out, on the page: the reason, the superior's answer, and who is offered what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.sop.models import Confirmation, Step
from tests.people import sign_in

if TYPE_CHECKING:
    from kelola.sop.models import Run
    from tests.people import Someone
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
REASON = "Listrik padam & genset <b>rusak</b>"


def come(someone: Someone) -> Client:
    """Sign somebody in."""
    return sign_in(Client(), someone.user)


def page(client: Client, name: str, *args: object) -> str:
    """Return a page's words."""
    return client.get(reverse(name, args=args)).content.decode()


@pytest.fixture
def run(desk: Desk) -> Run:
    """A request whose first step waits for Andi."""
    return desk.open("B")


def test_the_operator_says_so_and_the_kasubag_confirms(desk: Desk, run: Run) -> None:
    andi, budi, step = come(desk.people.andi), come(desk.people.budi), desk.step(run, "B1")
    assert "Catat tidak dilaksanakan" in page(andi, "step", step.id)
    answer = andi.post(reverse("step_undone", args=[step.id]), {"reason": REASON}, follow=True)
    assert "B1 dicatat tidak dilaksanakan. Kasubag" in answer.content.decode()
    shown = page(andi, "step", step.id)
    assert "Listrik padam &amp; genset &lt;b&gt;rusak" in shown
    assert "Menunggu konfirmasi Kasubag" in shown
    assert "Konfirmasi Anda" not in shown
    assert "Menunggu konfirmasi Anda" not in page(andi, "desk")
    assert "Menunggu konfirmasi Anda" in page(budi, "desk")
    assert "Konfirmasi Anda" in page(budi, "step", step.id)
    budi.post(reverse("step_answer", args=[step.id]), {"answer": "given"})
    shown = page(budi, "step", step.id)
    assert "Dikonfirmasi Budi" in shown
    assert "Konfirmasi Anda" not in shown
    assert "Menunggu konfirmasi Anda" not in page(budi, "desk")


def test_a_refusal_without_words_keeps_what_stands_and_says_what_to_do(
    desk: Desk, run: Run
) -> None:
    step = desk.step(run, "B1")
    come(desk.people.andi).post(reverse("step_undone", args=[step.id]), {"reason": REASON})
    budi = come(desk.people.budi)
    address = reverse("step_answer", args=[step.id])
    answer = budi.post(address, {"answer": "refused", "remarks": " "})
    assert answer.status_code == 409
    assert "Tulis mengapa Anda tidak setuju" in answer.content.decode()
    assert Confirmation.objects.get().state == "asked"
    assert budi.post(address, {"answer": "maybe"}).status_code == 404
    assert budi.post(address, {}).status_code == 404


@pytest.mark.parametrize("reason", ["", " \n", "x" * 20_001])
def test_what_is_no_reason_changes_nothing_and_is_not_lost(
    desk: Desk, run: Run, reason: str
) -> None:
    step = desk.step(run, "B1")
    answer = come(desk.people.andi).post(reverse("step_undone", args=[step.id]), {"reason": reason})
    assert answer.status_code == 409
    assert f">{reason}</textarea>" in answer.content.decode().replace("\r\n", "\n")
    assert Step.objects.get(id=step.id).state == "ready"
    assert not Confirmation.objects.exists()


def test_a_step_that_decides_offers_no_way_around_it(desk: Desk, run: Run) -> None:
    for key in ("B1", "B2"):
        desk.finish(run, key)
    budi = come(desk.people.budi)
    step = desk.step(run, "B3")
    offered = "Catat tidak dilaksanakan" in page(budi, "step", step.id)
    answer = budi.post(reverse("step_undone", args=[step.id]), {"reason": REASON})
    forward = [o for o in desk.procedure("B").activity("B3").outcomes if not o.is_return]
    assert offered == (len(forward) == 1) == (answer.status_code == 302)


def test_an_answer_nobody_asked_for_has_no_address(desk: Desk, run: Run) -> None:
    address = reverse("step_answer", args=[desk.step(run, "B1").id])
    assert come(desk.people.budi).post(address, {"answer": "given"}).status_code == 404


def test_the_desk_asks_as_many_questions_however_many_wait(desk: Desk) -> None:
    budi = come(desk.people.budi)
    counts = []
    for _ in range(2):
        for _ in range(5):
            step = desk.step(desk.open("B"), "B1")
            come(desk.people.andi).post(reverse("step_undone", args=[step.id]), {"reason": REASON})
        page(budi, "desk")
        with CaptureQueriesContext(connection) as asked:
            page(budi, "desk")
        counts.append(len(asked))
    assert counts[0] == counts[1]
