"""The import of an SOP in the browser: look, mend, take up as a draft; nothing half-written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kelola.office.scope import office_scope
from kelola.sop.exchange.files import HEADER, table_rows, yaml_text
from kelola.sop.models import Definition, SopVersion
from kelola.ui.sheets import csv_lines, xlsx_bytes
from tests.people import sign_in
from tests.runs import library_sop

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.runs import Desk

pytestmark = pytest.mark.django_db
FACE = {"act": "look", "number": "SOP/AS/40", "title": "Layanan <b>contoh</b>"}


@pytest.fixture
def budi(desk: Desk) -> Client:
    return sign_in(Client(), desk.people.budi.user)


def rows() -> list[tuple[str, ...]]:
    """Return the table of procedure B as it stands in the SOP."""
    return [row for row in table_rows(library_sop()) if row[0].startswith("B.")]


def csv() -> bytes:
    return b"".join(csv_lines(HEADER, rows()))


def look(client: Client, name: str, body: bytes, **told: str) -> HttpResponse:
    upload = SimpleUploadedFile(name, body)
    return client.post(reverse("sop_import"), {**FACE, **told, "file": upload})


def sealed(response: HttpResponse) -> str:
    found = re.search(r'name="sop" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "windows", "utf16"])
def test_a_typed_table_is_looked_at_and_becomes_a_draft(
    desk: Desk, budi: Client, kind: str
) -> None:
    bodies = {
        "csv": ("sop.csv", csv()),
        "xlsx": ("sop.xlsx", xlsx_bytes(HEADER, rows())),
        "windows": ("sop.csv", csv().decode("utf-8-sig").encode("cp1252")),
        "utf16": ("sop.csv", csv().decode("utf-8-sig").encode("utf-16")),
    }
    before = SopVersion.objects.count()
    shown = look(budi, *bodies[kind])
    text = shown.content.decode()
    assert shown.status_code == 200, text
    assert "Mengeksekusi permintaan layanan TI" in text
    assert "Layanan &lt;b&gt;contoh" in text
    assert SopVersion.objects.count() == before
    told = {"act": "write", "sop": sealed(shown)}
    done = budi.post(reverse("sop_import"), told, follow=True)
    assert "Diambil sebagai rancangan" in done.content.decode()
    version = SopVersion.objects.get(sop__number="SOP/AS/40")
    assert version.state == "draft"
    again = budi.post(reverse("sop_import"), told, follow=True)
    assert "kata demi kata" in again.content.decode()
    assert SopVersion.objects.count() == before + 1


def test_a_yaml_file_says_itself_which_sop_it_is(desk: Desk, budi: Client) -> None:
    text = yaml_text(library_sop()).replace("number: SOP/AS/29", "number: SOP/AS/41")
    shown = look(budi, "sop.yaml", text.encode(), number="", title="")
    assert shown.status_code == 200
    budi.post(reverse("sop_import"), {"act": "write", "sop": sealed(shown)})
    assert SopVersion.objects.filter(sop__number="SOP/AS/41", state="draft").exists()


def test_every_fault_is_told_at_once_with_its_row(desk: Desk, budi: Client) -> None:
    wrong = [list(row) for row in rows()]
    wrong[1][4] = "Operatur"
    wrong[2][2] = ""
    wrong[3][6] = "sebentar"
    body = b"".join(csv_lines(HEADER, wrong))
    before = Definition.objects.count()
    shown = look(budi, "sop.csv", body)
    text = shown.content.decode()
    assert shown.status_code == 422
    for row in ("Baris 3", "Baris 5"):
        assert row in text
    assert "Operator" in text
    assert Definition.objects.count() == before
    # What was typed beside the file is still there.
    assert "SOP/AS/40" in text


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sop.csv", b""),
        ("sop.csv", b"\x00\xff" * 50),
        ("sop.xlsx", b"PK\x03\x04 not a book"),
        ("sop.yaml", b"a: [1,"),
        ("sop.yaml", b"!!python/object/apply:os.system ['id']"),
        ("sop.csv", b"No;Aktivitas\n" + b"1;x\n" * 600),
        ("sop.csv", b"x" * (1024 * 1024 + 1)),
    ],
)
def test_what_is_no_sop_is_refused_in_words(
    desk: Desk, budi: Client, name: str, body: bytes
) -> None:
    before = Definition.objects.count()
    shown = look(budi, name, body)
    assert shown.status_code == 422
    assert 'role="alert"' in shown.content.decode()
    assert Definition.objects.count() == before


def test_a_table_needs_a_number_and_a_title(desk: Desk, budi: Client) -> None:
    shown = look(budi, "sop.csv", csv(), number="", title="")
    assert shown.status_code == 422
    assert shown.content.decode().count("Tabel tidak menyebutnya") >= 2


def test_only_what_was_shown_to_this_person_is_written(desk: Desk, budi: Client) -> None:
    seal = sealed(look(budi, "sop.csv", csv()))
    eko = sign_in(Client(), desk.people.eko.user)
    desk.people.eko.membership.is_admin = True
    with office_scope(desk.people.other.office.pk):
        desk.people.eko.membership.save()
    for client, posted in ((eko, seal), (budi, seal[:-3] + "abc"), (budi, "")):
        sent = client.post(reverse("sop_import"), {"act": "write", "sop": posted})
        assert sent.status_code == 422
        assert "terlalu lama" in sent.content.decode()
    assert not SopVersion.objects.filter(sop__number="SOP/AS/40").exists()


def test_only_administrators_find_and_open_it(desk: Desk, budi: Client) -> None:
    andi = sign_in(Client(), desk.people.andi.user)
    assert reverse("sop_import") in budi.get(reverse("sops")).content.decode()
    assert reverse("sop_import") not in andi.get(reverse("sops")).content.decode()
    assert andi.get(reverse("sop_import")).status_code == 403
