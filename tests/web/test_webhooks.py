"""The pages of webhooks: added with a secret shown once, changed, tried, sent again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.ledger.followers import catch_up
from kelola.ledger.models import Entry
from kelola.notify import services
from kelola.notify.models import Delivery, Webhook
from kelola.notify.services.webhooks import secret_of
from tests.hook_server import hook_server
from tests.people import sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.hook_server import Hook
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
LIST = "/pengaturan/webhook/"
GOOD = {"name": "Portal", "address": "https://penerima.contoh.go.id/kelola", "topics": ["sop"]}


@pytest.fixture
def admin(desk: Desk, client: Client) -> Client:
    """Give the administrator's browser."""
    sign_in(client, desk.people.budi.user)
    return client


@pytest.fixture
def hook(settings: SettingsWrapper) -> Iterator[Hook]:
    """Give a receiver on this computer."""
    with hook_server(settings) as hook:
        yield hook


def make(desk: Desk, url: str = GOOD["address"]) -> Webhook:
    row, _secret = services.add_webhook(
        office=desk.people.office.pk, name="Portal", address=url, topics=["sop"],
        by=desk.people.budi.id, at=desk.now,
    )  # fmt: skip
    return row


def shown(answer: Any) -> list[str]:
    return re.findall(r"whsec_[0-9A-Za-z+/=]+", answer.content.decode())


def test_a_webhook_is_added_and_its_secret_shown_once(admin):
    assert "Belum ada webhook." in admin.get(LIST).content.decode()
    answer = admin.post(LIST, GOOD)
    row = Webhook.objects.get()
    assert shown(answer) == [secret_of(row)]
    assert answer["Cache-Control"] == "no-store"
    assert (row.name, row.address, row.topics, row.is_on) == (*GOOD.values(), True)
    assert secret_of(row) not in row.sealed
    page = reverse("webhook", args=[row.pk])
    assert shown(admin.get(page)) == []
    assert "Portal" in admin.get(LIST).content.decode()
    renewed = admin.post(reverse("webhook_renew", args=[row.pk]))
    assert shown(renewed) != shown(answer)
    row.refresh_from_db()
    assert shown(renewed) == [secret_of(row)]
    verbs = Entry.objects.filter(object=f"notify.webhook:{row.pk}").values_list("verb", flat=True)
    assert list(verbs) == ["notify.webhook.added", "notify.webhook.renewed"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"name": " "}, "Belum diisi"),
        ({"name": "a\u202eb"}, "Hanya karakter yang dapat dicetak"),
        ({"address": "http://127.0.0.1:5432/"}, "KELOLA_WEBHOOK_NETWORKS"),
        ({"address": "http://a:b@penerima.contoh.go.id/"}, "tanpa nama pengguna"),
        ({"address": "https://x.id/" + "y" * 300}, "300"),
        ({"topics": ["lain"]}, "lain"),
    ],
)
def test_a_wrong_form_changes_nothing_and_says_what_to_mend(admin, desk, more, told):
    kept = make(desk)
    page = reverse("webhook", args=[kept.pk])
    for path in (LIST, page):
        answer = admin.post(path, {**GOOD, **more})
        assert answer.status_code == 422
        text = str(answer.context["form"].errors)
        assert told in text
    row = Webhook.objects.get()
    assert (row.name, row.address, row.is_on) == (kept.name, kept.address, True)


def test_it_is_changed_and_switched_off(admin, desk):
    row = make(desk)
    page = reverse("webhook", args=[row.pk])
    told = {**GOOD, "name": "Pengawasan", "topics": ["sop", "office"]}
    assert admin.post(page, told).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.topics, row.is_on) == ("Pengawasan", ["office", "sop"], False)
    assert "Mati" in admin.get(LIST).content.decode()
    admin.post(page, {**told, "is_on": "on"})
    row.refresh_from_db()
    assert row.is_on


def test_a_test_is_sent_at_once_and_its_outcome_told(admin, desk, hook):
    row = make(desk, hook.url)
    address = reverse("webhook_try", args=[row.pk])
    assert "Penerima menerima kiriman uji." in admin.post(address, follow=True).content.decode()
    hook.status = 500
    assert "Penerima menjawab 500." in admin.post(address, follow=True).content.decode()
    assert len(hook.got) == 2
    assert [d.state for d in row.deliveries.order_by("made_at", "pk")] == ["sent", "failed"]


def test_a_failed_delivery_is_sent_again(admin, desk, hook):
    row = make(desk, hook.url)
    desk.open("B")
    catch_up(at=desk.now)
    sent = Delivery.objects.first()
    Delivery.objects.filter(pk=sent.pk).update(state="failed", error="x", ended_at=desk.now)
    page = admin.get(reverse("webhook", args=[row.pk])).content.decode()
    again = reverse("delivery_again", args=[sent.pk])
    assert page.count("Kirim lagi") == 1
    assert again in page
    admin.post(again)
    sent.refresh_from_db()
    assert (sent.state, sent.attempts, sent.error) == ("waiting", 0, "")


def test_what_kelola_stopped_says_what_to_do(admin, desk):
    row = make(desk)
    services.webhooks.pause_webhook(webhook=row, at=desk.now)
    assert "Dihentikan Kelola" in admin.get(LIST).content.decode()
    page = admin.get(reverse("webhook", args=[row.pk])).content.decode()
    assert "Webhook ini dihentikan Kelola" in page
    assert "Perbaiki penerimanya" in page


def test_more_webhooks_cost_no_more_queries(admin, desk):
    counts = []
    for _n in range(2):
        make(desk)
        admin.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            admin.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
