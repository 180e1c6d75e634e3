"""Somebody who goes through ids that are not the office's stands in its history after ten."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from kelola.ledger.models import Entry
from kelola.office import doors
from tests.api.conftest import program
from tests.people import sign_in

if TYPE_CHECKING:
    import pytest

    from tests.runs import Desk


def strays() -> list[Entry]:
    return list(Entry.objects.filter(verb="office.membership.strayed"))


def ask(client: Any, name: str, times: int, key: str = "person_id") -> None:
    for _ in range(times):
        answer = client.get(reverse(name, kwargs={key: uuid.uuid4()}))
        assert answer.status_code == 404


def test_an_administrator_who_tries_other_offices_is_told_of(desk: Desk) -> None:
    people = desk.people
    budi = sign_in(Client(), people.budi.user)
    theirs = reverse("person_edit", kwargs={"person_id": people.eko.person.pk})
    ask(budi, "person", doors.STRAYS - 1)
    assert not strays()
    assert budi.post(theirs, {"name": "Diambil"}).status_code == 404
    (told,) = strays()
    assert told.chain == str(people.office.pk)
    assert told.by == people.budi.id
    assert told.data == {"person": people.budi.id, "count": doors.STRAYS}
    ask(budi, "person", 5)
    assert len(strays()) == 1
    assert "Budi Santoso 10 kali dalam satu jam meminta" in budi.get("/riwayat/").text
    assert not Entry.objects.filter(chain=str(people.other.office.pk), by=people.budi.id).exists()


def test_everybody_is_counted_alone_and_mistyped_pages_not_at_all(desk: Desk) -> None:
    andi, cut = (sign_in(Client(), who.user) for who in (desk.people.andi, desk.people.cut))
    for _ in range(doors.STRAYS):
        assert andi.get("/tidak-ada/").status_code == 404
        assert Client().get(reverse("run", kwargs={"run_id": uuid.uuid4()})).status_code == 302
    ask(andi, "run", doors.STRAYS - 1, "run_id")
    ask(cut, "run", doors.STRAYS - 1, "run_id")
    assert not strays()
    ask(andi, "run", 1, "run_id")
    assert [told.by for told in strays()] == [desk.people.andi.id]


def test_an_hour_later_the_count_begins_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    andi = sign_in(Client(), desk.people.andi.user)
    ask(andi, "run", doors.STRAYS - 1, "run_id")
    monkeypatch.setattr(doors, "STRAYING", -1)
    ask(andi, "run", 3, "run_id")
    assert not strays()


def test_programs_are_counted_as_their_owners(desk: Desk) -> None:
    andi = program(desk.people.andi)
    for _ in range(doors.STRAYS):
        assert andi.get(f"/runs/{uuid.uuid4()}").status_code == 404
    assert [told.by for told in strays()] == [desk.people.andi.id]


def test_a_disk_that_takes_nothing_changes_no_answer(desk: Desk) -> None:
    andi = sign_in(Client(), desk.people.andi.user)
    with mock.patch.object(doors.cache, "set", side_effect=OperationalError("disk is full")):
        ask(andi, "run", 1, "run_id")
