"""The hub of the settings shows what each may open, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from django.test import Client
from django.urls import reverse

from kelola.home import queries
from kelola.office.policies import office_admin
from kelola.registry import SettingsPage
from tests.people import make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def pages(monkeypatch):
    """Two pages in place of the registered ones: one for everybody, one for administrators."""

    @dataclass(frozen=True)
    class Pages:
        found: tuple[SettingsPage, ...]

        def values(self):
            return list(self.found)

    one = SettingsPage("Lembar kedua", "Untuk semua", "runs", order=2)
    two = replace(one, label="Lembar pertama", text="Untuk administrator", url_name="sops", order=1)
    monkeypatch.setattr(queries, "settings_pages", Pages((one, two)))
    known = queries.policy_table(queries.get_resolver())

    monkeypatch.setattr(queries, "_policies", lambda _resolver: {**known, "sops": office_admin})


def shown(who):
    client = Client()
    client.force_login(who.user)
    return client.get(reverse("settings")).content.decode()


def test_an_administrator_sees_every_page_in_order(people, pages):
    page = shown(people.budi)
    assert page.index("Lembar pertama") < page.index("Lembar kedua")
    assert f'href="{reverse("sops")}">Lembar pertama' in page


def test_others_see_no_page_that_they_may_not_open(people, pages):
    page = shown(people.andi)
    assert "Lembar kedua" in page
    assert "Lembar pertama" not in page
