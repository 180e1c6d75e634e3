"""Answers of passkeys: a true one opens, and every forged, borrowed or repeated one does not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from fido2.utils import websafe_encode

from kelola.ledger.models import Entry
from kelola.office import services
from tests.doors import confirm, enter
from tests.passkeys import Device, asked, browser, challenged, come_in, give_passkey
from tests.people import TOLD, People, make_people

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def device(people: People) -> Device:
    """Give Andi a device with a passkey."""
    client, device = browser(), Device()
    enter(client, "andi")
    confirm(client)
    give_passkey(client, device)
    device.counter += 1
    return device


def test_a_true_answer_opens_once(people: People, device: Device) -> None:
    client = browser()
    answer = device.answered(challenged(client), people.andi.user)
    assert come_in(client, answer)
    assert client.get("/meja-kerja/").status_code == 200
    client.post("/keluar/")
    assert not come_in(client, answer)
    challenged(client)
    assert not come_in(client, answer)
    assert not come_in(browser(), answer)


FORGED: dict[str, Callable[[Device, str, Any], dict[str, Any]]] = {
    "another key": lambda d, c, u: d.answered(c, u, key=generate_private_key(SECP256R1())),
    "another origin": lambda d, c, u: d.answered(c, u, origin="https://jahat.example"),
    "an origin that ends alike": lambda d, c, u: d.answered(
        c, u, origin="https://jahatkelola.example"
    ),
    "without encryption": lambda d, c, u: d.answered(c, u, origin="http://kelola.example"),
    "another host": lambda d, c, u: d.answered(c, u, host="jahat.example"),
    "another challenge": lambda d, _c, u: d.answered(websafe_encode(b"x" * 32), u),
    "a registration": lambda d, c, u: d.answered(c, u, kind="webauthn.create"),
    "nobody present": lambda d, c, u: d.answered(c, u, flags=4),
    "nobody recognised": lambda d, c, u: d.answered(c, u, flags=1),
    "an unknown key": lambda d, c, u: replace(d, credential_id=b"lain").answered(c, u),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_answer_opens_nothing(people: People, device: Device, how: str) -> None:
    client = browser()
    assert not come_in(client, FORGED[how](device, challenged(client), people.andi.user))
    # What was wrong is that one thing: the same device still opens.
    assert come_in(client, device.answered(challenged(client), people.andi.user))


def test_a_key_opens_no_other_account(people: People, device: Device) -> None:
    client = browser()
    assert not come_in(client, device.answered(challenged(client), people.budi.user))
    own, theirs = browser(), Device(b"kunci-budi")
    enter(own, "budi")
    confirm(own)
    give_passkey(own, theirs)
    own.post("/keluar/")
    enter(own, "budi")
    for one, opens in ((device, False), (theirs, True)):
        one.counter += 1
        own.get("/masuk/kode/")
        answer = one.answered(asked(own), people.budi.user)
        own.post("/masuk/kode/", {"credential": json.dumps(answer)})
        assert ("_auth_user_id" in own.session) is opens


@pytest.mark.parametrize("back", [0, 1, 2])
def test_a_counter_that_does_not_go_on_is_a_copy_of_the_key(
    people: People, device: Device, back: int
) -> None:
    device.counter = 7
    client = browser()
    assert come_in(client, device.answered(challenged(client), people.andi.user))
    copy, thief = replace(device, counter=device.counter - back), browser()
    assert not come_in(thief, copy.answered(challenged(thief), people.andi.user))
    assert Entry.objects.filter(verb="office.second_factor.failed").count() == 1
    device.counter = 8
    assert come_in(thief, device.answered(challenged(thief), people.andi.user))


def test_a_key_without_a_counter_opens_again_and_again(people: People) -> None:
    client, device = browser(), Device(counter=0)
    enter(client, "andi")
    confirm(client)
    give_passkey(client, device)
    for _ in range(2):
        again = browser()
        assert come_in(again, device.answered(challenged(again), people.andi.user))


def test_a_closed_account_is_opened_by_no_passkey(people: People, device: Device) -> None:
    client = browser()
    answer = device.answered(challenged(client), people.andi.user)
    services.deactivate_user(user=people.andi.user, **TOLD)
    assert not come_in(client, answer)
