"""The search page: what it shows, to whom, and that no question breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.office.scope import office_scope
from kelola.search.models import Item
from tests.people import sign_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.people import Someone
    from tests.runs import Desk


def ask(someone: Someone, **asked: str) -> HttpResponse:
    return sign_in(Client(), someone.user).get(reverse("search"), asked)


def test_hits_stand_in_groups_with_their_words_marked(desk: Desk):
    run = desk.open("B", "Printer zamrud macet")
    desk.finish(run, "B1", remarks="Rol zamrud sudah aus")
    answer = ask(desk.people.jamil, kata="zamrud")
    assert [str(g["kind"].label) for g in answer.context["groups"]] == ["Pelaksanaan", "Langkah"]
    assert "Printer <mark>zamrud</mark> macet" in answer.text
    assert "Rol <mark>zamrud</mark> sudah aus" in answer.text
    assert reverse("run", args=[run.id]) in answer.text
    assert reverse("step", args=[desk.step(run, "B1").id]) in answer.text


def test_people_are_found_by_name(desk: Desk):
    answer = ask(desk.people.jamil, kata="meutia")
    assert "Cut <mark>Meutia</mark>" in answer.text


def test_markup_in_a_hit_stays_text(desk: Desk):
    desk.open("B", "<script>alert(1)</script> zamrud <b>tebal</b>")
    answer = ask(desk.people.andi, kata="script zamrud")
    assert "<script>alert" not in answer.text
    assert "&lt;<mark>script</mark>&gt;" in answer.text
    quoted = ask(desk.people.andi, kata='"><img src=x onerror=1>').text
    assert "<img src=x" not in quoted


def test_nothing_found_says_what_to_try(desk: Desk):
    assert "Tidak ditemukan “tidakada”" in ask(desk.people.andi, kata="tidakada").text
    assert "Tidak ditemukan" not in ask(desk.people.andi).text
    assert "Tidak ditemukan" not in ask(desk.people.andi, kata='"%*').text


@pytest.mark.parametrize("length", [201, 3000, 100_000])
def test_too_long_a_question_is_answered_at_once_with_what_to_do(desk: Desk, length: int):
    answer = ask(desk.people.andi, kata="a" * length)
    assert answer.status_code == 400
    assert "Paling banyak 200 huruf" in answer.text


@pytest.mark.parametrize("asked", [{"jenis": "office.user"}, {"jenis": "sop.run", "setelah": "9"}])
def test_made_up_kinds_and_places_are_no_page(desk: Desk, asked: dict[str, str]):
    assert ask(desk.people.andi, kata="printer", **asked).status_code == 404


def test_a_kind_is_shown_page_by_page(desk: Desk):
    for n in range(45):
        desk.open("B", f"Zamrud {n}")
    first = ask(desk.people.andi, kata="zamrud")
    assert len(first.context["groups"][0]["hits"]) == 5
    client, address = sign_in(Client(), desk.people.andi.user), first.context["groups"][0]["more"]
    seen: list[str] = []
    while address:
        group = client.get(f"{reverse('search')}?{address}").context["groups"][0]
        seen += [hit["face"].title for hit in group["hits"]]
        address = group["more"]
    assert seen == [f"Zamrud {n}" for n in range(44, -1, -1)]


def test_another_office_finds_nothing_and_its_page_does_not_differ(desk: Desk):
    eko = desk.people.eko
    before = ask(eko, kata="zamrud")
    desk.open("B", "Zamrud rahasia canary")
    for asked in ("zamrud", "rahasia", "canary", "macet", desk.people.office.pk.hex, "andi"):
        answer = ask(eko, kata=asked)
        assert answer.context["groups"] == [], asked
    after = ask(eko, kata="zamrud")
    assert len(after.content) == len(before.content)


def test_a_hit_that_is_gone_is_left_out(desk: Desk):
    run = desk.open("B", "Zamrud hilang")
    with office_scope(desk.people.office.pk):
        Item.objects.filter(object_id=run.id).update(object_id=desk.version.pk)
    assert ask(desk.people.andi, kata="zamrud").status_code == 200


def test_queries_do_not_grow_with_the_hits(desk: Desk):
    client = sign_in(Client(), desk.people.andi.user)

    def count() -> int:
        client.get(reverse("search"), {"kata": "zamrud"})
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("search"), {"kata": "zamrud"})
        return len(caught)

    for n in range(10):
        desk.finish(desk.open("B", f"Zamrud {n}"), "B1", remarks="zamrud")
    few = count()
    for n in range(20):
        desk.finish(desk.open("B", f"Zamrud lagi {n}"), "B1", remarks="zamrud")
    assert count() == few
    assert few <= 26


def test_the_key_and_the_page_head_lead_to_the_search(desk: Desk):
    text = sign_in(Client(), desk.people.andi.user).get(reverse("desk")).text
    assert f'action="{reverse("search")}"' in text
    assert "<kbd>/</kbd>" in text


def test_the_command_builds_the_index_anew_twice_alike(desk: Desk, capsys):
    desk.open("B", "Printer zamrud")
    Item.objects.all().delete()
    for _twice in range(2):
        call_command("search", "rebuild")
        assert ask(desk.people.andi, kata="zamrud").context["groups"]
    assert "Mahkamah Syar'iyah Contoh" in capsys.readouterr().out
    Item.objects.all().delete()
    call_command("search", "rebuild", "--office", str(desk.people.other.office.pk))
    assert not ask(desk.people.andi, kata="zamrud").context["groups"]
    assert ask(desk.people.eko, kata="eko").context["groups"]
    for wrong in ("x", "0" * 32):
        with pytest.raises(CommandError) as caught:
            call_command("search", "rebuild", "--office", wrong)
        assert caught.value.returncode == 2
