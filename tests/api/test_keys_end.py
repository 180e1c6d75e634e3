"""Keys of programs end with what was taken from their owner, in the very next request."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from kelola.api.models import Token
from kelola.ledger.models import Entry
from kelola.office import services as office
from kelola.office.scope import office_scope
from tests.api.conftest import kind, program
from tests.doors import enter, give_totp
from tests.people import PASSWORD, Someone

if TYPE_CHECKING:
    from tests.people import People
    from tests.runs import Desk


def told() -> dict[str, Any]:
    return {"by": "system", "at": timezone.now()}


def reset_factor(people: People, who: Someone) -> None:
    """Take a second factor off, as two administrators do it."""
    give_totp(who.user)
    office.set_admin(membership=people.dewi.membership, is_admin=True, **told())
    asked = office.ask_reset(membership=who.membership, by=people.budi.person, at=timezone.now())
    office.confirm_reset(reset_id=asked.pk, by=people.dewi.person, at=timezone.now())


ENDS = {
    "closed account": lambda _p, who: office.deactivate_user(user=who.user, **told()),
    "closed access": lambda _p, who: office.close_access(membership=who.membership, **told()),
    "ended access": lambda _p, who: office.end_membership(membership=who.membership, **told()),
    "password reset": lambda _p, who: office.reset_password(membership=who.membership, **told()),
    "factor reset": reset_factor,
}


@pytest.mark.parametrize("how", ENDS)
def test_a_key_ends_with_the_way_in_of_its_owner(desk: Desk, how: str) -> None:
    people = desk.people
    his, others = program(people.andi), program(people.jamil)
    assert his.get("/me").status_code == 200
    ENDS[how](people, people.andi)
    refused = {"password reset": "key_ended", "factor reset": "key_ended"}.get(how, "access_ended")
    assert kind(his.get("/me")) == (401, refused)
    assert not Token.objects.filter(membership=people.andi.membership, revoked_at=None).exists()
    assert others.get("/me").status_code == 200
    assert Entry.objects.filter(verb="api.token.revoked").count() == 1


def test_access_given_back_brings_no_key_back(desk: Desk) -> None:
    andi = desk.people.andi
    his = program(andi)
    office.close_access(membership=andi.membership, **told())
    andi.membership.refresh_from_db()
    office.open_access(membership=andi.membership, **told())
    assert kind(his.get("/me")) == (401, "key_ended")
    assert program(andi).get("/me").status_code == 200


def test_closing_the_access_to_one_office_leaves_the_keys_of_another(desk: Desk) -> None:
    people = desk.people
    there = people.other.join("andi", "Andi Saputra")
    here_key, there_key = program(people.andi), program(there)
    with office_scope(people.office.pk):
        office.close_access(membership=people.andi.membership, **told())
    assert kind(here_key.get("/me")) == (401, "access_ended")
    assert there_key.get("/me").json()["office"]["name"] == "Pengadilan Agama Tetangga"
    office.deactivate_user(user=there.user, **told())
    assert kind(there_key.get("/me")) == (401, "access_ended")
    assert not Token.objects.filter(revoked_at=None).exists()


def test_changing_ones_own_password_leaves_programs_at_work_and_says_so(desk: Desk) -> None:
    browser, his = Client(), program(desk.people.andi)
    enter(browser, "andi")
    assert "Kunci API tetap berlaku" in browser.get("/akun/sandi/").text
    new = {"password1": "sembilan-gajah-abu", "password2": "sembilan-gajah-abu"}
    assert browser.post("/akun/sandi/", {"oldpassword": PASSWORD, **new}).status_code == 302
    assert his.get("/me").status_code == 200


def test_a_role_taken_away_is_gone_in_the_next_request_of_an_open_session(desk: Desk) -> None:
    """Rights are read with every request, so that no new session key is needed for it."""
    people, browser, his = desk.people, Client(), program(desk.people.budi)
    enter(browser, "budi")
    session = browser.cookies["kelola_session"].value
    assert browser.get("/pegawai/tambah/").status_code == 200
    office.set_admin(membership=people.dewi.membership, is_admin=True, **told())
    office.set_admin(membership=people.budi.membership, is_admin=False, **told())
    assert browser.get("/pegawai/tambah/").status_code == 403
    assert browser.cookies["kelola_session"].value == session
    assert his.get("/me").json()["is_admin"] is False
    assert [post["title"] for post in his.get("/me").json()["posts"]] == ["Kasubag PTIP"]
    yesterday = timezone.localdate() - timedelta(days=1)
    for held in people.budi.person.appointments.all():
        office.end_appointment(appointment=held, valid_until=yesterday, **told())
    assert his.get("/me").json()["posts"] == []
