"""Second factors, devices and PINs as their owners and administrators meet them."""

from __future__ import annotations

import html
import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.models import Pin, SecondFactorReset, SessionRow, SharedDevice
from kelola.office.scope import office_scope
from tests.doors import PIN, code_of, confirm, enter, give_pin, give_totp, is_in, share, to_confirm
from tests.people import TOLD, make_people

pytestmark = pytest.mark.django_db
DESK = "/meja-kerja/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1"


@pytest.fixture
def people():
    return make_people()


# The app with codes


def set_up(client):
    page = client.get("/akun/pengaman/aplikasi/").text
    assert 'src="data:image/svg+xml;base64,' in page
    sealed = re.search(r'name="secret" value="([^"]+)"', page)[1]
    secret = re.search(r'<p class="secret">(\w+)</p>', page)[1]
    return html.unescape(sealed), secret


def test_an_app_is_set_up_and_then_asked_for(client, people):
    enter(client, "andi")
    assert to_confirm(client.get("/akun/pengaman/aplikasi/"))
    confirm(client)
    sealed, secret = set_up(client)
    wrong = client.post("/akun/pengaman/aplikasi/", {"secret": sealed, "code": "000000"})
    assert wrong.status_code == 422
    assert "Kode ini tidak cocok" in wrong.text
    assert secret in wrong.text  # the same picture: the app needs no second scan
    assert not Authenticator.objects.exists()
    done = client.post("/akun/pengaman/aplikasi/", {"secret": sealed, "code": code_of(secret)})
    codes = re.findall(r"<li>(\d{4} \d{4})</li>", done.text)
    assert len(codes) == 10
    assert codes[0] not in client.get("/akun/pengaman/").text
    later = Client()
    assert enter(later, "andi").url == "/masuk/kode/"
    assert not is_in(later)
    assert later.get(DESK).status_code == 302
    assert later.post("/masuk/kode/", {"code": codes[3]}).url == DESK
    assert is_in(later)
    entry = Entry.objects.filter(verb="office.user.signed_in").order_by("seq").last()
    assert entry.data == {"entry": "password"}
    assert entry.by == str(people.andi.user.pk)


def test_the_offered_secret_belongs_to_one_account(client, people):
    other = Client()
    for one, login in ((client, "andi"), (other, "budi")):
        enter(one, login)
        confirm(one)
    sealed, secret = set_up(client)
    for stolen in (sealed, "x", sealed[:-3] + "abc"):
        form = {"secret": stolen, "code": code_of(secret)}
        assert other.post("/akun/pengaman/aplikasi/", form).status_code == 422
    assert not Authenticator.objects.exists()


def test_a_code_signs_in_once(people):
    secret, _codes = give_totp(people.andi.user)
    first, second = Client(), Client()
    code = code_of(secret)
    enter(first, "andi", next="/akun/")
    enter(second, "andi")
    assert first.post("/masuk/kode/", {"code": code}).url in {DESK, "/akun/"}
    assert "sudah dipakai" in second.post("/masuk/kode/", {"code": code}).text
    assert not is_in(second)


def test_a_half_signed_in_browser_opens_nothing(client, people):
    give_totp(people.andi.user)
    enter(client, "andi")
    for address in ("/akun/", "/akun/pengaman/aplikasi/", DESK, "/akun/sandi/"):
        assert client.get(address).url.startswith("/masuk/"), address
    assert client.post("/akun/pengaman/lepas/", {"factor": "1"}).url.startswith("/masuk/")
    assert client.post("/keluar/", {"next": "/masuk/"}).url == "/masuk/"
    assert client.get("/masuk/kode/").url == "/masuk/"


@pytest.mark.parametrize("factor", ["", "x", "0", "-1", "9" * 30, "٣"])
def test_only_ones_own_factors_are_removed(client, people, factor):
    give_totp(people.budi.user)
    enter(client, "andi")
    confirm(client)
    theirs = Authenticator.objects.get(type="totp").pk
    for key in (factor, str(theirs)):
        assert client.post("/akun/pengaman/lepas/", {"factor": key}).status_code == 404
        form = {"factor": key, "name": "x"}
        assert client.post("/akun/pengaman/kunci/nama/", form).status_code == 404
    assert Authenticator.objects.filter(type="totp").exists()


def test_recovery_codes_are_no_factor_to_remove(client, people):
    give_totp(people.andi.user)
    enter(client, "andi")
    client.post("/masuk/kode/", {"code": "0"})
    client.force_login(people.andi.user)
    confirm(client)
    codes = Authenticator.objects.get(type="recovery_codes").pk
    assert client.post("/akun/pengaman/lepas/", {"factor": codes}).status_code == 404


