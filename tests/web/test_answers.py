"""Whether a run is settled, on the pages of who opened it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from kelola.sop.models import Answer, Run
from tests.people import sign_in

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(desk: Desk) -> Run:
    """What Cut asked for and Andi closed."""
    run = desk.open("B", "Printer PTSP", by=desk.people.cut.person)
    desk.finish(run, "B1")
    desk.finish(run, "B2", "duplicate")
    return run


def test_who_opened_it_finds_the_question_at_their_desk_and_answers(desk: Desk, run: Run) -> None:
    cut, andi = (sign_in(Client(), p.user) for p in (desk.people.cut, desk.people.andi))
    here, answer = reverse("run", args=[run.id]), reverse("run_answer", args=[run.id])
    at_desk = cut.get(reverse("desk")).content.decode()
    assert "Sudah beres?" in at_desk
    assert here in at_desk
    assert "Sudah beres?" not in andi.get(reverse("desk")).content.decode()
    assert "Anda yang membuka pelaksanaan ini" in cut.get(here).content.decode()
    assert "Anda yang membuka" not in andi.get(here).content.decode()
    for posted, words in (
        ({}, "Tekan salah satu"),
        ({"answer": "unsettled", "words": "  "}, "Tulis apa yang belum beres"),
        ({"answer": "settled", "words": "x" * 20_001}, "Paling banyak"),
    ):
        refused = cut.post(answer, posted)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert Answer.objects.get().state == "asked"
    told = cut.post(answer, {"answer": "unsettled", "words": "Masih <b>macet</b>"}, follow=True)
    assert "Belum beres menurut Cut" in told.content.decode()
    assert "Masih &lt;b&gt;macet" in told.content.decode()
    assert "Sudah beres?" not in cut.get(reverse("desk")).content.decode()


def test_a_run_about_which_nobody_is_asked_takes_no_answer(desk: Desk) -> None:
    andi = sign_in(Client(), desk.people.andi.user)
    own = desk.open("B")
    here = reverse("run_answer", args=[own.id])
    assert andi.post(here, {"answer": "settled"}).status_code == 404
