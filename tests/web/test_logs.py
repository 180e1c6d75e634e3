"""The log of runs by month: for administrators and heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import sign_in

if TYPE_CHECKING:
    from tests.people import Someone
    from tests.runs import Desk

pytestmark = pytest.mark.django_db


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def body(client: Client, month: str, kind: str) -> bytes:
    answer = client.get(reverse("log_file"), {"bulan": month, "unduh": kind})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined] # it streams


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_a_head_takes_a_month_along(desk: Desk, kind: str) -> None:
    run = desk.walk(desk.open("B"))
    budi = browser(desk.people.budi)
    assert run.number.encode() in body(budi, "2026-11", kind)
    assert run.number.encode() not in body(budi, "2026-10", kind)


def test_the_page_leads_to_both_files_of_each_month(desk: Desk) -> None:
    page = browser(desk.people.dewi).get(reverse("logs")).content.decode()
    assert page.count("unduh=xes") == page.count("unduh=csv") == 24


def test_who_heads_nothing_is_told_why(desk: Desk) -> None:
    gita = browser(desk.people.gita)
    # Nor does the list of runs lead there.
    runs = reverse("runs") + "?semua=1"
    assert reverse("logs") not in gita.get(runs).content.decode()
    assert reverse("logs") in browser(desk.people.dewi).get(runs).content.decode()
    for address in (reverse("logs"), f"{reverse('log_file')}?bulan=2026-11"):
        answer = gita.get(address)
        assert answer.status_code == 403
        assert "Hanya administrator" in answer.content.decode()


def test_months_and_kinds_that_are_none_are_not_found(desk: Desk) -> None:
    dewi = browser(desk.people.dewi)
    for month, kind in (("2026-13", "xes"), ("1", "csv"), ("2026-11", "exe")):
        asked = {"bulan": month, "unduh": kind}
        assert dewi.get(reverse("log_file"), asked).status_code == 404