def test_an_act_on_factors_asks_for_the_password_and_does_nothing_before(client, people):
    give_totp(people.andi.user)
    client.force_login(people.andi.user)
    app = Authenticator.objects.get(type="totp").pk
    acts = {
        "/akun/pengaman/lepas/": {"factor": app},
        "/akun/pengaman/kode/": {},
        "/akun/pin/": {"pin": PIN, "again": PIN},
    }
    before = Entry.objects.count()
    for address, form in acts.items():
        assert to_confirm(client.post(address, form)), address
    assert Entry.objects.count() == before
    assert not Pin.objects.exists()
    answer = client.post("/akun/pin/", {}, headers={"referer": "http://testserver/akun/pin/"})
    assert answer.url == "/masuk/konfirmasi/?next=%2Fakun%2Fpin%2F"
    away = client.post("/akun/pin/", {}, headers={"referer": "https://jahat.example/x"})
    assert away.url == "/masuk/konfirmasi/?next=%2Fakun%2F"


def test_a_confirmation_ages(client, people, monkeypatch):
    enter(client, "andi")
    confirm(client)
    assert client.get("/akun/pin/").status_code == 200
    later = time.time() + 301
    monkeypatch.setattr("kelola.office.doors.time.time", lambda: later)
    assert to_confirm(client.get("/akun/pin/"))


def test_passkeys_need_a_name(client, people, settings):
    settings.ALLOWED_HOSTS = ["*"]
    enter(client, "andi")
    confirm(client)
    assert "passkey-options" in client.get("/akun/pengaman/kunci/").text
    for host in ("192.168.1.10:8000", "127.0.0.1", "[::1]:8000"):
        page = client.get("/akun/pengaman/kunci/", headers={"host": host}).text
        assert "Kunci sandi melekat pada nama alamat" in page, host
        assert "passkey-options" not in page


def test_no_page_writes_when_it_is_only_opened(client, people):
    share(client, people)
    give_pin(people.andi.user)
    enter(client, "budi")
    confirm(client)
    before = [model._base_manager.count() for model in (Authenticator, Pin, Entry)]
    pages = "/akun/ /akun/pengaman/ /akun/pengaman/aplikasi/ /akun/pengaman/kunci/ /akun/pin/"
    for address in [*pages.split(), "/pengaturan/masuk/", "/masuk/pin/"]:
        assert client.get(address).status_code == 200, address
    assert [model._base_manager.count() for model in (Authenticator, Pin, Entry)] == before


# Devices


def test_devices_are_listed_and_ended(client, people):
    andi = people.andi.user
    phone = Client(headers={"user-agent": PHONE}, REMOTE_ADDR="192.0.2.5")
    desk = Client(headers={"user-agent": WINDOWS})
    enter(phone, "andi")
    enter(desk, "andi")
    page = desk.get("/akun/").text
    for words in ("Chrome di Windows", "Safari di iPhone", "192.0.2.5", "perangkat ini"):
        assert words in page, words
    row = SessionRow.objects.get(user=andi, address="192.0.2.5")
    answer = desk.post("/akun/perangkat/keluarkan/", {"session": row.pk}, follow=True)
    assert "1 perangkat dikeluarkan." in answer.text
    assert phone.get(DESK).status_code == 302
    assert "Keluarkan semua" not in answer.text
    own = SessionRow.objects.get(user=andi)
    desk.post("/akun/perangkat/keluarkan/", {"session": own.pk})
    assert desk.get(DESK).status_code == 200  # this one is left by the door


def test_use_is_written_down_once_in_five_minutes(client, people, monkeypatch):
    enter(client, "andi")
    now = timezone.now()
    row = SessionRow.objects.get(user=people.andi.user)
    seen = row.seen_at
    for minutes, moved in ((4, False), (6, True), (7, False), (12, True)):
        at = now + timedelta(minutes=minutes)
        monkeypatch.setattr("kelola.office.doors.timezone.now", lambda at=at: at)
        client.get("/akun/sandi/")
        row.refresh_from_db()
        assert (row.seen_at != seen) is moved, minutes
        seen = row.seen_at


@pytest.mark.parametrize("agent", ["", "x" * 5000, "\x1b[31m\u202eevil\u0000", "<script>alert(1)"])
def test_an_odd_device_is_shown_as_unknown(people, agent):
    client = Client(headers={"user-agent": agent})
    enter(client, "andi")
    page = client.get("/akun/").text
    assert "Perangkat tidak dikenal" in page
    assert "<script>alert" not in page
    assert len(SessionRow.objects.get(user=people.andi.user).agent) <= 300


def test_the_account_costs_the_same_for_one_device_or_thirty(
    client, people, django_assert_num_queries
):
    enter(client, "andi")
    client.get("/akun/")
    with django_assert_num_queries(9):
        client.get("/akun/")
    for _ in range(29):
        enter(Client(), "andi")
    with django_assert_num_queries(9):
        page = client.get("/akun/").text
    assert page.count('name="session"') == 29


