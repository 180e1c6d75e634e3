"""The one door to stored files: who may pass, and what goes with the bytes."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from kelola.evidence.services import store_file
from kelola.office.scope import office_scope
from tests import sample_files as files
from tests.people import AT, make_people, sign_in

pytestmark = pytest.mark.django_db

STEP = "sop.step:018f0000-0000-7000-8000-0000000000f1"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def people():
    return make_people()


def stored(people, name="notulen rapat.pdf", data=None):
    with office_scope(people.office.pk):
        return store_file(
            office=people.office.pk,
            stream=io.BytesIO(files.GOOD.get(name, files.pdf()) if data is None else data),
            name=name,
            subject=STEP,
            by=people.andi.id,
            at=AT,
        )


def address(document):
    return reverse("document", args=[document.pk])


def body(response):
    return b"".join(response.streaming_content)


def test_the_owner_and_a_colleague_get_the_very_bytes(client, people):
    document = stored(people)
    assert address(document) == f"/berkas/{document.pk}/"
    for someone in (people.andi, people.jamil):
        response = sign_in(client, someone.user).get(address(document))
        assert response.status_code == 200
        assert body(response) == files.pdf()
        assert response["Content-Type"] == "application/pdf"
        assert int(response["Content-Length"]) == len(files.pdf())
        assert response["Content-Disposition"] == 'attachment; filename="notulen rapat.pdf"'


def test_another_office_and_a_stranger_do_not(client, people):
    document = stored(people)
    signed_out = client.get(address(document))
    assert signed_out.status_code == 302
    assert signed_out.url.startswith("/masuk/")
    assert sign_in(client, people.eko.user).get(address(document)).status_code == 404
    assert sign_in(client, people.fajar).get(address(document)).status_code == 403


def test_an_unknown_document_is_404(client, people):
    sign_in(client, people.andi.user)
    assert client.get("/berkas/018f0000-0000-7000-8000-00000000ffff/").status_code == 404
    assert client.get("/berkas/../secret/").status_code == 404


def test_it_is_read_only(client, people):
    document = stored(people)
    sign_in(client, people.andi.user)
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(address(document)).status_code == 405


def test_no_file_may_run_or_stay(client, people):
    response = sign_in(client, people.andi.user).get(address(stored(people)))
    body(response)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("notulen.pdf", True),
        ("foto.jpg", True),
        ("foto.png", True),
        ("foto.webp", True),
        ("video.mp4", False),
        ("catatan.txt", False),
        ("daftar.csv", False),
        ("notulen.docx", False),
        ("lama.xls", False),
    ],
)
def test_only_pages_and_pictures_are_shown_and_only_when_asked(client, people, name, shown):
    document = stored(people, name)
    sign_in(client, people.andi.user)
    said = []
    for query in ("?lihat=1", "", "?lihat=ya"):
        response = client.get(address(document) + query)
        body(response)
        said.append(response["Content-Disposition"])
    asked, plain, odd = said
    assert asked.startswith("inline" if shown else "attachment")
    assert plain.startswith("attachment")
    assert odd.startswith("attachment")


def test_text_says_its_encoding(client, people):
    response = sign_in(client, people.andi.user).get(address(stored(people, "catatan.txt")))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert body(response) == files.GOOD["catatan.txt"]


def test_a_name_cannot_break_out_of_its_header(client, people):
    document = stored(people, 'a"; filename=x.exe\r\nSet-Cookie: a=b é.pdf')
    response = sign_in(client, people.andi.user).get(address(document))
    body(response)
    assert "Set-Cookie" not in response.headers
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''a_")


@pytest.mark.logs_errors("kelola.evidence")
@pytest.mark.logs_errors("django.request")
def test_lost_bytes_are_404_and_told_to_the_operator(client, people, caplog):
    document = stored(people)
    with office_scope(people.office.pk):
        document.file.path.unlink()
    assert sign_in(client, people.andi.user).get(address(document)).status_code == 404
    assert str(document.pk) in caplog.text


def test_the_cost_does_not_grow(client, people, django_assert_max_num_queries):
    documents = [stored(people, data=files.pdf(str(n))) for n in range(5)]
    sign_in(client, people.andi.user)
    body(client.get(address(documents[0])))
    with django_assert_max_num_queries(6):
        body(client.get(address(documents[-1])))


def test_a_pdf_that_may_run_something_is_only_a_download(client, people):
    action = b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert) >>"
    data = files.pdf().replace(b"/Type /Catalog", action)
    risky, plain = stored(people, data=data), stored(people, "lain.pdf")
    sign_in(client, people.andi.user)
    response = client.get(address(risky) + "?lihat=1")
    assert response["Content-Disposition"].startswith("attachment")
    assert body(response) == data
    shown = client.get(address(plain) + "?lihat=1")
    assert shown["Content-Disposition"].startswith("inline")
    assert body(shown) == files.pdf()
