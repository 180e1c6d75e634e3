"""Pages travel compressed to browsers that can read it; files travel as they are."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from kelola.ui.http.compression import Compression
from tests.people import make_people, sign_in

pytestmark = pytest.mark.django_db


def test_a_page_is_smaller_and_the_same_once_it_is_read(client):
    sign_in(client, make_people().andi.user)
    plain = client.get(reverse("desk"))
    packed = client.get(reverse("desk"), headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"</html>" in gzip.decompress(packed.content)


def test_two_answers_of_one_page_differ_in_length():
    answer = Compression(lambda _request: HttpResponse(b"sama " * 500))
    asked = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    assert len({len(answer(asked).content) for _ in range(30)}) > 1


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png", "application/zip"])
def test_a_file_travels_as_it_is(media_type):
    content = b"%PDF-1.7 " * 500
    answer = Compression(lambda _request: HttpResponse(content, content_type=media_type))
    asked = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    assert answer(asked).content == content