def test_somebody_without_an_office_has_an_account_all_the_same(client, people):
    enter(client, "fajar")
    page = client.get("/akun/")
    assert page.status_code == 200
    assert "fajar" in page.text
    assert client.get("/akun/pengaman/").status_code == 200


# A second factor for administrators


def test_administrators_are_led_to_set_one_up_and_nobody_is_locked_out(client, people):
    enter(client, "budi")
    confirm(client)
    client.post("/pengaturan/masuk/", {"required": "yes"})
    assert Entry.objects.filter(verb="office.second_factor.required").count() == 1
    for address in (DESK, "/alur/", "/pengaturan/masuk/"):
        assert client.get(address).url == "/akun/pengaman/", address
    assert client.get(DESK, headers={"hx-request": "true"})["HX-Redirect"] == "/akun/pengaman/"
    page = client.get("/akun/pengaman/")
    assert "Kantor Anda mewajibkan pengaman kedua" in page.text
    for address in ("/akun/", "/akun/sandi/", "/akun/pengaman/aplikasi/"):
        assert client.get(address).status_code == 200, address
    sealed, secret = set_up(client)
    client.post("/akun/pengaman/aplikasi/", {"secret": sealed, "code": code_of(secret)})
    assert client.get(DESK).status_code == 200
    # Whoever is no administrator is asked for nothing.
    andi = Client()
    enter(andi, "andi")
    assert andi.get(DESK).status_code == 200
    app = Authenticator.objects.get(type="totp").pk
    client.post("/akun/pengaman/lepas/", {"factor": app})
    assert client.get(DESK).url == "/akun/pengaman/"


def test_the_requirement_is_written_by_the_administrators_alone(client, people):
    enter(client, "andi")
    confirm(client)
    for address in (
        "/pengaturan/masuk/",
        "/pengaturan/masuk/pc-bersama/",
        "/pengaturan/masuk/pc-bersama/cabut/",
        "/pengaturan/masuk/pengaman/",
        "/pengaturan/masuk/pengaman/putuskan/",
    ):
        assert client.post(address, {"required": "yes", "name": "x"}).status_code == 403
    people.office.refresh_from_db()
    assert not people.office.second_factor_required


def test_two_administrators_free_a_colleague(people):
    give_totp(people.andi.user)
    people.cut.membership.is_admin = True
    with office_scope(people.office.pk):
        people.cut.membership.save()
    budi, cut = Client(), Client()
    for one, login in ((budi, "budi"), (cut, "cut")):
        enter(one, login)
        confirm(one)
    member = {"member": str(people.andi.membership.pk)}
    page = budi.post("/pengaturan/masuk/pengaman/", member, follow=True)
    assert "Sudah diminta." in page.text
    assert "Administrator lain yang menyetujui." in page.text
    with office_scope(people.office.pk):
        reset = str(SecondFactorReset.objects.get().pk)
    act = {"reset": reset, "act": "confirm"}
    page = budi.post("/pengaturan/masuk/pengaman/putuskan/", act, follow=True)
    assert "Anda sendiri yang meminta" in page.text
    assert Authenticator.objects.exists()
    page = cut.post("/pengaturan/masuk/pengaman/putuskan/", act, follow=True)
    assert "Pengaman kedua dilepas" in page.text
    assert not Authenticator.objects.exists()
    assert enter(Client(), "andi").url == DESK


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/pengaturan/masuk/pengaman/", "member"),
        ("/pengaturan/masuk/pengaman/putuskan/", "reset"),
        ("/pengaturan/masuk/pc-bersama/cabut/", "device"),
    ],
)
def test_objects_of_another_office_do_not_exist(client, people, address, field):
    give_totp(people.eko.user)
    with office_scope(people.other.office.pk):
        told = {"by": people.eko.id, "at": TOLD["at"]}
        device, _secret = services.mark_device(office=people.other.office.pk, name="Sana", **told)
        people.eko.membership.is_admin = True
        people.eko.membership.save()
        ina = people.other.join("ina", "Ina")
        give_totp(ina.user)
        reset = services.ask_reset(
            membership=ina.membership, by=people.eko.person, at=timezone.now()
        )
    theirs = {"member": people.eko.membership.pk, "reset": reset.pk, "device": device.pk}
    enter(client, "budi")
    confirm(client)
    for value in (theirs[field], "x", "", "00000000-0000-7000-8000-000000000000"):
        assert client.post(address, {field: str(value)}).status_code == 404
    with office_scope(people.other.office.pk):
        assert SecondFactorReset.objects.get().state == "asked"
        assert SharedDevice.objects.get().revoked_at is None
