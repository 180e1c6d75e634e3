"""PINs on shared computers: who may be let in by one, and what it never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.doors import DEVICE
from kelola.office.models import Pin, SharedDevice
from kelola.office.scope import office_scope
from tests.doors import PIN, confirm, enter, enter_by_pin, give_pin, is_in, share, to_confirm
from tests.people import TOLD, make_people

pytestmark = pytest.mark.django_db
DESK = "/meja-kerja/"


@pytest.fixture
def people():
    return make_people()


def test_a_shared_computer_is_marked_locked_and_opened_by_pin(client, people):
    enter(client, "budi")
    confirm(client)
    assert "Kunci layar" not in client.get("/akun/").text
    client.post("/pengaturan/masuk/pc-bersama/", {"name": "Meja depan PTSP"})
    cookie = client.cookies[DEVICE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "Kunci layar" in client.get("/akun/").text
    assert client.post("/kunci/").url == "/masuk/pin/"
    assert not is_in(client)
    assert "Belum ada yang memasang PIN" in client.get("/masuk/pin/").text
    give_pin(people.andi.user)
    page = client.get("/masuk/pin/").text
    assert "Andi Saputra" in page
    assert "Budi Santoso" not in page
    assert enter_by_pin(client, people.andi).url == DESK
    assert client.get(DESK).status_code == 200
    entry = Entry.objects.filter(verb="office.user.signed_in").order_by("seq").last()
    assert (entry.by, entry.data) == (str(people.andi.user.pk), {"entry": "pin"})
    assert "dengan PIN" in client.get("/akun/").text


def test_a_nameless_computer_is_not_marked(client, people):
    enter(client, "budi")
    confirm(client)
    for name in ("", "  ", "x" * 81, "a\u202eb"):
        client.post("/pengaturan/masuk/pc-bersama/", {"name": name})
    assert DEVICE not in client.cookies
    with office_scope(people.office.pk):
        assert not SharedDevice.objects.exists()


@pytest.mark.parametrize("cookie", [None, "", "x", "ended", "digest"])
def test_a_pin_opens_nothing_on_another_computer(client, people, cookie):
    give_pin(people.andi.user)
    if cookie in {"ended", "digest"}:
        device = share(client, people)
        if cookie == "digest":
            client.cookies[DEVICE] = device.secret_digest
        else:
            with office_scope(people.office.pk):
                services.revoke_device(device=device, by=people.budi.id, at=TOLD["at"])
    elif cookie is not None:
        client.cookies[DEVICE] = cookie
    assert client.get("/masuk/pin/").url == "/masuk/"
    assert enter_by_pin(client, people.andi).url == "/masuk/"
    assert not is_in(client)
    assert client.post("/masuk/pin/", {}).url == "/masuk/"


@pytest.mark.parametrize("who", ["eko", "budi", "left", "closed", "x", ""])
def test_a_pin_opens_for_colleagues_who_set_one(client, people, who):
    share(client, people)
    give_pin(people.eko.user)
    give_pin(people.andi.user)
    if who == "left":
        with office_scope(people.office.pk):
            services.end_membership(membership=people.andi.membership, **TOLD)
    if who == "closed":
        services.deactivate_user(user=people.andi.user, **TOLD)
    someone = {"eko": people.eko, "budi": people.budi}.get(who, people.andi)
    person = str(someone.membership.pk) if len(who) > 1 else who
    answer = client.post("/masuk/pin/", {"person": person, "pin": PIN})
    assert answer.status_code == 422
    assert not is_in(client)


def test_five_wrong_pins_end_it_here_and_the_password_brings_it_back(client, people):
    share(client, people)
    give_pin(people.andi.user)
    for _ in range(5):
        answer = enter_by_pin(client, people.andi, "904817")
        assert answer.status_code == 422
        assert "PIN tidak cocok" in answer.text
        assert "904817" not in answer.text
    assert enter_by_pin(client, people.andi).status_code == 422
    assert "PIN mati" in client.get("/masuk/pin/").text
    enter(Client(), "andi")
    assert enter_by_pin(client, people.andi).url == DESK


@pytest.fixture
def at_the_counter(client, people):
    """Budi, an administrator, came in by PIN."""
    share(client, people)
    give_pin(people.budi.user)
    enter_by_pin(client, people.budi)
    return client


def test_a_pin_signs_nothing_until_the_password(at_the_counter, people):
    client = at_the_counter
    assert client.get(DESK).status_code == 200
    for address in ("/pengaturan/masuk/", "/akun/pin/", "/akun/pengaman/aplikasi/"):
        assert to_confirm(client.get(address)), address
    answer = client.post("/pengaturan/masuk/", {"required": "yes"})
    assert to_confirm(answer)
    people.office.refresh_from_db()
    assert not people.office.second_factor_required
    assert confirm(client, "salah-salah-salah").status_code == 200
    assert to_confirm(client.get("/pengaturan/masuk/"))
    assert confirm(client, next="/pengaturan/masuk/").url == "/pengaturan/masuk/"
    assert client.get("/pengaturan/masuk/").status_code == 200
    assert client.get(DESK).wsgi_request.actor.by_pin is False


def test_a_pin_session_ends_when_nobody_uses_it(at_the_counter, people, monkeypatch):
    client, now = at_the_counter, timezone.now()

    def at(minutes):
        moment = now + timedelta(minutes=minutes)
        monkeypatch.setattr("kelola.office.doors.timezone.now", lambda: moment)
        return client.get(DESK)

    for minutes in (10, 20, 34):
        assert at(minutes).status_code == 200
    assert at(50).url == "/masuk/pin/"
    assert not is_in(client)
    assert "Layar dikunci" in client.get("/masuk/pin/").text
    enter(client, "budi")
    assert at(200).status_code == 200  # a password's session has twelve hours


def test_switching_leaves_nothing_of_the_one_before(at_the_counter, people):
    client = at_the_counter
    give_pin(people.andi.user)
    before = client.cookies["kelola_session"].value
    confirm(client)
    client.session["probe"] = 1
    enter_by_pin(client, people.andi)
    assert client.get(DESK).wsgi_request.actor.person == people.andi.person
    assert client.get(DESK).wsgi_request.actor.by_pin
    thief = Client()
    thief.cookies["kelola_session"] = before
    assert thief.get(DESK).status_code == 302


def test_a_pin_is_set_changed_and_removed(client, people):
    enter(client, "andi")
    confirm(client)
    for form in ({"pin": PIN, "again": "482616"}, {"pin": "111111", "again": "111111"}, {}):
        assert client.post("/akun/pin/", form).status_code == (422 if form else 200)
    assert not Pin.objects.exists()
    assert client.post("/akun/pin/", {"pin": PIN, "again": PIN}).url == "/akun/"
    assert "Terpasang" in client.get("/akun/").text
    assert client.post("/akun/pin/", {"remove": "1"}).url == "/akun/"
    assert not Pin.objects.exists()


def test_a_pin_finishes_no_step_and_cancels_no_run(client, desk):
    people = desk.people
    share(client, people)
    give_pin(people.andi.user)
    give_pin(people.budi.user)
    run = desk.open("B", "Printer PTSP macet")
    step = desk.step(run, "B1")
    enter_by_pin(client, people.andi)
    form = {"outcome": "done", "revision": "0", "remarks": "sudah saya tulis panjang"}
    before = Entry.objects.count()
    answer = client.post(f"/langkah/{step.pk}/selesaikan/", form)
    assert answer.status_code == 409
    assert "Anda masuk dengan PIN" in answer.text
    assert "sudah saya tulis panjang" in answer.text
    assert Entry.objects.count() == before
    assert client.post(f"/langkah/{step.pk}/kerjakan/").status_code == 302  # preparing is allowed
    enter_by_pin(client, people.budi)
    assert to_confirm(client.post(f"/alur/{run.pk}/batalkan/", {"reason": "Salah buka"}))
    run.refresh_from_db()
    assert run.state == "open"
    confirm(client)
    assert client.post(f"/alur/{run.pk}/batalkan/", {"reason": "Salah buka"}).status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"
