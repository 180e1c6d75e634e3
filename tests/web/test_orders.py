"""Verbal orders on the page: who may record one, what comes back when something is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kelola.sop.models import Confirmation, Step
from tests.people import sign_in

if TYPE_CHECKING:
    from kelola.sop.models import Run
    from tests.people import Someone
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
WORDS = "Kerjakan <b>sekarang</b>"


def come(someone: Someone) -> Client:
    """Sign somebody in."""
    return sign_in(Client(), someone.user)


def page(client: Client, name: str, *args: object) -> str:
    """Return a page's words."""
    return client.get(reverse(name, args=args)).content.decode()


@pytest.fixture
def run(desk: Desk) -> Run:
    """A request that waits for the Kasubag."""
    run = desk.open("B", "Ruang sidang gelap")
    for key in ("B1", "B2"):
        desk.finish(run, key)
    return run


def typed(desk: Desk, **changes: str) -> dict[str, str]:
    """Return a filled form."""
    local = timezone.localtime(timezone.now())
    return {
        "ordered_by": str(desk.people.budi.person.pk),
        "ordered_on": local.date().isoformat(),
        "ordered_time": "00:01",
        "outcome": "done",
        "words": WORDS,
        **changes,
    }


def test_the_operator_records_it_and_the_kasubag_ratifies_all(desk: Desk, run: Run) -> None:
    andi, budi, step = come(desk.people.andi), come(desk.people.budi), desk.step(run, "B3")
    assert "Catat disposisi lisan" in page(andi, "step", step.id)
    told = andi.post(reverse("step_order", args=[step.id]), typed(desk), follow=True)
    assert "diminta mengesahkan" in told.content.decode()
    shown = page(andi, "step", step.id)
    assert "Kerjakan &lt;b&gt;sekarang" in shown
    assert "Menunggu pengesahan sampai" in shown
    assert "Konfirmasi Anda" not in shown
    assert "Sahkan 1 disposisi lisan" in page(budi, "desk")
    assert "Sahkan 1 disposisi lisan" not in page(andi, "desk")
    told = budi.post(reverse("orders_ratify"), {"step": [str(step.id)]}, follow=True)
    assert "1 disposisi lisan disahkan." in told.content.decode()
    assert "Disahkan Budi" in page(andi, "step", step.id)


def test_it_is_offered_only_to_who_has_a_part_but_not_the_role(desk: Desk, run: Run) -> None:
    step = desk.step(run, "B3")
    for someone, offered in (
        (desk.people.andi, True),
        (desk.people.cut, True),
        (desk.people.budi, False),
        (desk.people.intan, False),
        (desk.people.jamil, False),
    ):
        assert ("Catat disposisi lisan" in page(come(someone), "step", step.id)) == offered


@pytest.mark.parametrize(
    ("changes", "told", "status"),
    [
        ({"ordered_by": ""}, "Pilih siapa yang memberi perintah.", 422),
        ({"ordered_by": "x"}, "Pilih siapa yang memberi perintah.", 422),
        ({"ordered_on": "besok"}, "Tulis hari dan jamnya", 422),
        ({"ordered_on": "2999-01-01"}, "Waktu ini belum tiba.", 422),
        ({"ordered_time": "25.99"}, "Tulis hari dan jamnya", 422),
        ({"outcome": ""}, "Belum ada keputusan yang dipilih.", 409),
        ({"outcome": "return"}, "Belum ada keputusan yang dipilih.", 409),
        ({"words": " "}, "Alasannya belum diisi.", 409),
        ({"words": "x" * 20_001}, "Paling banyak", 422),
    ],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(
    desk: Desk, run: Run, changes: dict[str, str], told: str, status: int
) -> None:
    given = typed(desk, **changes)
    andi, step = come(desk.people.andi), desk.step(run, "B3")
    answer = andi.post(reverse("step_order", args=[step.id]), given)
    shown = answer.content.decode()
    assert answer.status_code == status
    assert told in shown
    assert given["words"].replace("<", "&lt;").replace(">", "&gt;") in shown
    assert Step.objects.get(id=step.id).state == "ready"
    assert not Confirmation.objects.exists()


def test_only_what_was_shown_is_ratified(desk: Desk, run: Run) -> None:
    andi, budi, step = come(desk.people.andi), come(desk.people.budi), desk.step(run, "B3")
    andi.post(reverse("step_order", args=[step.id]), typed(desk))
    told = budi.post(reverse("orders_ratify"), {}, follow=True).content.decode()
    assert "0 disposisi lisan disahkan." in told
    assert Confirmation.objects.get().state == "asked"
    assert budi.post(reverse("orders_ratify"), {"step": "x"}).status_code == 404
    told = andi.post(reverse("orders_ratify"), {"step": str(step.id)}, follow=True)
    assert "Konfirmasi ini diminta dari Kasubag" in told.content.decode()
    assert Confirmation.objects.get().state == "asked"
