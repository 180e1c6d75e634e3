"""What a month brings, on a page and for the calendar of a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from kelola.ledger.models import Entry
from kelola.office import services as office
from kelola.sop import services
from kelola.sop.models import Feed, Step
from tests.doors import confirm
from tests.people import TOLD, sign_in

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db

PAGE, CHANGE, FEED = "/agenda/", "/agenda/alamat/", "/agenda/umpan/"


def subscribed(desk: Desk) -> str:
    """Make the operator's feed; return its address."""
    key = services.make_feed(membership=desk.people.andi.membership, **TOLD)
    return f"{FEED}?kunci={key}"


def current(desk: Desk) -> Desk:
    """Let what is done be done now, for the feed reads the clock of the machine."""
    desk.now = timezone.now()
    return desk


def test_the_month_shows_days_off_rounds_and_ones_own_dues(desk, client):
    run = desk.open("B", "Printer PTSP macet")
    sign_in(client, desk.people.andi.user)
    page = client.get(f"{PAGE}?bulan=2026-11").content.decode()
    assert "Agenda November 2026" in page
    assert f"({run.number})" in page
    assert "Hari terakhir: " in page
    december = client.get(f"{PAGE}?bulan=2026-12").content.decode()
    assert "Libur: " in december
    assert run.number not in december
    assert client.get(f"{PAGE}?bulan=entah").status_code == 200


def test_a_phone_reads_the_dues_of_its_owner_and_no_word_of_people(desk):
    run = current(desk).open("B", "Printer PTSP macet")
    step = desk.step(run, "B1")
    answer = Client().get(subscribed(desk))
    assert answer["Content-Type"].startswith("text/calendar")
    found = {str(e["uid"]): e for e in Calendar.from_ical(answer.content).walk("VEVENT")}
    entry = found[f"{step.pk}@kelola"]
    assert entry["dtend"].dt == step.due_at.replace(microsecond=0)
    assert run.number in str(entry["summary"])
    assert b"Printer PTSP" not in answer.content
    assert any(uid.startswith("C2-C7.") for uid in found)


def test_a_colleagues_dues_are_not_in_it(desk):
    run = current(desk).open("B")
    desk.finish(desk.finish(run, "B1"), "B2")
    answer = Client().get(subscribed(desk))
    assert str(Step.objects.get(run=run, activity="B3").pk).encode() not in answer.content


def test_what_did_not_change_is_not_sent_again(desk):
    current(desk).open("B")
    address = subscribed(desk)
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_new_address_ends_the_old_and_an_end_ends_both(desk, client):
    old = subscribed(desk)
    sign_in(client, desk.people.andi.user)
    confirm(client)
    page = client.post(CHANGE, {"act": "make"})
    shown = urlsplit(page.context["link"])
    new = f"{shown.path}?{shown.query}"
    assert new in page.content.decode()
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    assert client.post(CHANGE, {"act": "end"})["Location"] == PAGE
    assert Client().get(new).status_code == 404
    assert not Feed.objects.exists()
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"sop.feed.made", "sop.feed.ended"} <= verbs


def test_without_the_password_nobody_makes_an_address(desk, client):
    sign_in(client, desk.people.andi.user)
    answer = client.post(CHANGE, {"act": "make"})
    assert answer.status_code == 302
    assert answer["Location"] != PAGE
    assert not Feed.objects.exists()


def test_whose_access_ends_is_read_no_more(desk):
    address = subscribed(desk)
    office.close_access(membership=desk.people.andi.membership, **TOLD)
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("key", ["", "entah", "%00", "a" * 5000])
def test_a_key_that_is_none_finds_nothing(desk, key):
    assert Client().get(f"{FEED}?kunci={key}").status_code in (400, 404)


def test_the_cost_does_not_grow(desk, client, django_assert_max_num_queries):
    for n in range(15):
        desk.open("B", f"Permintaan {n}")
        desk.now += timedelta(minutes=1)
    sign_in(client, desk.people.andi.user)
    client.get(PAGE)
    with django_assert_max_num_queries(16):
        client.get(f"{PAGE}?bulan=2026-11")
    assert reverse("agenda") == PAGE
