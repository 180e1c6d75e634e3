"""The page where a month is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from kelola.sop.models import MonthClose
from tests.people import sign_in
from tests.services.test_sop_months import settle

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
PAGE = "/tutup-bulan/?bulan=2026-11"


def test_every_row_says_how_it_stands_and_the_head_closes_it(desk: Desk) -> None:
    andi, budi = (sign_in(Client(), p.user) for p in (desk.people.andi, desk.people.budi))
    before = budi.get(PAGE).content.decode()
    assert "Tutup bulan November 2026" in before
    assert before.count("Putaran ini tidak dibuka") == 8
    close = reverse("month_close", args=[desk.version.sop_id])
    refused = budi.post(close, {"month": "2026-11"})
    assert refused.status_code == 409
    assert "8 baris belum selesai" in refused.content.decode()
    settle(desk)
    page = budi.get(PAGE).content.decode()
    assert "7 dari 8 langkah selesai, 1 catatan susulan, 1 tidak dilaksanakan" in page
    assert "Listrik padam" in page
    assert "Server dibawa ke Banda Aceh" in page
    assert "Hanya pimpinan" in andi.get(PAGE).content.decode()
    told = budi.post(close, {"month": "2026-11"}, follow=True).content.decode()
    assert "November 2026 sudah ditutup." in told
    assert "Ditutup oleh Budi" in told
    assert budi.post(close, {"month": "2026-11"}).status_code == 409
    assert MonthClose.objects.count() == 1


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-11-01", "9999-01", "x"])
def test_a_month_that_is_none_is_this_one_to_look_at_and_nothing_to_close(
    desk: Desk, month: str
) -> None:
    budi = sign_in(Client(), desk.people.budi.user)
    assert "Tutup bulan" in budi.get("/tutup-bulan/", {"bulan": month}).content.decode()
    close = reverse("month_close", args=[desk.version.sop_id])
    assert budi.post(close, {"month": month}).status_code == 404
