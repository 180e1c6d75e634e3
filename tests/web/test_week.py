"""The week's page: words that are asked for, samples to check, figures, and what comes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kelola.sop import queries, services
from kelola.sop.models import SampleCheck, Step
from tests.people import sign_in

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
PAGE = "/minggu-ini/"
WORDS = "Foto sesudah perbaikan tidak ada."


def past(desk: Desk, runs: int = 3) -> str:
    """Let Andi finish steps two weeks ago; return the address of the week they are checked in."""
    today = timezone.localdate(timezone=ZoneInfo(desk.people.office.zone))
    monday = queries.monday_of(today) - 2 * queries.WEEK
    desk.now = datetime.combine(monday, desk.now.timetz())
    for n in range(runs):
        run = desk.open("B", f"Printer {n}")
        for key in ("B1", "B2"):
            desk.finish(run, key)
    return f"{PAGE}?pekan={monday:%G-W%V}"


def present(desk: Desk) -> Step:
    """Let a decision be ordered by word of mouth this week, and another step be left undone."""
    desk.now = timezone.now() - timedelta(minutes=30)
    run = desk.open("B", "Ruang sidang gelap")
    for key in ("B1", "B2"):
        desk.finish(run, key)
    step = desk.step(run, "B3")
    andi = desk.people.andi.person
    services.record_order(
        step_id=step.id,
        ordered_by=desk.people.budi.person,
        ordered_at=desk.now,
        outcome="done",
        words="Kerjakan",
        by=andi,
        at=desk.now,
    )
    undone = desk.step(desk.open("B", "UPS mati"), "B1")
    services.leave_undone(step_id=undone.id, reason="Server mati", by=andi, at=desk.now)
    return step


def test_it_gathers_what_is_asked_and_ratifies_at_once(desk: Desk) -> None:
    step = present(desk)
    budi, jamil = (sign_in(Client(), p.user) for p in (desk.people.budi, desk.people.jamil))
    page = budi.get(PAGE).content.decode()
    assert "Sahkan 1 disposisi lisan" in page
    assert "Server mati" in page
    assert "Minggu depan" in page
    posted = {"step": str(step.id), "from": "week"}
    told = budi.post(reverse("orders_ratify"), posted, follow=True)
    assert told.redirect_chain == [(PAGE, 302)]
    after = told.content.decode()
    assert "1 disposisi lisan disahkan." in after
    assert "Sahkan 1 disposisi lisan" not in after
    theirs = jamil.get(PAGE).content.decode()
    assert "Tidak ada disposisi lisan atau konfirmasi" in theirs
    assert "Pemeriksaan contoh" not in theirs


def test_a_sample_is_found_not_in_order_and_its_step_says_so(desk: Desk) -> None:
    page = past(desk)
    budi = sign_in(Client(), desk.people.budi.user)
    text = budi.get(page).content.decode()
    assert text.count("Lihat dulu langkah dan outputnya.") == 5
    assert "5 dari 6 langkah orang lain" in text
    step = next(s for s in Step.objects.filter(state="done") if f"remarks-{s.id}" in text)
    check = reverse("sample_check", args=[step.id])
    empty = budi.post(check, {"state": "failed", "remarks": ""})
    assert empty.status_code == 409
    assert "Tulis apa yang tidak sesuai" in empty.content.decode()
    long = budi.post(check, {"state": "failed", "remarks": "x" * 20_001})
    assert long.status_code == 409
    assert "x" * 20_001 in long.content.decode()
    assert not SampleCheck.objects.exists()
    told = budi.post(check, {"state": "failed", "remarks": WORDS}, follow=True)
    assert told.redirect_chain == [(page, 302)]
    assert "1 dari 5 diperiksa, 1 tidak sesuai" in told.content.decode()
    assert budi.post(check, {"state": "passed"}).status_code == 409
    andi = sign_in(Client(), desk.people.andi.user)
    for address in (reverse("step", args=[step.id]), reverse("run", args=[step.run_id])):
        assert WORDS in andi.get(address).content.decode()
    assert budi.post(check, {"state": "?"}).status_code == 404


def test_this_week_tells_how_many_samples_of_the_last_are_left(desk: Desk) -> None:
    past(desk)
    last = queries.monday_of(timezone.localdate()) - queries.WEEK
    before = f"{PAGE}?pekan={last:%G-W%V}"
    text = sign_in(Client(), desk.people.budi.user).get(before).content.decode()
    assert "5 contoh minggu sebelumnya belum diperiksa." in text


@pytest.mark.parametrize("week", ["", "2026", "2026-W60", "2026-W00", "9999-W01", "2026-W1", "x"])
def test_a_week_that_is_none_or_to_come_is_this_one(desk: Desk, week: str) -> None:
    budi = sign_in(Client(), desk.people.budi.user)
    coming = f"{date.today() + timedelta(days=21):%G-W%V}"  # noqa: DTZ011 - any day to come does
    for asked in (week, coming):
        assert "<h1>Minggu ini</h1>" in budi.get(PAGE, {"pekan": asked}).content.decode()


def test_its_queries_do_not_grow(desk: Desk) -> None:
    budi = sign_in(Client(), desk.people.budi.user)
    page = past(desk, 1)
    present(desk)
    for address in (PAGE, page):
        budi.get(address)
    with CaptureQueriesContext(connection) as few:
        for address in (PAGE, page):
            budi.get(address)
    past(desk, 4)
    present(desk)
    present(desk)
    with CaptureQueriesContext(connection) as many:
        for address in (PAGE, page):
            budi.get(address)
    assert len(many) == len(few)
    assert len(few) < 60
