"""What every answer tells the browser, whichever address gave it, and what passwords may be."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from kelola.jobs.door.lines import USER
from kelola.office import services
from kelola.office.models import SessionRow
from kelola.office.services.checks import Invalid
from tests.doors import confirm, enter
from tests.people import PASSWORD, TOLD, make_people, sign_in
from tests.web.targets import ARGUMENTS, Scene
from tests.web.test_matrix import addresses

NOT_THERE = "/tidak-ada-di-sini/"
# The service worker, which the browser asks for again and again; the same for everybody.
KNOWS_NOBODY = {"/pekerja/"}


@pytest.fixture
def scene(db: None) -> Scene:
    made = Scene()
    own = made.sides["own"]
    _ = own.document, own.waiting_step, own.paused_step, own.saved_view
    return made


def places(scene: Scene) -> list[str]:
    """Return every address of the product, with objects of one's own, and some that are not."""
    found = []
    for name, has_arguments in addresses(get_resolver()):
        arguments = ARGUMENTS[name](scene.sides["own"]) if has_arguments else {}
        found.append(reverse(name, kwargs=arguments))
    return [*found, NOT_THERE, "/api/v1/tidak-ada", "/static/tidak-ada.css"]


def test_every_answer_carries_the_rules_of_the_house(scene: Scene) -> None:
    client = Client()
    sign_in(client, scene.people.budi.user)
    for place in places(scene):
        answer = client.get(place)
        told = answer.headers
        where = (place, answer.status_code)
        if answer.streaming:
            b"".join(answer)
        policy = told["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, where
        closed = policy.startswith("default-src 'none'")
        assert closed or "object-src 'none'; base-uri 'none'" in policy, where
        assert closed or "unsafe" not in policy, where
        assert told["X-Content-Type-Options"] == "nosniff", where
        assert told["Referrer-Policy"] == "same-origin", where
        assert "Access-Control-Allow-Origin" not in told, where
        if "static" not in place:
            kept = "no-cache" if place in KNOWS_NOBODY else "no-store"
            assert kept in told["Cache-Control"], where
        if answer.streaming or answer.content:
            kind = told["Content-Type"]
            assert not re.match(r"text/|.*[+/]xml\b|.*javascript", kind) or "charset" in kind, where


def test_methods_that_nobody_needs_are_refused(scene: Scene) -> None:
    client = Client()
    sign_in(client, scene.people.budi.user)
    for place in places(scene):
        for method in ("TRACE", "TRACK", "DEBUG", "PROPFIND"):
            answer = client.generic(method, place)
            assert answer.status_code in {302, 401, 403, 404, 405}, (method, place)
            assert "kelola_session" not in answer.text, (method, place)


def test_no_folder_and_no_file_of_the_source_is_served(db: None) -> None:
    for place in ("/static/", "/static/ui/", "/.git/HEAD", "/static/../settings.py",
                  "/static/%2e%2e/%2e%2e/config/settings.py", "/var/secret", "/kelola.sqlite3",
                  "/static/ui/.git/config", "/berkas/"):  # fmt: skip
        answer = Client().get(place)
        assert answer.status_code in {302, 404}, place
        assert "SECRET" not in answer.text, place
        assert answer.url.startswith("/masuk/") if answer.status_code == 302 else True


def test_cookies_are_small_and_out_of_reach_of_scripts(client: Client, db: None) -> None:
    make_people()
    enter(client, "andi")
    client.post("/tampilan/", {"theme": "dark"})
    client.post("/bahasa/", {"language": "en"})
    assert {"kelola_session", "kelola_csrf", "kelola_known"} <= set(client.cookies)
    for name, morsel in client.cookies.items():
        assert len(name) + len(morsel.value) < 4096, name
        if name not in {"kelola_language", "kelola_theme"}:  # those hold a choice, no secret
            assert morsel["httponly"], name
        assert morsel["samesite"] in {"Lax", "Strict"} or name == "kelola_language", name
        assert not morsel["domain"], name


def test_keys_of_sessions_come_by_chance_and_are_long(db: None) -> None:
    people = make_people()
    keys = set()
    for _ in range(20):
        client = Client()
        sign_in(client, people.andi.user)
        keys.add(client.cookies["kelola_session"].value)
    assert len(keys) == 20
    assert all(re.fullmatch(r"[0-9a-z]{32}", key) for key in keys)  # 165 bits of chance
    assert SessionRow.objects.filter(user=people.andi.user).count() == 20


def test_a_session_ends_a_working_day_after_signing_in_however_it_is_used(db: None) -> None:
    people = make_people()
    client = Client()
    enter(client, "andi")
    row = SessionRow.objects.get(user=people.andi.user)
    assert row.expire_date - row.signed_in_at == timedelta(hours=12)
    session = client.session
    session["entry"]["at"] = (timezone.now() - timedelta(hours=11, minutes=59)).isoformat()
    session["touched"] = True
    session.save()
    row.refresh_from_db()
    assert row.expire_date - timezone.now() < timedelta(minutes=1)
    assert client.get("/meja-kerja/").status_code == 200
    session["entry"]["at"] = (timezone.now() - timedelta(hours=12, seconds=1)).isoformat()
    session.save()
    assert client.get("/meja-kerja/").url == "/masuk/?next=/meja-kerja/"


def test_confirming_gives_a_new_key_and_the_old_one_is_dead(db: None) -> None:
    people = make_people()
    client, thief = Client(), Client()
    enter(client, "andi")
    before = client.cookies["kelola_session"].value
    confirm(client, "salah-sekali-ini")
    assert client.cookies["kelola_session"].value == before
    confirm(client)
    assert client.cookies["kelola_session"].value != before
    assert client.get("/meja-kerja/").status_code == 200
    thief.cookies["kelola_session"] = before
    assert thief.get("/meja-kerja/").status_code == 302
    row = SessionRow.objects.get(user=people.andi.user)
    assert (row.entry, row.signed_in_at is None) == ("password", False)


def test_a_wrong_password_is_noted_by_id_alone(db: None, caplog: pytest.LogCaptureFixture) -> None:
    people = make_people()
    for login in ("andi", "siapa-saja"):
        enter(Client(REMOTE_ADDR="192.0.2.7"), login, "salah-sekali-ini")
    said = [r.getMessage() for r in caplog.records if r.name == "kelola.office.adapter"]
    assert said == [
        f"a wrong password: user {people.andi.user.pk}, from 192.0.2.7",
        "a wrong password: user None, from 192.0.2.7",
    ]


def test_the_log_learns_whose_request_it_was(db: None) -> None:
    people = make_people()
    client = Client()
    assert USER not in client.get("/masuk/").wsgi_request.META
    sign_in(client, people.andi.user)
    refused = client.get("/riwayat/")
    assert refused.status_code == 403
    assert refused.wsgi_request.META[USER] == str(people.andi.user.pk)


# Passwords


def test_fields_of_passwords_are_covered_and_known_to_managers(client: Client, db: None) -> None:
    people = make_people()
    pages = [client.get("/masuk/").text]
    sign_in(client, people.andi.user)
    pages += [client.get(place).text for place in ("/akun/sandi/", "/masuk/konfirmasi/")]
    fields = [f for page in pages for f in re.findall(r"<input[^>]*password[^>]*>", page)]
    assert len(fields) == 5
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert "maxlength" not in field
        assert "onpaste" not in field
        assert "readonly" not in field


@pytest.mark.parametrize(
    "password",
    [
        "sembilan gajah abu di tepi sungai yang lebar sekali dan tenang airnya pada pagi hari",
        "  spasi di kedua ujung  ",
        "HURUF BESAR SEMUA",
        "tanpa huruf besar",
        "جملة سر طويلة جدا",
        "a" * 7 + "kuda" + "é" * 200,
    ],
)
def test_a_password_of_any_letters_is_taken_as_it_was_typed(db: None, password: str) -> None:
    make_people()
    own = Client()
    enter(own, "andi")
    new = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert own.post("/akun/sandi/", new).status_code == 302
    for other in (password.strip(), password.swapcase(), password[:-1], password + " "):
        if other != password:
            assert enter(Client(), "andi", other).status_code == 200, other
    assert enter(Client(), "andi", password).status_code == 302


def test_eleven_characters_are_too_few(db: None) -> None:
    with pytest.raises(Invalid):
        services.create_user(login="baru", password="gajah-abu-9"[:11], **TOLD)
    services.create_user(login="baru", password="gajah-abu-99", **TOLD)
