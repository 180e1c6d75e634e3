"""The page of standing dispositions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from kelola.ledger.models import Entry
from kelola.sop.models import StandingDisposition, Step
from tests.people import sign_in

if TYPE_CHECKING:
    from django.test import Client

    from tests.runs import Desk

pytestmark = pytest.mark.django_db


def good(**changes: Any) -> dict[str, Any]:
    return {
        "strand": "B", "number": "12/OT.01/X/2026", "issued_on": "2026-10-30",
        "valid_from": "2026-11-01", "valid_until": "2099-12-31",
        "words": "Akun dan akses dikerjakan langsung.", "passes": ["B4:done", "B5:do"],
        "when_category": ["access"], **changes,
    }  # fmt: skip


@pytest.fixture
def cut(desk: Desk, client: Client) -> Client:
    """Give the Sekretaris's browser."""
    sign_in(client, desk.people.cut.user)
    return client


def address(desk: Desk, name: str = "standing") -> str:
    return reverse(name, args=[desk.version.sop_id])


def test_the_form_offers_what_may_be_settled_and_nothing_else(cut, desk):
    page = cut.get(address(desk) + "?alur=B").content.decode()
    assert 'value="B5:do"' in page
    for never in ("B1:done", "B5:refused", "B5:return", "B7:"):
        assert f'value="{never}' not in page
    assert "Belum ada disposisi tetap." in cut.get(address(desk)).content.decode()
    assert cut.get(address(desk) + "?alur=entah").status_code == 200


def test_it_is_given_shown_used_and_withdrawn(cut, desk):
    answer = cut.post(address(desk, "standing_give"), good())
    assert answer["Location"] == address(desk)
    row = StandingDisposition.objects.get()
    assert (row.passes, row.wanted) == ({"B4": "done", "B5": "do"}, {"category": ["access"]})
    run = desk.open("B")
    desk.finish(run, "B1", data=desk.form(run, "B1") | {"category": "access"})
    desk.finish(desk.finish(run, "B2"), "B3")
    said = "Lewat disposisi tetap nomor 12/OT.01/X/2026, Jumat, 30 Oktober 2026"
    step = Step.objects.get(run=run, activity="B5")
    assert said in cut.get(reverse("step", args=[step.pk])).content.decode()
    page = cut.get(address(desk)).content.decode()
    assert "2 langkah" in page
    assert "Akun dan akses" in page
    withdraw = reverse("standing_withdraw", args=[row.pk])
    assert cut.post(withdraw, {"reason": " "}).status_code == 422
    assert cut.post(withdraw, {"reason": "Terlalu luas."}).status_code == 302
    assert "Terlalu luas." in cut.get(address(desk)).content.decode()
    again = cut.post(withdraw, {"reason": "Lagi."})
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": ""}, "12/OT.01/X/2026"),
        ({"valid_until": "2026-10-01"}, "Berakhir sebelum mulai"),
        ({"valid_until": "31/02/2026"}, "2026-11-01"),
        ({"passes": []}, "Pilih paling sedikit satu langkah."),
        ({"passes": ["B1:done"]}, "B1:done"),
        ({"words": ""}, "12/OT.01/X/2026"),
        ({"when_category": ["entah"]}, "entah"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(cut, desk, changes, said):
    entries = Entry.objects.count()
    answer = cut.post(address(desk, "standing_give"), good(**changes))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page or "number" in changes
    assert "form-error" in page or "error" in page
    assert not StandingDisposition.objects.exists()
    assert Entry.objects.count() == entries


def test_who_may_not_decide_is_told_who_may(desk, client):
    sign_in(client, desk.people.budi.user)
    answer = client.post(address(desk, "standing_give"), good())
    assert answer.status_code == 422
    assert "B5 diputuskan oleh" in answer.content.decode()
    assert not StandingDisposition.objects.exists()


def test_the_cost_does_not_grow(cut, desk, django_assert_max_num_queries):
    for n in range(12):
        cut.post(address(desk, "standing_give"), good(number=f"{n}/OT.01/X/2026"))
    with django_assert_max_num_queries(14):
        assert cut.get(address(desk)).status_code == 200
