"""The pages of news and letters."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from kelola.ledger.followers import catch_up
from kelola.notify import queries
from kelola.notify.models import Address, Message, News, Preference
from kelola.office.scope import office_scope
from tests.mail_server import mail_server
from tests.people import sign_in

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.runs import Desk

pytestmark = pytest.mark.django_db

LIST, WISHES = "/kabar/", "/akun/kabar/"
GOOD = {
    "pace": "at_once", "hour": "8", "quiet_from": "20:00", "quiet_until": "06:00",
    "notify_mail": "budi@contoh.go.id", "notify_mail_on": "on",
}  # fmt: skip


@pytest.fixture
def reader(desk: Desk, client: Client) -> Client:
    """Give the Kasubag's browser, with one piece of news."""
    desk.finish(desk.finish(desk.open("B", "Printer PTSP macet"), "B1"), "B2")
    catch_up(at=desk.now)
    sign_in(client, desk.people.budi.user)
    return client


def test_news_is_listed_and_opened_and_then_read(reader, desk):
    page = reader.get(LIST).content.decode()
    assert "1 belum dibaca" in page
    assert "Printer PTSP macet" in page
    row = News.objects.get(person=desk.people.budi.person)
    answer = reader.get(reverse("news_open", args=[row.pk]))
    assert answer["Location"] == row.url
    row.refresh_from_db()
    assert row.read_at is not None
    assert "belum dibaca" not in reader.get(LIST).content.decode()


def test_the_desk_shows_what_is_unread(reader):
    assert "Giliran Anda" in reader.get("/meja-kerja/").content.decode()
    reader.post(reverse("news_read"))
    assert "Giliran Anda" not in reader.get("/meja-kerja/").content.decode()


def test_a_colleagues_news_is_not_there(desk, client):
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    catch_up(at=desk.now)
    sign_in(client, desk.people.andi.user)
    row = News.objects.get(person=desk.people.budi.person)
    assert client.get(reverse("news_open", args=[row.pk])).status_code == 404
    client.post(reverse("news_read"))
    row.refresh_from_db()
    assert row.read_at is None


def test_older_news_comes_page_by_page(reader, desk, monkeypatch):
    monkeypatch.setattr("kelola.notify.views.news.PAGE", 2)
    with office_scope(desk.people.office.pk):
        for n in range(4):
            desk.finish(desk.finish(desk.open("B", f"Permintaan {n}"), "B1"), "B2")
    catch_up(at=desk.now)
    rows = list(queries.news_of(desk.people.budi.person))
    seen, address = [], LIST
    for _page in range(3):
        answer = reader.get(address)
        seen += [line.id for line in answer.context["lines"]]
        address = f"{LIST}?sebelum={answer.context['after']}"
    assert seen == [row.pk for row in rows]
    assert reader.get(f"{LIST}?sebelum=bukan-kunci").status_code == 200


def test_wishes_are_kept_and_shown(reader, desk, settings):
    with mail_server(settings):
        assert reader.post(WISHES, GOOD)["Location"] == WISHES
        page = reader.get(WISHES).content.decode()
    assert "budi@contoh.go.id" in page
    row = Preference.objects.get(person=desk.people.budi.person)
    assert (row.quiet_from, row.quiet_until) == (time(20), time(6))
    assert Address.objects.get().is_on


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"notify_mail": "budi"}, "Tulis satu alamat surel"),
        ({"notify_mail": "a@b.id\r\nBcc: c@d.id"}, "Tulis satu alamat surel"),
        ({"notify_mail": ""}, "Tulis alamatnya, atau hapus tandanya."),
        ({"quiet_until": ""}, "Isi kedua jamnya, atau kosongkan keduanya."),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"hour": "24"}, "hour"),
        ({"pace": "kapan saja"}, "pace"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(reader, settings, change, said):
    with mail_server(settings):
        answer = reader.post(WISHES, GOOD | change)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert change.get("notify_mail", GOOD["notify_mail"]).split("\r")[0] in page
    assert not Preference.objects.exists()
    assert not Address.objects.exists()


def test_without_a_mail_server_nobody_is_asked_for_an_address(reader):
    page = reader.get(WISHES).content.decode()
    assert "notify_mail" not in page
    assert "Admin menyiapkan server surel" in page
    assert "Belum disiapkan" in reader.get("/pengaturan/surat/").content.decode()


def test_a_test_letter_is_sent_and_says_what_went_wrong(reader, settings):
    with mail_server(settings) as box:
        reader.post(WISHES, GOOD)
        sent = reader.post(reverse("news_test"), {"channel": "notify.mail"}, follow=True)
        assert "Surat uji sudah dikirim." in sent.content.decode()
        box.answer = lambda _to: "550 no such user"
        refused = reader.post(reverse("news_test"), {"channel": "notify.mail"}, follow=True)
        assert "Server surel tidak mengenal alamat ini." in refused.content.decode()
    assert len(box.mails) == 1
    other = reader.post(reverse("news_test"), {"channel": "notify.lain"}, follow=True)
    assert "Simpan dahulu alamatnya" in other.content.decode()


def test_what_did_not_leave_is_shown_to_the_administrator(reader, desk, settings: SettingsWrapper):
    with mail_server(settings):
        reader.post(WISHES, GOOD)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    catch_up(at=desk.now)
    Message.objects.update(attempts=2, error="Server surel tidak menjawab.")
    page = reader.get("/pengaturan/surat/").content.decode()
    assert "Server surel tidak menjawab." in page
    assert "dicoba 2 kali" in page
