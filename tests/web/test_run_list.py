"""The list of runs: filters, order, pages, views of one's own, the list as a file."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kelola.office.models import SavedView
from kelola.office.scope import office_scope
from kelola.registry import new_id
from kelola.sop import faces, lists, services
from kelola.sop.engine import PauseReason
from tests.people import sign_in
from tests.runs import MINUTE

if TYPE_CHECKING:
    from kelola.sop.models import Run
    from tests.people import Someone
    from tests.runs import Desk


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def subjects(desk: Desk, **asked: str) -> list[str]:
    answer = browser(desk.people.budi).get(reverse("runs"), {"semua": "1", **asked})
    assert answer.status_code == 200, answer
    return [row["run"].subject for row in answer.context["runs"]]


@pytest.fixture
def mixed(desk: Desk) -> dict[str, Run]:
    """Runs of many states, a minute apart from each other, oldest first."""
    made: dict[str, Run] = {}

    def open_run(name: str, strand: str, **more: Any) -> None:
        desk.now += MINUTE
        made[name] = desk.open(strand, name, **more)

    open_run("Printer PTSP macet", "B")
    open_run("Wi-Fi 100% lambat", "B")
    desk.finish(made["Wi-Fi 100% lambat"], "B1")
    open_run("Pelantikan", "E")
    open_run("Rencana tahun depan", "A")
    open_run("Salah buka", "B")
    services.cancel_run(
        run_id=made["Salah buka"].id,
        reason="Salah",
        by=desk.people.budi.person,
        at=desk.now,
    )
    return made


def test_everything_newest_first_and_oldest_first(desk: Desk, mixed: dict[str, Run]):
    assert subjects(desk) == list(mixed)[::-1]
    assert subjects(desk, urut="terlama") == list(mixed)


def test_each_filter_keeps_what_it_says(desk: Desk, mixed: dict[str, Run]):
    sop = str(desk.version.sop_id)
    people, court = desk.people, desk.people.court
    assert subjects(desk, keadaan="cancelled") == ["Salah buka"]
    assert subjects(desk, prosedur=f"{sop}/E") == ["Pelantikan"]
    assert subjects(desk, prosedur=f"{sop}/B/B", keadaan="open") == [
        "Wi-Fi 100% lambat",
        "Printer PTSP macet",
    ]
    assert subjects(desk, prosedur=str(UUID(int=3))) == []
    by_andi = {s for s, run in mixed.items() if run.opened_by_id == people.andi.person.pk}
    assert set(subjects(desk, pembuka=people.andi.id)) == by_andi
    assert subjects(desk, bulan=f"{desk.now:%Y-%m}") == list(mixed)[::-1]
    assert subjects(desk, bulan="2020-01") == []
    post = str(court.posts["operator_admin"].pk)
    assert "Printer PTSP macet" in subjects(desk, jabatan=post)
    assert "Salah buka" not in subjects(desk, jabatan=post)
    assert "Rencana tahun depan" not in subjects(desk, jabatan=post)
    assert subjects(desk, jabatan=str(UUID(int=4))) == []


def test_a_person_waits_for_their_own_and_for_what_their_posts_may_take(desk: Desk, mixed):
    people = desk.people
    assert "Printer PTSP macet" in subjects(desk, pegawai=people.andi.id)
    step = desk.step(mixed["Printer PTSP macet"], "B1")
    other = people.court.join("kiki", "Kiki Amalia", "operator_admin")
    assert "Printer PTSP macet" in subjects(desk, pegawai=other.id)
    services.claim_step(step_id=step.id, by=people.andi.person, at=desk.now)
    assert "Printer PTSP macet" in subjects(desk, pegawai=people.andi.id)
    assert "Printer PTSP macet" not in subjects(desk, pegawai=other.id)
    assert subjects(desk, pegawai=people.jamil.id) == []


def test_words_are_taken_as_they_stand(desk: Desk, mixed: dict[str, Run]):
    run = mixed["Printer PTSP macet"]
    assert subjects(desk, cari="ptsp printer") == ["Printer PTSP macet"]
    assert subjects(desk, cari=run.number) == ["Printer PTSP macet"]
    assert subjects(desk, cari="100%") == ["Wi-Fi 100% lambat"]
    assert subjects(desk, cari="%") == ["Wi-Fi 100% lambat"]
    assert subjects(desk, cari="_") == []


def test_late_ones_have_a_running_clock_past_its_due(desk: Desk, mixed: dict[str, Run]):
    late = set(subjects(desk, lewat="1"))
    assert {"Printer PTSP macet", "Wi-Fi 100% lambat"} <= late  # the desk's clock is of the past
    services.pause_clock(
        step_id=desk.step(mixed["Printer PTSP macet"], "B1").id,
        reason=PauseReason.REQUESTER,
        until=None,
        note="Pemohon sidang",
        by=desk.people.andi.person,
        at=desk.now,
    )
    assert "Printer PTSP macet" not in subjects(desk, lewat="1")


def test_the_nearest_due_comes_first_and_clocks_not_begun_last(desk: Desk):
    waiting = desk.open("D2-D6", "Uji aplikasi")
    soon = desk.open("B", "Dekat")
    desk.now += timedelta(days=3)
    later = desk.open("B", "Jauh")
    desk.now += MINUTE
    later_still = desk.open("B", "Lebih jauh")
    assert desk.step(waiting, "D2").due_at is None
    want = [soon.subject, later.subject, later_still.subject, waiting.subject]
    assert subjects(desk, urut="tenggat") == want
    seen, after = [], ""
    asked = lists.read({"urut": "tenggat"})
    while True:
        rows, after = lists.page(asked, at=desk.now, after=after, limit=1)
        seen += [r.subject for r in rows]
        if not after:
            break
    assert seen == want


def test_a_run_with_several_open_steps_stands_once_at_its_nearest_due(desk: Desk):
    many = desk.open("B", "Serentak")
    others = [desk.open("B", f"Nomor {n}") for n in range(4)]
    # No procedure of the library opens steps side by side; the engine does where an SOP says so.
    beside = desk.step(many, "B1")
    for activity, days in (("B2", 1), ("B3", 2)):
        beside.pk, beside._state.adding = new_id(), True
        beside.activity, beside.position = activity, beside.position + 1
        beside.due_at = beside.due_at and beside.due_at + timedelta(days=days)
        beside.save()
    asked = lists.read({"urut": "tenggat"})
    rows, _after = lists.page(asked, at=desk.now, limit=50)
    assert max(len(faces.open_steps(row)) for row in rows) > 1
    for size in (1, 2, 3):
        seen, after = [], ""
        while True:
            some, after = lists.page(asked, at=desk.now, after=after, limit=size)
            seen += [row.id for row in some]
            if not after:
                break
        assert seen == [row.id for row in rows]
    assert len(rows) == 1 + len(others)


@pytest.mark.parametrize("order", ["terbaru", "terlama", "tenggat"])
def test_pages_show_every_row_once(desk: Desk, order: str):
    made = [desk.open("B", f"Nomor {n}") for n in range(11)]  # all in the same moment
    made += [desk.open("D2-D6", f"Tunggu {n}") for n in range(4)]
    asked = lists.read({"urut": order})
    seen: list[UUID] = []
    after = ""
    while True:
        rows, after = lists.page(asked, at=desk.now, after=after, limit=3)
        seen += [r.id for r in rows]
        if not after:
            break
    assert sorted(seen) == sorted(r.id for r in made)
    assert seen == [r.id for r in lists.every_row(asked, at=desk.now)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keadaan", "x"), ("prosedur", "x"), ("prosedur", f"{UUID(int=1)}/B/B/B"),
        ("pembuka", "1"), ("jabatan", "' OR 1=1"), ("pegawai", "x"), ("bulan", "2026-13"),
        ("bulan", "0001-01"), ("bulan", "9999-12"), ("lewat", "ya"), ("urut", "opened_by__name"),
        ("urut", "-id"), ("cari", "a" * 101), ("setelah", "x"),
        ("setelah", f"_{UUID(int=1)}x"), ("setelah", f"_{UUID(int=1)}"), ("unduh", "exe"),
    ],
)  # fmt: skip
def test_a_value_no_filter_has_is_no_page(desk: Desk, name: str, value: str):
    answer = browser(desk.people.andi).get(reverse("runs"), {"semua": "1", name: value})
    assert answer.status_code == 404, name


@pytest.mark.parametrize(
    "name",
    ["opened_by__name__startswith", "_connector", "order_by", "office", "state__in", "version_id"],
)
def test_a_name_that_is_no_filter_is_refused(desk: Desk, name: str):
    answer = browser(desk.people.andi).get(reverse("runs"), {name: "OR 1=1"})
    assert answer.status_code == 400


def test_filters_in_force_can_be_taken_away_one_by_one(desk: Desk, mixed: dict[str, Run]):
    client = browser(desk.people.andi)
    asked = {"keadaan": "open", "cari": "printer", "pembuka": desk.people.andi.id}
    answer = client.get(reverse("runs"), asked)
    chips = {c.words: c.query for c in answer.context["chips"]}
    assert len(chips) == 3
    without = next(q for w, q in chips.items() if "printer" in w)
    assert "cari" not in without
    assert "keadaan=open" in without
    text = client.get(reverse("runs"), {"cari": "tidak ada"}).text
    assert "Tidak ada pelaksanaan yang cocok" in text


def test_another_office_sees_nothing_and_its_keys_find_nothing(desk: Desk, mixed: dict[str, Run]):
    client = browser(desk.people.eko)
    for asked in ({}, {"cari": "Printer"}, {"pembuka": desk.people.andi.id}, {"unduh": "csv"}):
        answer = client.get(reverse("runs"), {"semua": "1", **asked})
        body = b"".join(answer) if answer.streaming else answer.content
        assert b"Printer PTSP" not in body
        assert b"Andi" not in body


def test_queries_stay_the_same_with_more_rows(desk: Desk):
    client = browser(desk.people.andi)

    def count(**asked: str) -> int:
        client.get(reverse("runs"), {"semua": "1", **asked})
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("runs"), {"semua": "1", **asked}).status_code == 200
        return len(caught)

    def all_counts() -> list[int]:
        post = str(desk.people.court.posts["operator_admin"].pk)
        return [count(), count(urut="tenggat"), count(jabatan=post), count(lewat="1")]

    for n in range(10):
        desk.open("B", f"Nomor {n}")
    few = all_counts()
    for n in range(20):
        desk.open("B", f"Lagi {n}")
    assert all_counts() == few
    assert max(few) <= 20, few


def test_the_whole_list_comes_as_csv_and_as_a_workbook(desk: Desk, mixed: dict[str, Run]):
    desk.now += MINUTE
    desk.open("B", '=HYPERLINK("http://jahat")')
    client = browser(desk.people.budi)
    asked = {"semua": "1", "keadaan": "open"}
    csv = b"".join(client.get(reverse("runs"), {**asked, "unduh": "csv"})).decode("utf-8-sig")
    lines = csv.strip().split("\r\n")
    assert lines[0].split(";")[:2] == ["Nomor", "Perihal"]
    assert len(lines) == 1 + len(mixed)  # one is cancelled, one was added
    assert "'=HYPERLINK" in csv
    assert "Salah buka" not in csv
    answer = client.get(reverse("runs"), {**asked, "unduh": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    values = [[c.value for c in row] for row in sheet.iter_rows()]
    assert [row[1] for row in values[2:]] == list(mixed)[::-1][1:]
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)
    assert answer["Content-Disposition"].endswith('.xlsx"')


def test_the_file_has_every_row_beyond_one_page(desk: Desk, monkeypatch):
    monkeypatch.setattr("kelola.sop.lists.rows.CHUNK", 4)
    for n in range(9):
        desk.open("B", f"Nomor {n}")
    body = b"".join(browser(desk.people.andi).get(reverse("runs"), {"unduh": "csv"})).decode()
    assert all(f";Nomor {n};" in body for n in range(9))


# Views of one's own


def keep(client: Client, name: str, query: str) -> Any:
    data = {"page": "sop.runs", "name": name, "query": query}
    return client.post(reverse("saved_view_add"), data)


def test_a_view_is_kept_shown_renamed_chosen_and_deleted(desk: Desk, mixed: dict[str, Run]):
    client = browser(desk.people.andi)
    answer = keep(client, " Yang  berjalan ", "keadaan=open&setelah=zzz&semua=1")
    assert answer["Location"] == reverse("runs") + "?keadaan=open"
    row = SavedView.objects.get()
    assert (row.name, row.query, row.person_id) == (
        "Yang berjalan",
        "keadaan=open",
        desk.people.andi.person.pk,
    )
    page = client.get(answer["Location"])
    assert "Yang berjalan" in page.text
    change = reverse("saved_view_change", args=[row.pk])
    client.post(change, {"act": "rename", "name": "Masih jalan"})
    client.post(change, {"act": "choose"})
    row.refresh_from_db()
    assert (row.name, row.is_default) == ("Masih jalan", True)
    assert client.get(reverse("runs"))["Location"] == reverse("runs") + "?keadaan=open"
    assert client.get(reverse("runs"), {"semua": "1"}).status_code == 200
    client.post(change, {"act": "release"})
    assert client.get(reverse("runs")).status_code == 200
    client.post(change, {"act": "delete"})
    assert not SavedView.objects.exists()


def test_only_one_view_begins_the_list(desk: Desk):
    client = browser(desk.people.andi)
    keep(client, "Satu", "keadaan=open")
    keep(client, "Dua", "lewat=1")
    for row in SavedView.objects.all():
        client.post(reverse("saved_view_change", args=[row.pk]), {"act": "choose"})
    assert SavedView.objects.filter(is_default=True).count() == 1


def test_the_same_name_replaces_and_two_people_may_share_a_name(desk: Desk):
    keep(browser(desk.people.andi), "Satu", "keadaan=open")
    keep(browser(desk.people.andi), "Satu", "lewat=1")
    keep(browser(desk.people.budi), "Satu", "keadaan=completed")
    assert sorted(SavedView.objects.values_list("query", flat=True)) == [
        "keadaan=completed",
        "lewat=1",
    ]


def test_views_of_others_do_not_exist(desk: Desk):
    keep(browser(desk.people.andi), "Rahasia Andi", "keadaan=open")
    change = reverse("saved_view_change", args=[SavedView.objects.get().pk])
    for other in (desk.people.budi, desk.people.eko):
        for act in ("rename", "choose", "release", "delete"):
            answer = browser(other).post(change, {"act": act, "name": "Punyaku"})
            assert answer.status_code == 404
    assert SavedView.objects.get().name == "Rahasia Andi"
    assert "Rahasia Andi" not in browser(desk.people.budi).get(reverse("runs")).text


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "", "harus diisi"),
        ("a" * 81, "", "Paling banyak 80"),
        ("a\u200bb", "", "dapat dicetak"),
        ("Panjang", "cari=" + "a" * 1100, "terlalu banyak"),
    ],
)
def test_a_view_that_cannot_be_kept_says_why(desk: Desk, name: str, query: str, said: str):
    client = browser(desk.people.andi)
    answer = keep(client, name, query)
    assert answer.status_code == 302
    assert not SavedView.objects.exists()
    assert said in client.get(reverse("runs"), {"semua": "1"}).text


def test_views_are_not_kept_without_end(desk: Desk):
    client = browser(desk.people.andi)
    for n in range(31):
        keep(client, f"Nomor {n}", "")
    assert SavedView.objects.count() == 30
    assert "Sudah ada 30 tampilan" in client.get(reverse("runs"), {"semua": "1"}).text


@pytest.mark.parametrize(
    "data",
    [
        {"page": "account_logout", "name": "x", "query": ""},
        {"page": "https://jahat.example", "name": "x", "query": ""},
        {"page": "", "name": "x"},
    ],
)
def test_only_lists_keep_views(desk: Desk, data: dict[str, str]):
    assert browser(desk.people.andi).post(reverse("saved_view_add"), data).status_code == 404


def test_a_taken_name_and_an_unknown_act_change_nothing(desk: Desk):
    client = browser(desk.people.andi)
    keep(client, "Satu", "keadaan=open")
    keep(client, "Dua", "lewat=1")
    two = SavedView.objects.get(name="Dua")
    change = reverse("saved_view_change", args=[two.pk])
    client.post(change, {"act": "rename", "name": "Satu"})
    assert "Sudah ada tampilan dengan nama ini" in client.get(reverse("runs")).text
    assert client.post(change, {"act": "drop"}).status_code == 404
    two.refresh_from_db()
    assert two.name == "Dua"


def test_another_offices_clock_of_the_month_is_its_own(desk: Desk):
    """The month of a filter begins at midnight of the office's zone, not of UTC."""
    desk.now = desk.now.replace(day=1, hour=18)  # 01.00 on the 2nd in Jakarta
    run = desk.open("B", "Tengah malam")
    with office_scope(run.office_id), timezone.override("Asia/Jakarta"):
        asked = lists.read({"bulan": f"{timezone.localtime(run.opened_at):%Y-%m}"})
        assert [r.id for r in lists.every_row(asked, at=desk.now)] == [run.id]
