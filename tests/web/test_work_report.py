"""One's own record, in words to copy: what was done, when, and when it was recorded."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kelola.office import services as office
from kelola.sop import services
from tests.people import TOLD, sign_in

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
NOVEMBER = "/laporan-kinerja/?dari=2026-11-01&sampai=2026-11-30"


def work(desk: Desk) -> None:
    """Let Andi do one thing, record one afterwards and leave one undone; Budi decides one."""
    run = desk.open("B", "=Printer <b>PTSP</b>")
    desk.finish(run, "B1")
    done = desk.now
    desk.now += timedelta(days=1)
    desk.finish(run, "B2", performed_at=done, late_reason="Listrik padam")
    desk.finish(run, "B3")
    services.leave_undone(
        step_id=desk.step(desk.open("D4"), "D4").id,
        reason="Server mati",
        by=desk.people.andi.person,
        at=desk.now,
    )


def test_each_sees_their_own_work_by_day_in_words(desk: Desk) -> None:
    work(desk)
    andi, budi = (sign_in(Client(), p.user) for p in (desk.people.andi, desk.people.budi))
    page = andi.get(NOVEMBER).content.decode()
    text = page.partition('<textarea class="form-control" id="report"')[2].partition("</textarea>")[
        0
    ]
    assert text.count("\n- ") == 3
    assert "Senin, 2 November 2026\n- 09.01 Menerima permintaan layanan TI (B1)" in text
    assert "=Printer &lt;b&gt;PTSP" in text
    assert "Dicatat 3 Nov 09.02" in text
    assert "Selasa, 3 November 2026" in text
    assert "Tidak dilaksanakan: Server mati" in text
    theirs = budi.get(NOVEMBER).content.decode()
    assert "(B3)" in theirs
    assert "(B1)" not in theirs
    assert (
        "Belum ada yang tercatat atas nama Anda" in andi.get("/laporan-kinerja/").content.decode()
    )


def test_a_superior_sees_the_work_of_their_people(desk: Desk) -> None:
    work(desk)
    andi, budi, cut, dewi = (
        sign_in(Client(), p.user)
        for p in (desk.people.andi, desk.people.budi, desk.people.cut, desk.people.dewi)
    )
    asked = f"{NOVEMBER}&pegawai={desk.people.andi.person.pk}"
    for superior in (budi, cut, dewi):
        page = superior.get(asked).content.decode()
        assert "Pekerjaan Andi Saputra" in page
        assert "=Printer &lt;b&gt;PTSP" in page
        assert f"?pegawai={desk.people.andi.person.pk}&amp;dari=" in page
        assert superior.get(f"{asked}&unduh=csv").status_code == 200
    assert 'name="pegawai"' in budi.get(NOVEMBER).content.decode()
    assert 'name="pegawai"' not in andi.get(NOVEMBER).content.decode()
    assert andi.get(asked).status_code == 200  # one's own, named
    quiet = budi.get(f"/laporan-kinerja/?pegawai={desk.people.andi.person.pk}").content.decode()
    assert "Belum ada yang tercatat dalam masa ini." in quiet


def test_nobody_sees_the_work_of_a_colleague_or_a_superior(desk: Desk) -> None:
    people = desk.people
    refused = [
        (people.andi, people.budi),
        (people.budi, people.cut),
        (people.budi, people.dewi),
        (people.budi, people.jamil),
        (people.budi, people.eko),
        (people.gita, people.hadi),
        (people.jamil, people.andi),
    ]
    for who, whom in refused:
        client = sign_in(Client(), who.user)
        for more in ("", "&unduh=csv"):
            answer = client.get(f"{NOVEMBER}&pegawai={whom.person.pk}{more}")
            assert answer.status_code == 404, (who, whom)
    assert sign_in(Client(), people.budi.user).get(f"{NOVEMBER}&pegawai=x").status_code == 404


def test_a_superior_who_also_does_the_work_below_stays_a_superior(desk: Desk) -> None:
    people = desk.people
    office.appoint(
        post=people.court.posts["operator_admin"],
        person=people.cut.person,
        decree_number="W1-A99/4/KP/2026",
        decree_on=desk.now.date(),
        valid_from=desk.now.date(),
        **TOLD,
    )
    asked = f"{NOVEMBER}&pegawai={people.cut.person.pk}"
    assert sign_in(Client(), people.budi.user).get(asked).status_code == 404
    assert sign_in(Client(), people.dewi.user).get(asked).status_code == 200


def test_it_can_be_kept_as_a_table_that_calculates_nothing(desk: Desk) -> None:
    work(desk)
    andi = sign_in(Client(), desk.people.andi.user)
    kept = andi.get(f"{NOVEMBER}&unduh=csv")
    rows = list(csv.reader(io.StringIO(b"".join(kept.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 4
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert andi.get(f"{NOVEMBER}&unduh=xlsx").status_code == 200
    assert andi.get(f"{NOVEMBER}&unduh=pdf").status_code == 404


@pytest.mark.parametrize(
    "period", ["dari=x", "dari=2026-02-30", "dari=2026-11-02&sampai=2026-11-01",
               "dari=2025-01-01&sampai=2026-11-01", "dari=9999-01-01"]
)  # fmt: skip
def test_a_period_that_is_none_is_said_and_keeps_what_was_typed(desk: Desk, period: str) -> None:
    answer = sign_in(Client(), desk.people.andi.user).get(f"/laporan-kinerja/?{period}")
    assert answer.status_code == 422
    assert "Hari ini yang ditampilkan." in answer.content.decode()


def test_its_queries_do_not_grow_with_the_work(desk: Desk) -> None:
    andi = sign_in(Client(), desk.people.andi.user)
    work(desk)
    andi.get(NOVEMBER)
    with CaptureQueriesContext(connection) as few:
        andi.get(NOVEMBER)
    for n in range(4):
        desk.finish(desk.open("B", f"Lagi {n}"), "B1")
    with CaptureQueriesContext(connection) as many:
        andi.get(NOVEMBER)
    assert len(many) == len(few)
