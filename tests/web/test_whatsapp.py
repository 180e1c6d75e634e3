"""A ready sentence for WhatsApp: a link that its sender follows, nothing that is sent."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from kelola.sop import services
from kelola.sop.words import LONGEST_MESSAGE, whatsapp
from tests.people import sign_in

if TYPE_CHECKING:
    from django.test import Client


pytestmark = pytest.mark.django_db


def said(client: Client, path: str) -> str:
    """Return the sentence behind the one link to WhatsApp, "" where there is none."""
    page = client.get(path).content.decode()
    found = re.findall(
        r'<a class="btn" href="(https://wa\.me/[^"]+)" target="_blank" rel="noo', page
    )
    assert len(found) <= 1
    return parse_qs(urlsplit(unescape(found[0])).query)["text"][0] if found else ""


def test_who_asked_is_told_that_it_is_noted_and_then_that_it_is_done(desk, client, settings):
    settings.PUBLIC_URL = "https://kelola.contoh.go.id"
    run = desk.open("B", "Printer PTSP & scanner macet #2")
    sign_in(client, desk.people.andi.user)
    page = reverse("run", args=[run.pk])
    noted = said(client, page)
    assert noted.startswith(f"Permintaan Anda sudah kami catat, nomor {run.number}: Printer PTSP &")
    assert noted.endswith(f"#2. https://kelola.contoh.go.id{page}")
    desk.walk(run)
    assert "Sudah beres? Balas 1 bila ya, 2 bila belum." in said(client, page)


def test_a_superior_is_asked_for_their_step_and_nobody_asks_themselves(desk, client):
    run = desk.finish(desk.finish(desk.open("B", "Toner PTSP"), "B1"), "B2")
    sign_in(client, desk.people.andi.user)
    asked = said(client, reverse("step", args=[desk.step(run, "B3").pk]))
    assert "mohon: " in asked
    assert "Toner PTSP" in asked
    assert "Tenggat" in asked
    sign_in(client, desk.people.budi.user)
    assert said(client, reverse("step", args=[desk.step(run, "B3").pk])) == ""


def test_a_round_and_a_cancelled_run_answer_nobody(desk, client):
    sign_in(client, desk.people.andi.user)
    assert said(client, reverse("run", args=[desk.open("C2-C7").pk])) == ""
    run = desk.open("B")
    services.cancel_run(run_id=run.pk, reason="Salah.", by=desk.people.budi.person, at=desk.now)
    assert said(client, reverse("run", args=[run.pk])) == ""


def test_what_people_wrote_stays_text_in_the_link(desk):
    del desk
    link = whatsapp('Halo "dunia" &text=lain\r\n<b>' + "x" * 5000)
    assert re.fullmatch(r"https://wa\.me/\?text=[A-Za-z0-9%._~-]+", link)
    assert len(parse_qs(urlsplit(link).query)["text"][0]) == LONGEST_MESSAGE
