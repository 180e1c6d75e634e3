"""The page of files: filters, pages, where a file is used, what is damaged."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.evidence.models import Condition, StoredFile
from kelola.evidence.services import store_file
from tests.people import sign_in
from tests.runs import MINUTE
from tests.sample_files import png

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.evidence.models import Document
    from tests.people import Someone
    from tests.runs import Desk


def ask(someone: Someone, **asked: str) -> HttpResponse:
    return sign_in(Client(), someone.user).get(reverse("files"), asked)


def names(answer: HttpResponse) -> list[str]:
    return [row["document"].name for row in answer.context["rows"]]


def keep(desk: Desk, name: str, data: bytes, subject: str = "sop.run:x") -> Document:
    desk.now += MINUTE
    return store_file(
        office=desk.people.office.pk,
        stream=io.BytesIO(data),
        name=name,
        subject=subject,
        by=desk.people.andi.id,
        at=desk.now,
    )


def test_files_stand_newest_first_with_who_added_them_and_where(desk: Desk):
    run = desk.open("B", "Printer macet")
    keep(desk, "surat.txt", b"isi", f"sop.run:{run.id}")
    keep(desk, "foto.png", png())
    answer = ask(desk.people.jamil)
    assert names(answer) == ["foto.png", "surat.txt"]
    assert "Andi Saputra" in answer.text
    assert reverse("run", args=[run.id]) in answer.text
    assert "2 berkas" in answer.text


def test_each_filter_keeps_what_it_says(desk: Desk):
    keep(desk, "surat tugas.txt", b"isi")
    keep(desk, "foto 100%.png", png())
    assert names(ask(desk.people.andi, jenis="gambar")) == ["foto 100%.png"]
    assert names(ask(desk.people.andi, cari="TUGAS surat")) == ["surat tugas.txt"]
    assert names(ask(desk.people.andi, cari="%")) == ["foto 100%.png"]
    assert len(names(ask(desk.people.andi, bulan=f"{desk.now:%Y-%m}"))) == 2
    assert names(ask(desk.people.andi, bulan="2020-01")) == []
    assert "Tidak ada berkas yang cocok" in ask(desk.people.andi, jenis="video").text


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("jenis", "exe", 404), ("bulan", "2026-13", 404), ("bulan", "0001-01", 404),
        ("keadaan", "x", 404), ("cari", "a" * 101, 404), ("setelah", "x", 404),
        ("setelah", "2026-01-01T00:00:00_x", 404), ("file__sha256", "a", 400),
    ],
)  # fmt: skip
def test_what_no_filter_has_is_no_page(desk: Desk, name: str, value: str, status: int):
    assert ask(desk.people.andi, **{name: value}).status_code == status


def test_pages_go_on_behind_the_last_row(desk: Desk):
    for n in range(53):
        keep(desk, f"nomor {n}.txt", f"isi {n}".encode())
    first = ask(desk.people.andi)
    assert len(names(first)) == 50
    second = ask(desk.people.andi, setelah=first.context["next"])
    assert names(second) == ["nomor 2.txt", "nomor 1.txt", "nomor 0.txt"]


def test_a_file_of_a_form_never_finished_is_marked(desk: Desk):
    run = desk.open("E", "Pelantikan")
    desk.finish(run, "E1")
    keep(desk, "tercecer.txt", b"isi", f"sop.run:{run.id}")
    rows = {r["document"].name: r["unused"] for r in ask(desk.people.andi).context["rows"]}
    # The desk fills a form twice: what the second filling put aside is unused as well.
    assert rows.pop("tercecer.txt")
    assert False in rows.values()


def test_damaged_files_are_told_and_can_be_shown_alone(desk: Desk):
    keep(desk, "utuh.txt", b"isi")
    keep(desk, "rusak.txt", b"lain")
    assert "tidak sama dengan yang diterima" not in ask(desk.people.andi).text
    StoredFile.objects.filter(size=4).update(condition=Condition.ALTERED, checked_at=desk.now)
    answer = ask(desk.people.andi)
    assert "1 berkas tidak sama dengan yang diterima" in answer.text
    assert "Diubah di luar Kelola" in answer.text
    assert names(ask(desk.people.andi, keadaan="berubah")) == ["rusak.txt"]


def test_another_office_sees_none_of_it(desk: Desk):
    keep(desk, "canary rahasia.txt", b"isi")
    answer = ask(desk.people.eko)
    assert names(answer) == []
    assert "canary" not in answer.text
    assert "0 berkas" in answer.text


def test_queries_do_not_grow_with_the_rows(desk: Desk):
    client = sign_in(Client(), desk.people.andi.user)
    runs = [desk.open("B", f"Nomor {n}") for n in range(30)]

    def count() -> int:
        client.get(reverse("files"))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("files"))
        return len(caught)

    for n in range(10):
        keep(desk, f"{n}.txt", f"isi {n}".encode(), f"sop.run:{runs[n].id}")
    few = count()
    for n in range(10, 30):
        keep(desk, f"{n}.txt", f"isi {n}".encode(), f"sop.run:{runs[n].id}")
    assert count() == few


def test_a_name_with_markup_stays_text(desk: Desk):
    keep(desk, "<img src=x onerror=alert(1)>.txt", b"isi")
    assert "<img src=x" not in ask(desk.people.andi).text


def test_the_list_leaves_as_a_table_with_its_filters(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kelola.evidence.views.files.AT_ONCE", 2)  # so that it takes two turns
    run = desk.open("B", "Printer macet")
    for n in range(3):
        keep(desk, f"surat {n}.txt", f"isi {n}".encode(), f"sop.run:{run.id}")
    keep(desk, "foto.png", png())
    answer = ask(desk.people.andi, jenis="dokumen", unduh="csv")
    assert answer["Content-Disposition"] == 'attachment; filename="berkas.csv"'
    text = answer.getvalue().decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert header[0] == "Nama berkas"
    assert [row[0] for row in rows] == ["surat 2.txt", "surat 1.txt", "surat 0.txt"]
    assert "Printer macet" in rows[0][3]
    assert rows[0][5:7] == ["Andi Saputra", "Belum diperiksa"]
    assert rows[0][7] == StoredFile.objects.get(documents__name="surat 2.txt").sha256
    assert ask(desk.people.andi, unduh="xlsx").status_code == 200
    assert ask(desk.people.andi, unduh="pdf").status_code == 404
    assert "surat" not in ask(desk.people.eko, unduh="csv").getvalue().decode()
