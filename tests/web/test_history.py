"""The page of the office's history: whose it is, what it tells, and the check of the chain."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.ledger import queries, services
from kelola.ledger.models import ChainCheck, CheckState, Entry
from kelola.ledger.verbs import verbs
from kelola.office import services as office
from kelola.office.scope import office_scope
from tests.ledger_flush import lifted
from tests.people import sign_in

URL = "/riwayat/"
pytestmark = pytest.mark.django_db


def signed_in(who):
    return sign_in(Client(), who.user)


def page(client, query="", status=200):
    answer = client.get(URL + query)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def run(desk):
    found = desk.open("B", "Printer PTSP macet")
    desk.finish(found, "B1")
    return found


@pytest.fixture
def budi(desk):
    return signed_in(desk.people.budi)


def test_entries_are_told_with_what_they_are_about(run, budi):
    said = page(budi)
    assert "Andi Saputra membuka pelaksanaan ini" in said
    assert f'<a href="{reverse("run", args=[run.id])}">Printer PTSP macet</a>' in said
    assert run.number in said


def test_it_is_for_administrators(desk):
    assert page(signed_in(desk.people.andi), status=403)


def test_another_office_s_entries_are_not_there(desk, budi):
    other = desk.people.other.office.pk
    with office_scope(other):
        office.add_unit(office=other, name="Bagian Rahasia", by=desk.people.eko.id, at=desk.now)
    numbers = [line.seq for line in budi.get(URL).context["lines"]]
    assert numbers[0] == queries.head_of(str(desk.people.office.pk))[0]
    assert "Rahasia" not in page(budi)
    assert "Eko" not in page(budi)


def test_texts_are_shown_as_they_were_typed(desk, budi):
    """C-22: the subject of a run is a text, also in the history."""
    desk.open("B", "<script>alert(1)</script>")
    said = page(budi)
    assert "<script>alert" not in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said


def test_filters_choose_person_kind_and_days(desk, run, budi):
    by_andi = f"?oleh={desk.people.andi.id}"
    assert "membuka pelaksanaan ini" in page(budi, by_andi)
    assert "membuka pelaksanaan ini" not in page(budi, f"?oleh={desk.people.cut.id}")
    assert "membuka pelaksanaan ini" not in page(budi, "?tentang=office.")
    assert "membuka pelaksanaan ini" in page(budi, "?dari=2026-11-02&sampai=2026-11-02")
    assert "Tidak ada catatan yang cocok." in page(budi, "?dari=2030-01-01")


def test_every_app_that_writes_the_history_can_be_asked_for(budi):
    apps = {key.partition(".")[0] for key in verbs} - {"jobs"}  # the installation's own chain
    offered = budi.get(URL).context["form"].fields["tentang"].choices
    assert {f"{app}." for app in apps} == {value for value, _words in offered} - {""}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?oleh=x", "x"),
        ("?tentang=ledger", "ledger"),
        ("?dari=2026-02-30", "tanggal yang valid"),
        ("?dari=2026-11-03&sampai=2026-11-02", "mendahului"),
    ],
)
def test_a_filter_that_cannot_be_is_told(run, budi, query, words):
    assert words in page(budi, query, 422)


@pytest.mark.parametrize("place", ["x", "-1", "²", "9" * 19, "1.5"])
def test_a_place_that_cannot_be_is_no_page(budi, place):
    page(budi, f"?sebelum={place}", 404)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_break_nothing(budi, day):
    for name in ("dari", "sampai"):
        assert "tahun 2000 dan 2077" in page(budi, f"?{name}={day}", 422)


def test_older_entries_follow_below(desk, run, budi):
    from kelola.home.views import history  # noqa: PLC0415 - after Django's set-up

    history.PAGE, kept = 5, history.PAGE
    try:
        first = budi.get(URL).context
        second = budi.get(f"{URL}?sebelum={first['more']}").context
    finally:
        history.PAGE = kept
    numbers = [line.seq for line in [*first["lines"], *second["lines"]]]
    assert numbers == list(range(numbers[0], numbers[0] - 10, -1))


def test_the_page_asks_as_often_for_many_entries_as_for_few(desk, budi):
    def asked():
        with CaptureQueriesContext(connection) as found:
            page(budi, "?tentang=sop.")
        return len(found)

    for _ in range(10):
        desk.open("B", "Satu")
    asked()  # reads the SOP, which is kept
    few = asked()
    for _ in range(20):
        desk.open("B", "Dua")
    assert asked() == few


def test_the_file_holds_every_entry_and_no_formula(desk, budi):
    desk.open("B", "=1+1")
    answer = budi.get(f"{URL}?unduh=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(lines), delimiter=";"))
    head = queries.head_of(str(desk.people.office.pk))
    assert len(rows) == head[0] + 1
    assert rows[1][-1] == head[1]
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert budi.get(f"{URL}?unduh=exe").status_code == 404


def test_a_check_is_asked_for_once_and_shown_when_it_is_done(desk, run, budi):
    assert "Belum diperiksa" in page(budi)
    before = Entry.objects.count()
    for _ in range(2):
        assert budi.post(f"{URL}periksa/").status_code == 302
    assert "Sedang diperiksa" in page(budi)
    assert "Pemeriksaan sedang berjalan." in page(budi)
    services.check_chains(at=datetime.now(UTC))
    said = page(budi)
    assert "Utuh" in said
    assert queries.head_of(str(desk.people.office.pk))[1] in said
    assert Entry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_an_altered_entry_is_told_in_words(desk, run, budi):
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_entry SET verb = 'sop.run.cancelled' WHERE chain = %s AND seq = 4",
            [str(desk.people.office.pk)],
        )
    services.check_chains(at=datetime.now(UTC) + timedelta(days=2))
    row = ChainCheck.objects.get(chain=str(desk.people.office.pk))
    assert row.state == CheckState.BROKEN
    assert "Mulai catatan nomor 4 riwayat tidak lagi seperti saat ditulis" in page(budi)
