"""While a demo year is written, every page of somebody signed in says how far it is."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from kelola.demo.queries.growth import mark, progress
from tests.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def tell(text):
    mark().write_text(text, encoding="utf-8")


def test_a_page_says_the_month_and_nothing_when_it_is_over(desk):
    client = sign_in(Client(), desk.people.budi.user)
    tell(json.dumps({"month": "2026-03-01", "number": 4, "months": 12}))
    page = client.get("/meja-kerja/").content.decode()
    assert "Tahun contoh sedang disusun" in page
    assert "Maret 2026, 4 dari 12 bulan" in page
    mark().unlink()
    assert "Tahun contoh" not in client.get("/meja-kerja/").content.decode()


def test_a_stranger_is_told_nothing(client):
    tell(json.dumps({"month": "2026-03-01", "number": 4, "months": 12}))
    assert "Tahun contoh" not in client.get("/masuk/").content.decode()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"month": 3}', '{"month": "x", "number": 1, "months": 2}']
)
def test_a_file_that_says_nothing_right_is_no_news(text):
    tell(text)
    assert progress() is None
