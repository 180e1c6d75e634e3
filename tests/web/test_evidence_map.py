"""The map of evidence and its download."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.evidence.models import StoredFile
from kelola.ledger.models import Entry
from tests.people import sign_in
from tests.services.test_sop_months import settle

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
PAGE = "/map-bukti/?bulan=2026-11"


def test_the_page_says_what_is_there_and_the_zip_is_recorded(desk: Desk) -> None:
    settle(desk)
    client = sign_in(Client(), desk.people.andi.user)
    page = client.get(PAGE).content.decode()
    assert "Map bukti November 2026" in page
    assert "Belum ada" in page
    assert "Sah tanpa bukti" in page
    assert "Listrik padam" in page
    assert "7 baris dengan bukti" in page
    assert "30 baris belum ada" in page
    address = reverse("evidence_pack", args=[desk.version.sop_id])
    answer = client.post(address, {"month": "2026-11", "procedure": "C"})
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="bukti-sop-as-29-c-2026-11.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        digest = hashlib.sha256(archive.read("manifest.json")).hexdigest()
    entry = Entry.objects.get(verb="evidence.pack.made")
    assert (entry.by, entry.data["manifest"]) == (desk.people.andi.id, digest)
    assert digest in client.get(PAGE).content.decode()


def test_who_has_no_part_is_told_why_and_gets_nothing(desk: Desk) -> None:
    settle(desk)
    client = sign_in(Client(), desk.people.jamil.user)
    page = client.get(PAGE).content.decode()
    assert "Hanya pelaksana SOP ini" in page
    assert "Listrik padam" not in page
    address = reverse("evidence_pack", args=[desk.version.sop_id])
    assert client.post(address, {"month": "2026-11"}).status_code == 403
    assert not Entry.objects.filter(verb="evidence.pack.made").exists()


def test_nonsense_is_not_found_and_a_lost_file_is_named(desk: Desk) -> None:
    settle(desk)
    client = sign_in(Client(), desk.people.andi.user)
    address = reverse("evidence_pack", args=[desk.version.sop_id])
    for month, procedure in (("", ""), ("2026-13", ""), ("2026-11", "Z"), ("9999-01", "")):
        asked = {"month": month, "procedure": procedure}
        assert client.post(address, asked).status_code == 404
    for query in ("sop=x", "prosedur=Z"):
        assert client.get(f"/map-bukti/?{query}").status_code == 404
    StoredFile.objects.all()[0].path.unlink()
    answer = client.post(address, {"month": "2026-11"})
    assert answer.status_code == 409
    assert "rusak atau hilang di disk, jadi paket tidak dibuat" in answer.content.decode()
    assert not Entry.objects.filter(verb="evidence.pack.made").exists()


def test_a_fuller_month_takes_no_more_queries(desk: Desk) -> None:
    client = sign_in(Client(), desk.people.andi.user)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    desk.finish(desk.open("E"), "E1")
    client.get(PAGE)
    before = asked()
    settle(desk)
    for _n in range(3):
        desk.finish(desk.open("E"), "E1")
    assert asked() <= before
