"""The page of one's keys for programs: made after the password, shown once, revoked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kelola.api import services
from kelola.api.models import Token
from kelola.api.rules import MOST_KEYS, NAME_LENGTH, Scope, digest
from kelola.ledger.models import Entry
from tests.api.conftest import Program, key_of
from tests.doors import confirm
from tests.people import PASSWORD

if TYPE_CHECKING:
    from tests.people import Someone
    from tests.runs import Desk

WANTED = {"name": "Laporan harian", "scopes": ["read", "runs:write"], "days": "90"}


def browser(someone: Someone, *, confirmed: bool = True) -> Client:
    """Return somebody's browser, with the password just given once more."""
    client = Client()
    client.force_login(someone.user)
    if confirmed:
        assert confirm(client).status_code == 302
    return client


def make(client: Client, **more: Any) -> Any:
    return client.post(reverse("api_tokens"), {**WANTED, **more})


def shown(answer: Any) -> str:
    """Return the key on the page."""
    found = re.search(r"kelola_[0-9A-Za-z]+", answer.content.decode())
    assert found
    return found[0]


def test_the_password_comes_first_and_leads_back(desk: Desk) -> None:
    row, key = key_of(desk.people.andi)
    client = browser(desk.people.andi, confirmed=False)
    for answer in (
        client.get(reverse("api_tokens")),
        make(client),
        client.post(reverse("api_token_revoke", args=[row.pk])),
    ):
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Token.objects.count() == 1
    assert Program(key).get("/me").status_code == 200
    back = client.get(reverse("api_tokens")).url
    done = client.post(back, {"password": PASSWORD})
    assert done.url == reverse("api_tokens")
    assert client.get(done.url).status_code == 200


def test_a_key_is_made_shown_once_and_opens(desk: Desk) -> None:
    client = browser(desk.people.andi)
    answer = make(client)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    key = shown(answer)
    row = Token.objects.get()
    assert row.digest == digest(key)
    assert row.scopes == ["read", "runs:write"]
    assert (row.expires_at - timezone.now()).days in (89, 90)
    assert Program(key).get("/me").json()["key"]["name"] == "Laporan harian"
    again = client.get(reverse("api_tokens")).content.decode()
    assert "Laporan harian" in again
    assert "Membaca SOP, pelaksanaan, kalender, dan pegawai" in again
    assert "kelola_" not in again.replace("kelola_session", "").replace("kelola_csrf", "")
    assert Entry.objects.filter(verb="api.token.made").count() == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"name": " "}, "Belum diisi"),
        ({"name": "x" * (NAME_LENGTH + 1)}, "80"),
        ({"scopes": []}, "Pilih sedikitnya satu."),
        ({"scopes": ["admin"]}, "admin"),
        ({"days": "366"}, "366"),
        ({"days": ""}, ""),
        ({"name": "a\nb\u202e"}, "Hanya karakter yang dapat dicetak"),
    ],
)
def test_a_wrong_form_makes_nothing_and_says_what_to_mend(
    desk: Desk, more: dict[str, Any], told: str
) -> None:
    answer = make(browser(desk.people.andi), **more)
    assert answer.status_code == 422
    assert told in " ".join(e for wrong in answer.context["form"].errors.values() for e in wrong)
    assert not Token.objects.exists()


def test_there_is_an_end_to_keys(desk: Desk) -> None:
    for _n in range(MOST_KEYS):
        row, _key = key_of(desk.people.andi, [Scope.READ])
    client = browser(desk.people.andi)
    refused = make(client)
    assert refused.status_code == 422
    assert "Paling banyak 20 kunci" in refused.content.decode()
    services.revoke_token(token=row, by=desk.people.andi.id, at=timezone.now())
    assert make(client).status_code == 200


def test_a_key_is_revoked_by_its_owner_alone(desk: Desk) -> None:
    row, key = key_of(desk.people.andi)
    address = reverse("api_token_revoke", args=[row.pk])
    for someone in (desk.people.budi, desk.people.eko):
        assert browser(someone).post(address).status_code == 404
        assert str(row.pk) not in browser(someone).get(reverse("api_tokens")).content.decode()
    assert Program(key).get("/me").status_code == 200
    client = browser(desk.people.andi)
    done = client.post(address, follow=True)
    assert "Kunci “Laporan harian” dicabut." in done.content.decode()
    assert Program(key).get("/me").status_code == 401
    assert client.post(address).status_code == 302  # once more changes nothing
    assert Entry.objects.filter(verb="api.token.revoked").count() == 1


def test_the_page_takes_the_same_queries_however_many_keys(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    client = browser(desk.people.andi)
    for _n in range(15):
        key_of(desk.people.andi)
    client.get(reverse("api_tokens"))
    with django_assert_max_num_queries(14):
        assert client.get(reverse("api_tokens")).status_code == 200


def test_the_account_page_leads_here(desk: Desk) -> None:
    page = browser(desk.people.andi).get(reverse("account")).content.decode()
    assert reverse("api_tokens") in page
