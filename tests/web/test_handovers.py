"""The pages of hand-overs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kelola.sop.models import HandOver
from tests.people import sign_in

if TYPE_CHECKING:
    from django.test import Client

    from tests.runs import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def budi(desk: Desk, client: Client) -> Client:
    """Give the administrator's browser."""
    sign_in(client, desk.people.budi.user)
    return client


def posted(desk: Desk, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "posts": [str(desk.people.court.posts["operator"].pk)],
        "receiver": str(desk.people.jamil.person.pk),
        "on": today, "decree_number": "W1-A1/31/KP.04/XI/2026", "decree_on": "2026-10-30",
        "note": "Kunci ruang server.", **changes,
    }  # fmt: skip


def address(desk: Desk) -> str:
    return reverse("handover_new", args=[desk.people.andi.person.pk])


def test_what_is_held_is_shown_before_and_written_down_after(budi, desk):
    desk.open("B", "Printer PTSP macet")
    page = budi.get(address(desk)).content.decode()
    assert "Printer PTSP macet" in page
    answer = budi.post(address(desk), posted(desk))
    row = HandOver.objects.get()
    assert answer["Location"] == reverse("handover", args=[row.pk])
    shown = budi.get(answer["Location"]).content.decode()
    assert "Kunci ruang server." in shown
    assert "Printer PTSP macet" in shown
    paper = budi.get(reverse("handover_paper", args=[row.pk]))
    assert paper.content.startswith(b"%PDF")
    assert row.number in budi.get("/serah-terima/").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"posts": []}, "Pilih paling sedikit satu jabatan."),
        ({"receiver": ""}, "Kunci ruang server."),
        ({"receiver": "bukan siapa-siapa"}, "Kunci ruang server."),
        ({"on": "31/02/2026"}, "Kunci ruang server."),
        ({"on": "2020-01-01"}, "tidak memegang jabatan"),
        ({"decree_number": ""}, "Kunci ruang server."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_changes(budi, desk, changes, said):
    answer = budi.post(address(desk), posted(desk, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not HandOver.objects.exists()


def test_who_holds_nothing_is_told_so(budi, desk):
    page = budi.get(reverse("handover_new", args=[desk.people.jamil.person.pk]))
    assert "tidak memegang jabatan hari ini" in page.content.decode()
