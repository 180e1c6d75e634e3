"""What happens reaches other programs: signed, once for each entry, and never led inside."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import re
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone

from kelola.ledger.followers import catch_up
from kelola.ledger.models import Cursor, Entry
from kelola.notify import posting, queries, services, tasks
from kelola.notify.channels import Failed
from kelola.notify.models import Delivery, News, Webhook
from kelola.notify.rules import GIVEN_UP, LEASE
from kelola.notify.rules.signatures import headers, new_secret
from kelola.notify.services.letters import sentence
from kelola.notify.services.webhooks import MOST, secret_of
from kelola.office.scope import office_scope
from kelola.office.services import Invalid
from tests.hook_server import Hook, hook_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pytest_django.fixtures import SettingsWrapper

    from tests.runs import Desk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PAGE = Path(__file__).parents[2] / "docs/how-to/receive-webhooks.md"


@pytest.fixture
def hook(settings: SettingsWrapper) -> Iterator[Hook]:
    """Give a receiver on this computer."""
    with hook_server(settings) as hook:
        yield hook


def add(desk: Desk, url: str, *topics: str, name: str = "Portal") -> Webhook:
    row, _secret = services.add_webhook(
        office=desk.people.office.pk, name=name, address=url, topics=topics,
        by=desk.people.budi.id, at=desk.now,
    )  # fmt: skip
    return row


def send(at: datetime) -> int:
    return services.deliver_due(clock=lambda: at)


def opened(desk: Desk) -> None:
    """Let one run be opened and every follower hear of it."""
    desk.open("B", "Printer PTSP macet")
    catch_up(at=desk.now)


def test_what_happens_is_told_signed_in_ids_alone(desk, hook):
    row = add(desk, hook.url, "sop")
    opened(desk)
    taken = send(desk.now)
    assert taken == len(hook.got) == Delivery.objects.filter(state="sent").count() > 0
    told, body = hook.got[0]
    delivery = Delivery.objects.get(pk=told["webhook-id"])
    sign = headers(
        secret=secret_of(row), id=str(delivery.pk), timestamp=int(desk.now.timestamp()), body=body
    )
    assert sign.items() <= told.items()
    entry = Entry.objects.get(chain=str(row.office_id), seq=delivery.seq)
    found = json.loads(body)
    assert {found["verb"], found["object"], found["by"]} == {entry.verb, entry.object, entry.by}
    assert found["data"] == entry.data
    assert found["id"] == told["webhook-id"]
    everything = b"".join(body for _h, body in hook.got)
    for word in ("Printer", "Andi", "Budi", secret_of(row)):
        assert word.encode() not in everything


def test_only_what_is_wanted_and_what_came_after_is_told(desk, hook):
    desk.open("B")
    desk.now += MINUTE
    add(desk, hook.url, "office")
    every = add(desk, hook.url)
    off = add(desk, hook.url, name="Mati")
    Webhook.objects.filter(pk=off.pk).update(is_on=False)
    desk.now += MINUTE
    opened(desk)
    rows = Delivery.objects.all()
    assert {row.webhook_id for row in rows} == {every.pk}
    assert "sop.run.opened" in {row.verb for row in rows}
    first = min(row.seq for row in rows)
    assert Entry.objects.get(chain=str(every.office_id), seq=first).at >= every.made_at


def test_what_was_heard_before_is_not_told_again(desk, hook):
    add(desk, hook.url)
    opened(desk)
    before = Delivery.objects.count()
    Cursor.objects.filter(follower="notify.webhooks").update(seq=0)
    catch_up(at=desk.now)
    assert Delivery.objects.count() == before
    send(desk.now)
    assert len({told["webhook-id"] for told, _body in hook.got}) == before == len(hook.got)


def test_another_offices_history_stays_there(desk, hook):
    other = desk.people.other.office
    with office_scope(other.pk):
        services.add_webhook(
            office=other.pk, name="Lain", address=hook.url, topics=(),
            by=desk.people.eko.id, at=desk.now,
        )  # fmt: skip
    opened(desk)
    with office_scope(other.pk):
        assert {row.verb for row in Delivery.objects.all()} == {"notify.webhook.added"}
        services.deliver_due(clock=lambda: desk.now)
    assert {json.loads(body)["office"] for _h, body in hook.got} == {str(other.pk)}


def test_a_receiver_that_is_down_rests_and_keeps_nobody_waiting(desk, hook):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    dead = add(desk, f"http://127.0.0.1:{port}/", "sop", name="Mati")
    live = add(desk, hook.url, "sop")
    opened(desk)
    opened(desk)
    assert dead.deliveries.count() > 1
    send(desk.now)
    assert {row.state for row in live.deliveries.all()} == {"sent"}
    tried = dead.deliveries.filter(attempts__gt=0)
    assert [row.error for row in tried] == ["Penerima tidak menjawab."]
    send(desk.now + timedelta(seconds=30))
    assert tried.count() == 1
    dead.refresh_from_db()
    waited = [dead.rests_until - desk.now]
    for _n in range(8):
        at = dead.rests_until
        send(at)
        dead.refresh_from_db()
        waited.append(dead.rests_until - at)
    assert waited[0] < waited[2] < waited[4]
    assert timedelta(minutes=40) < waited[-1] < timedelta(minutes=80)


def test_nothing_is_lost_or_doubled_after_six_hours(desk, hook):
    add(desk, hook.url, "sop")
    opened(desk)
    hook.status = 503
    wanted = {str(key) for key in Delivery.objects.values_list("pk", flat=True)}
    at = desk.now
    while at < desk.now + timedelta(hours=6):
        send(at)
        at += 5 * MINUTE
    assert len(hook.got) < 30
    assert "Penerima menjawab 503." in set(Delivery.objects.values_list("error", flat=True))
    hook.got, hook.status = [], 200
    while Delivery.objects.exclude(state="sent").exists() and at < desk.now + 10 * GIVEN_UP:
        send(at)
        at += 5 * MINUTE
    told = [told["webhook-id"] for told, _body in hook.got]
    assert sorted(told) == sorted(wanted)


def test_after_three_days_it_fails_and_is_switched_off(desk, hook):
    row = add(desk, hook.url, "sop")
    opened(desk)
    hook.status = 500
    at = desk.now
    while at < desk.now + GIVEN_UP + timedelta(hours=4):
        send(at)
        at += timedelta(minutes=30)
    row.refresh_from_db()
    assert (row.is_on, row.paused_at is not None) == (False, True)
    assert row.deliveries.filter(state="failed").exists()
    assert Entry.objects.filter(verb="notify.webhook.paused", by="system").count() == 1
    catch_up(at=at)
    told = News.objects.get(person=desk.people.budi.person, notice="notify.stopped")
    assert "Webhook “Portal” dihentikan" in sentence(told)
    assert told.url == f"/pengaturan/webhook/{row.pk}/"
    assert not News.objects.filter(person=desk.people.andi.person, notice=told.notice).exists()
    hook.status, hook.got = 200, []
    send(at + timedelta(days=1))
    assert hook.got == []
    services.change_webhook(
        webhook=row, name="Portal", address=hook.url, topics=["sop"], is_on=True,
        by=desk.people.budi.id, at=at,
    )  # fmt: skip
    failed = row.deliveries.filter(state="failed").first()
    assert services.send_again(delivery=failed, at=at)
    assert not services.send_again(delivery=failed, at=at)
    send(at)
    assert str(failed.pk) in {told["webhook-id"] for told, _body in hook.got}


def test_who_says_gone_is_switched_off_at_once(desk, hook):
    row = add(desk, hook.url, "sop")
    opened(desk)
    hook.status = 410
    send(desk.now)
    row.refresh_from_db()
    assert (row.is_on, len(hook.got)) == (False, 1)


def test_a_sender_that_died_is_followed_by_another_with_the_same_id(desk, hook):
    add(desk, hook.url, "sop")
    opened(desk)
    row = queries.due_deliveries(desk.now).first()
    Delivery.objects.exclude(pk=row.pk).delete()
    body = row.body
    Delivery.objects.filter(pk=row.pk).update(state="sending", attempts=1, next_at=desk.now + LEASE)
    hook.before = lambda: None
    assert send(desk.now + MINUTE) == 0
    assert send(desk.now + LEASE) == 1
    told, got = hook.got[0]
    assert (told["webhook-id"], got.decode()) == (str(row.pk), body)


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_once(desk, hook):
    add(desk, hook.url, "sop")
    opened(desk)
    wanted, office = Delivery.objects.count(), desk.people.office.pk
    hook.before = lambda: time.sleep(0.05)

    def work() -> None:
        try:
            with office_scope(office):
                send(desk.now)
        finally:
            connection.close()

    both = [threading.Thread(target=work) for _n in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    told = [told["webhook-id"] for told, _body in hook.got]
    assert len(told) == len(set(told)) == wanted


def test_the_job_sends_for_every_office_and_clears_after_a_month(desk, hook):
    add(desk, hook.url, "sop")
    opened(desk)
    tasks.deliver(at=timezone.now())
    assert {row.state for row in Delivery.objects.all()} == {"sent"}
    assert services.clear_deliveries(before=timezone.now() - timedelta(days=30)) == 0
    assert services.clear_deliveries(before=timezone.now() + MINUTE) > 0


# ---- nothing leads inside ------------------------------------------------------------------------


def call(url: str, **more: Any) -> int:
    return posting.post(url, b"{}", {}, **more)


def test_a_name_that_leads_inside_is_not_called(desk, hook, settings):
    del desk
    settings.WEBHOOK_NETWORKS = []
    url = f"http://penerima.contoh.go.id:{hook.port}/"
    for inside in (["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:127.0.0.1"], []):
        with pytest.raises(Failed, match="tidak boleh"):
            call(url, resolve=lambda _h, _p, found=inside: found)
    assert hook.got == []


def test_a_name_is_looked_up_once_and_that_address_is_called(desk, hook):
    del desk
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    assert call(f"http://flip.contoh:{hook.port}/x", resolve=lambda _h, _p: next(answers)) == 204
    assert next(answers) == ["127.0.0.2"]
    assert hook.got[0][0]["host"] == f"flip.contoh:{hook.port}"


def test_a_redirect_is_not_followed(desk, hook):
    add(desk, hook.url, "sop")
    opened(desk)
    hook.status, hook.headers = 307, {"Location": hook.url + "/dalam"}
    send(desk.now)
    assert len(hook.got) == 1
    assert Delivery.objects.filter(error="Penerima menjawab 307.").count() == 1


@pytest.mark.parametrize("piece", [b"", b"HTTP/1.1 2", b"\x00" * 70_000, b"SSH-2.0-x\r\n"])
def test_what_does_not_answer_in_http_ends_in_time(desk, hook, monkeypatch, piece):
    del desk, hook
    monkeypatch.setattr(posting, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _who = server.accept()
            with line:
                for n in range(20):
                    try:
                        line.sendall(piece if n == 0 else b"x")
                    except OSError:
                        return
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        start = time.monotonic()
        with pytest.raises(Failed, match="tidak menjawab"):
            call(f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert time.monotonic() - start < 1.5


def test_a_look_up_that_hangs_ends_in_time(desk, hook, monkeypatch):
    del desk, hook
    monkeypatch.setattr(posting, "TIMEOUT", 0.2)
    with pytest.raises(Failed, match="tidak menjawab"):
        call("http://lambat.contoh/", resolve=lambda _h, _p: time.sleep(1) or [])


def test_a_receiver_without_tls_is_not_spoken_to_in_https(desk, hook):
    del desk
    with pytest.raises(Failed, match="tidak menjawab"):
        call(f"https://127.0.0.1:{hook.port}/")
    assert hook.got == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://a@b.id/", "ftp://b.id/", "http://b.id/\r\nX: 1", "x", "http://0x7f.1/"],
)  # fmt: skip
def test_an_address_that_leads_inside_is_not_kept(desk, url):
    with pytest.raises(Invalid, match=r"KELOLA_WEBHOOK_NETWORKS"):
        add(desk, url)
    assert not Webhook.objects.exists()


def test_there_is_an_end_to_webhooks(desk):
    for _n in range(MOST):
        add(desk, "https://penerima.contoh.go.id/")
    with pytest.raises(Invalid, match="Paling banyak 20"):
        add(desk, "https://penerima.contoh.go.id/")


def test_a_secret_that_cannot_be_read_says_what_to_do(desk, hook, settings):
    row = add(desk, hook.url, "sop")
    settings.SECRET_KEY = "lain" * 20
    assert services.try_webhook(webhook=row, at=desk.now) == (
        "Rahasianya tidak terbaca lagi. Buat rahasia baru."
    )
    services.renew_secret(webhook=row, by=desk.people.budi.id, at=desk.now)
    row.refresh_from_db()
    assert services.try_webhook(webhook=row, at=desk.now) == ""
    assert len(hook.got) == 1


# ---- the receiver of the documentation -----------------------------------------------------------


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[int, str, Any]]:
    """Run the receiver that the how-to shows: its port, its secret, what it has seen."""
    secret = new_secret()
    monkeypatch.setitem(os.environ, "WEBHOOK_SECRET", secret)
    monkeypatch.setitem(os.environ, "WEBHOOK_SEEN", str(tmp_path / "seen.sqlite3"))
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"__name__": "receiver"}
    ready = threading.Event()
    server: list[http.server.HTTPServer] = []

    def run() -> None:
        exec(compile(code[0], str(PAGE), "exec"), names)
        names["Receiver"].log_message = lambda *_args: None
        server.append(http.server.HTTPServer(("127.0.0.1", 0), names["Receiver"]))
        ready.set()
        server[0].serve_forever(0.02)
        server[0].server_close()
        names["seen"].close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(5)
    yield server[0].server_address[1], secret, tmp_path / "seen.sqlite3"
    server[0].shutdown()
    thread.join(5)


def post(port: int, told: dict[str, str], body: bytes) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("POST", "/", body, told)
    status = line.getresponse().status
    line.close()
    return status


def seen(file: Path) -> list[tuple[str, bytes]]:
    with sqlite3.connect(file) as rows:
        return rows.execute("SELECT id, body FROM seen ORDER BY rowid").fetchall()


def test_the_documented_receiver_does_each_thing_once(receiver):
    port, secret, file = receiver
    now, body = int(time.time()), b'{"id":"a"}'
    sign = headers(secret=secret, id="a", timestamp=now, body=body)
    assert post(port, sign, body) == 204
    later = headers(secret=secret, id="a", timestamp=now + 1, body=body)
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(lambda told: post(port, told, body), (sign, later))) == [204, 204]
    assert seen(file) == [("a", body)]


def test_the_documented_receiver_takes_any_order(receiver):
    port, secret, file = receiver
    now = int(time.time())
    for key in ("c", "a", "b"):
        body = key.encode()
        assert post(port, headers(secret=secret, id=key, timestamp=now, body=body), body) == 204
    assert [key for key, _body in seen(file)] == ["c", "a", "b"]


def test_the_documented_receiver_refuses_what_is_old_or_forged(receiver):
    port, secret, file = receiver
    now, body = int(time.time()), b"{}"
    good = headers(secret=secret, id="a", timestamp=now, body=body)
    forged = [
        (headers(secret=secret, id="a", timestamp=now - 301, body=body), body),
        (headers(secret=secret, id="a", timestamp=now + 310, body=body), body),
        (headers(secret=new_secret(), id="a", timestamp=now, body=body), body),
        (good, b"{} "),
        ({**good, "webhook-id": "b"}, body),
        ({**good, "webhook-timestamp": str(now + 1)}, body),
        ({**good, "webhook-signature": "v1,"}, body),
        ({}, body),
    ]
    assert [post(port, told, text) for told, text in forged] == [400] * len(forged)
    assert seen(file) == []


def test_kelola_and_the_documented_receiver_agree(desk, hook, receiver):
    port, secret, file = receiver
    row = add(desk, f"http://127.0.0.1:{port}/", "sop")
    Webhook.objects.filter(pk=row.pk).update(sealed=services.webhooks._seal(secret))
    row.refresh_from_db()
    del hook
    assert services.try_webhook(webhook=row, at=timezone.now()) == ""
    assert len(seen(file)) == 1
