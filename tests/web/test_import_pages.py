"""The import's pages: look, download what is wrong, write once."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kelola.ledger.models import Entry
from kelola.office.models import Person
from kelola.office.scope import office_scope
from kelola.office.services import importing
from kelola.ui.sheets import csv_lines, read_table, xlsx_bytes
from tests.people import make_people, sign_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.people import People, Someone

pytestmark = pytest.mark.django_db
GOOD = [
    ["Rahmat", "198501012010011001", "Umum", "Operator", "W1/1", "1/1/2027", "2/1/2027", "", ""],
    ["=Tuti", "", "", "", "", "", "", "", "tuti"],
]
BAD = [["Rahmat", "12", "", "", "", "", "", "", ""], ["", "", "Umum", "", "", "", "", "", ""]]


@pytest.fixture
def people() -> People:
    return make_people()


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def send(client: Client, data: bytes, name: str = "pegawai.csv") -> HttpResponse:
    upload = SimpleUploadedFile(name, data)
    return client.post(reverse("import_people"), {"act": "look", "file": upload})


def table(rows: list[list[Any]]) -> bytes:
    return b"".join(csv_lines(importing.HEADER, rows))


def names(people: People) -> set[str]:
    with office_scope(people.office.pk):
        return set(Person.objects.values_list("name", flat=True))


@pytest.mark.parametrize("write", [table, lambda rows: xlsx_bytes(importing.HEADER, rows)])
def test_a_file_is_looked_at_and_then_written(people: People, write: Any) -> None:
    client, before = browser(people.budi), names(people)
    page = send(client, write(GOOD))
    assert page.status_code == 200
    assert [(p.line.number, p.state) for p in page.context["plan"].lines] == [
        (2, "new"),
        (3, "new"),
    ]
    assert names(people) == before
    sealed = page.context["sealed"]
    done = client.post(reverse("import_people"), {"act": "write", "table": sealed})
    assert names(people) == before | {"Rahmat", "=Tuti"}
    (given,) = done.context["given"]
    assert given.password in done.text
    again = client.post(reverse("import_people"), {"act": "write", "table": sealed})
    assert again.status_code == 302
    assert Entry.objects.filter(verb="office.people.imported").count() == 1
    page = send(client, write(GOOD))
    assert "Semua isi berkas ini sudah ada." in page.text


def test_all_faults_stand_on_the_page_and_in_a_list(people: People) -> None:
    client, before = browser(people.budi), names(people)
    page = send(client, table(GOOD + BAD))
    assert page.status_code == 422
    assert "Belum ada yang diimpor. 2 dari 4 baris perlu diperbaiki." in page.text
    assert "Baris 4: NIP “12” tidak 18 angka." in page.text
    sealed = page.context["sealed"]
    answer = client.post(reverse("import_people"), {"act": "faults", "table": sealed})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Baris", "4", "5"]
    refused = client.post(reverse("import_people"), {"act": "write", "table": sealed})
    assert refused.status_code == 422
    assert names(people) == before


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01", b"PK\x03\x04zip", b"Orang\nAndi\n", b"Nama\n" + b"A\n" * 2001, b'Nama\n"A'],
)
def test_files_that_are_none_are_told_at_the_field(people: People, data: bytes) -> None:
    client, before = browser(people.budi), names(people)
    answer = send(client, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert names(people) == before


def test_what_was_looked_at_is_written_by_nobody_else_and_nowhere_else(people: People) -> None:
    sealed = send(browser(people.budi), table(GOOD)).context["sealed"]
    for someone in (people.andi, people.eko):
        answer = browser(someone).post(reverse("import_people"), {"act": "write", "table": sealed})
        assert answer.status_code == 403
    client, before = browser(people.budi), names(people)
    made = signing.dumps([[[1, ["Nama"]], [2, ["Sisipan"]]], []], salt="office.import")
    for table_ in (sealed[:-1] + "x", made, "", "x" * 1000):
        answer = client.post(reverse("import_people"), {"act": "write", "table": table_})
        assert answer.status_code == 422
        assert "terlalu lama" in answer.text
    assert names(people) == before


def test_the_empty_table_can_be_filled_in(people: People) -> None:
    answer = browser(people.budi).get(reverse("import_template"))
    header = read_table(io.BytesIO(answer.content)).header
    assert header.cells == importing.HEADER


def test_looking_asks_the_same_number_of_questions(
    people: People, django_assert_max_num_queries: Any
) -> None:
    client = browser(people.budi)
    send(client, table(GOOD))
    rows = [[f"Orang {n}", "", f"Unit {n}", "", "", "", "", "", f"orang{n}"] for n in range(100)]
    with django_assert_max_num_queries(25):
        assert send(client, table(rows)).status_code == 200
