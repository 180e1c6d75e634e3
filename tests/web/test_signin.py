"""Signing in and out, and who a request acts for."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import URLResolver, get_resolver, path
from django.urls.resolvers import RegexPattern

from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.http import policy_table
from kelola.office.policies import public
from kelola.office.scope import office_scope
from tests.doors import enter, is_in
from tests.people import PASSWORD, TOLD, make_people

pytestmark = pytest.mark.django_db
MISMATCH = "Nama pengguna atau sandi tidak cocok. Setelah 5 kali, tunggu 15 menit."
DESK = "/meja-kerja/"
WAIT = "Terlalu banyak percobaan"


@pytest.fixture
def people():
    return make_people()


def test_the_first_address_leads_to_sign_in(client, people):
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [("/masuk/?next=/", 302)]
    assert answer.status_code == 200
    assert "Masuk" in answer.text


def test_signing_in_leads_to_the_desk_with_a_new_session(client, people):
    client.get("/masuk/")
    client.session["probe"] = 1
    client.session.save()
    before = client.session.session_key
    answer = enter(client, "andi")
    assert answer.status_code == 302
    assert answer.url == DESK
    assert is_in(client)
    assert client.session.session_key != before
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize("login", ["ANDI", " andi ", "Andi"])
def test_a_name_may_be_spelled_as_phones_do(client, people, login):
    assert enter(client, login).status_code == 302


def test_a_composed_letter_is_the_same_name(client):
    services.create_user(login="ándi", password=PASSWORD, **TOLD)
    assert enter(client, "A\u0301NDI").status_code == 302


@pytest.mark.parametrize("login", ["andi", "siapa-saja", "<script>", "a" * 300, "andi\u202e"])
def test_a_wrong_pair_tells_nothing_about_the_name(client, people, login):
    answer = enter(client, login, "salah-sekali-ini")
    assert answer.status_code == 200
    assert not is_in(client)
    if len(login) <= 60:
        assert MISMATCH in answer.text
    assert "<script>" not in answer.text


def test_an_unknown_name_costs_a_hash_as_well(client, people, monkeypatch):
    spent = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: spent.append(1) or encode(*a, **k)
    )
    enter(client, "andi", "salah-sekali-ini")
    known = len(spent)
    enter(client, "siapa-saja", "salah-sekali-ini")
    assert known >= 1
    assert len(spent) == 2 * known


def test_the_sixth_try_waits_even_with_the_right_password(people, monkeypatch):
    for number in range(5):
        # Neither another browser, nor another spelling, nor another name of the host helps.
        host = ("127.0.0.1", "localhost")[number % 2]
        answer = enter(Client(headers={"host": host}), ("andi", "ANDI ")[number % 2], "salah")
        assert MISMATCH in answer.text
    late = Client()
    answer = enter(late, "andi")
    assert WAIT in answer.text
    assert not is_in(late)
    # The others are not made to wait.
    assert enter(Client(), "budi").status_code == 302
    now = time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 14 * 60)
    assert WAIT in enter(late, "andi").text
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 15 * 60 + 1)
    assert enter(late, "andi").status_code == 302


def test_a_spray_of_names_wipes_nobody_s_count(people):
    for _ in range(5):
        enter(Client(), "andi", "salah-salah-salah")
    cache.set_many({f"nama-{n}": n for n in range(400)})
    assert WAIT in enter(Client(), "andi").text


def test_the_right_password_does_not_wipe_the_count(people):
    for _ in range(4):
        enter(Client(), "andi", "salah")
    assert enter(Client(), "andi").status_code == 302
    enter(Client(), "andi", "salah")
    assert WAIT in enter(Client(), "andi").text


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/akun/sandi/", "/akun/sandi/"),
        ("https://jahat.example/", DESK),
        ("//jahat.example/", DESK),
        ("/\\jahat.example", DESK),
        ("javascript:alert(1)", DESK),
        ("http://testserver/akun/sandi/", "http://testserver/akun/sandi/"),
        ("http://localhost/akun/sandi/", DESK),
        ("http://testserver:8080/akun/sandi/", DESK),
    ],
)
def test_sign_in_leads_only_to_our_own_pages(client, people, wanted, reached, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    answer = enter(client, "andi", next=wanted)
    assert (answer.status_code, answer.url) == (302, reached)


def test_a_wrong_try_does_not_forget_where_one_was_going(client, people):
    answer = enter(client, "andi", "salah", next="/akun/sandi/")
    assert '<input type="hidden" name="next" value="/akun/sandi/">' in answer.text
    assert "Belum dapat masuk" in answer.text


def test_signing_out_takes_a_post_and_ends_the_session(client, people):
    enter(client, "andi")
    key = client.session.session_key
    assert client.get("/keluar/").status_code == 405
    assert is_in(client)
    answer = client.post("/keluar/")
    assert (answer.status_code, answer.url) == (302, "/masuk/")
    stale = Client()
    stale.cookies["kelola_session"] = key
    assert stale.get(DESK).status_code == 302


def test_nobody_signs_up(client):
    for address in ("/accounts/signup/", "/daftar/", "/masuk/daftar/", "/admin/"):
        assert client.get(address).status_code == 404


def test_forms_need_their_proof_of_origin(people):
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict, "andi").status_code == 403
    assert not is_in(strict)


def test_a_closed_account_is_out_at_the_next_request(client, people):
    enter(client, "andi")
    services.deactivate_user(user=people.andi.user, **TOLD)
    assert client.get(DESK).url == f"/masuk/?next={DESK}"
    assert not is_in(client)
    answer = enter(client, "andi")
    assert answer.url == "/akun/ditutup/"
    assert not is_in(client)
    assert "ditutup" in client.get("/akun/ditutup/").text


def test_ended_access_is_out_at_the_next_request(client, people):
    enter(client, "andi")
    assert client.get(DESK).status_code == 200
    with office_scope(people.office.pk):
        services.end_membership(membership=people.andi.membership, **TOLD)
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [("/masuk/", 302)]
    assert not is_in(client)
    assert "Akses Anda ke kantor ini sudah berakhir." in answer.text


def test_somebody_without_an_office_is_told_so(client, people):
    enter(client, "fajar")
    answer = client.get("/")
    assert answer.status_code == 403
    assert "belum terdaftar di kantor mana pun" in answer.text


def test_a_new_password_ends_the_other_sessions(client, people):
    other = Client()
    enter(other, "andi")
    enter(client, "andi")
    new = "sembilan-gajah-abu"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    for change in ({"oldpassword": "salah"}, {"password2": "lain"}, {"password1": "a"}):
        assert client.post("/akun/sandi/", {**form, **change}).status_code == 200
    assert not Entry.objects.filter(verb="office.user.password_changed").exists()
    assert client.post("/akun/sandi/", form).status_code == 302
    told = Entry.objects.get(verb="office.user.password_changed")
    assert told.by == str(people.andi.user.pk)
    assert client.get(DESK).status_code == 200
    assert other.get(DESK).url == f"/masuk/?next={DESK}"
    assert enter(Client(), "andi", new).status_code == 302


def test_the_account_pages_open(client, people):
    enter(client, "andi")
    for address in ("/akun/sandi/", "/masuk/konfirmasi/"):
        assert client.get(address).status_code == 200
    wrong = client.post("/masuk/konfirmasi/", {"password": "salah"})
    assert "Sandi tidak cocok." in wrong.text


def test_pages_are_not_kept_and_run_no_foreign_code(client, people):
    for answer in (client.get("/masuk/"), enter(client, "andi"), client.get(DESK)):
        assert "no-store" in answer["Cache-Control"]
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
    cookie = client.cookies["kelola_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_indonesian_unless_the_browser_chose_in_kelola():
    assert "Masuk" in Client(headers={"accept-language": "en"}).get("/masuk/").text
    chosen = Client()
    chosen.cookies["kelola_language"] = "en"
    assert "Sign in" in chosen.get("/masuk/").text
    chosen.cookies["kelola_language"] = "xx"
    assert "Masuk" in chosen.get("/masuk/").text


def test_a_request_costs_the_same_for_one_post_or_thirty(client, people, django_assert_num_queries):
    client.force_login(people.jamil.user)
    client.get("/akun/sandi/")
    with django_assert_num_queries(4):  # session, user, memberships, posts
        client.get("/akun/sandi/")
    with office_scope(people.office.pk):
        for post in people.court.posts.values():
            services.appoint(
                post=post,
                person=people.jamil.person,
                decree_number="4/2026",
                decree_on=TOLD["at"].date(),
                valid_from=TOLD["at"].date(),
                **TOLD,
            )
    with django_assert_num_queries(4):
        client.get("/akun/sandi/")


@pytest.fixture
def budi_in_both(people, client):
    people.other.join("budi", "Budi Santoso")
    client.force_login(people.budi.user)
    client.get("/")
    return client


def test_switching_the_office(budi_in_both, people):
    first = budi_in_both.session["office"]
    assert first == str(people.office.pk)  # the first by name
    answer = budi_in_both.post("/kantor/ganti/", {"office": str(people.other.office.pk)})
    assert (answer.status_code, answer.url) == (302, DESK)
    assert budi_in_both.session["office"] == str(people.other.office.pk)
    assert budi_in_both.get("/kantor/ganti/").status_code == 405


def test_a_form_counts_for_the_office_it_was_drawn_for(budi_in_both, people):
    answer = budi_in_both.post(
        "/masuk/konfirmasi/", {"office": str(people.other.office.pk), "password": "salah"}
    )
    assert answer.wsgi_request.actor.office == people.other.office
    assert budi_in_both.session["office"] == str(people.office.pk)


@pytest.mark.parametrize("office", ["", "x", "00000000-0000-7000-8000-000000000000", "eko"])
def test_a_form_of_an_office_that_is_not_ones_own(client, people, office):
    client.force_login(people.andi.user)
    client.get("/")
    wanted = str(people.other.office.pk) if office == "eko" else office
    assert client.post("/kantor/ganti/", {"office": wanted}).status_code == 404
    assert client.session["office"] == str(people.office.pk)


def test_htmx_is_sent_to_sign_in_as_a_whole_page(client, people):
    answer = client.get("/", headers={"hx-request": "true"})
    assert answer["HX-Redirect"] == "/masuk/"
    assert client.post("/kantor/ganti/").url == "/masuk/"


def _view(request):
    raise AssertionError("must not run")


class Addresses:
    """A URLconf made for a test."""

    def __init__(self, names, policies):
        self.urlpatterns = [path(f"{i}/", _view, name=n) for i, n in enumerate(names)]
        self.POLICIES = policies


@pytest.mark.parametrize(
    ("names", "policies", "complaint"),
    [
        (["open"], {}, "without a policy: open"),
        (["open"], {"open": public, "gone": public}, "without an address: gone"),
        ([None], {}, "needs a name"),
    ],
)
def test_an_address_without_a_policy_does_not_start(names, policies, complaint):
    resolver = URLResolver(RegexPattern(r"^/"), Addresses(names, policies))
    with pytest.raises(ImproperlyConfigured, match=complaint):
        policy_table(resolver)


def test_the_product_has_a_policy_for_every_address():
    table = policy_table(get_resolver())
    assert table["account_login"] is public
    assert len(table) > 8
