"""The ways out beside mail: each says the letter in its own form to a real receiver."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kelola.ledger.followers import catch_up
from kelola.notify import queries, services
from kelola.notify.channels import Failed, Letter, Refused, Unreachable, channels
from kelola.notify.models import Address, Message, MessageState
from kelola.notify.rules import GATHERED, Wishes
from tests.hook_server import hook_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

    from tests.hook_server import Hook
    from tests.runs import Desk

pytestmark = pytest.mark.django_db

TOKEN = "123456:rahasia-bot"
LETTER = Letter("01a2", "Kelola: Giliran Anda", "- Giliran Anda: Analisis\n", "https://k.go.id/k/")


@pytest.fixture
def hook(settings: SettingsWrapper) -> Iterator[Hook]:
    """Give a receiver on this computer; all ways out are set up."""
    with hook_server(settings) as hook:
        settings.CHANNELS = ("ntfy", "webhook")
        settings.TELEGRAM_TOKEN = TOKEN
        settings.TELEGRAM_API = f"http://127.0.0.1:{hook.port}"
        yield hook


def addresses(hook: Hook) -> dict[str, str]:
    return {
        "notify.ntfy": f"http://127.0.0.1:{hook.port}/topik-andi",
        "notify.webhook": hook.url,
        "notify.telegram": "-100200300",
    }


def sent(hook: Hook, key: str) -> dict[str, Any]:
    channels[key].send(to=addresses(hook)[key], letter=LETTER)
    _headers, body = hook.got[-1]
    told: dict[str, Any] = json.loads(body)
    return told


def test_ntfy_is_told_the_topic_the_title_and_where_to_look(hook):
    assert sent(hook, "notify.ntfy") == {
        "topic": "topik-andi", "title": LETTER.subject, "message": LETTER.text,
        "click": LETTER.url,
    }  # fmt: skip
    assert hook.paths == ["/"]


def test_a_receiver_of_ones_own_is_told_the_whole_letter(hook):
    assert sent(hook, "notify.webhook") == {
        "id": LETTER.id, "subject": LETTER.subject, "text": LETTER.text, "url": LETTER.url,
    }  # fmt: skip


def test_the_bot_says_it_in_the_chat(hook):
    told = sent(hook, "notify.telegram")
    assert told["chat_id"] == "-100200300"
    assert told["text"].startswith(LETTER.subject)
    assert hook.paths == [f"/bot{TOKEN}/sendMessage"]


@pytest.mark.parametrize("key", ["notify.ntfy", "notify.webhook", "notify.telegram"])
@pytest.mark.parametrize(
    ("status", "raised"), [(410, Refused), (403, Refused), (429, Failed), (503, Failed)]
)
def test_an_answer_says_whether_to_try_again(hook, key, status, raised):
    hook.status = status
    with pytest.raises(raised) as told:
        sent(hook, key)
    assert TOKEN not in str(told.value)


def test_a_bot_that_is_unknown_holds_all_its_letters(hook):
    hook.status = 401
    with pytest.raises(Unreachable):
        sent(hook, "notify.telegram")


@pytest.mark.parametrize("key", ["notify.ntfy", "notify.webhook"])
def test_nobody_is_led_inside_the_house(hook, settings, key):
    settings.WEBHOOK_NETWORKS = []
    with pytest.raises(Failed, match="tidak boleh"):
        sent(hook, key)
    assert hook.got == []


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("notify.ntfy", "https://ntfy.sh/topik_1", "https://ntfy.sh/"),
        ("notify.ntfy", "http://192.168.1.5:8080/a", "ntfy.sh/topik"),
        ("notify.ntfy", "https://ntfy.sh/a", "https://ntfy.sh/a\r\nX: 1"),
        ("notify.webhook", "https://contoh.go.id/k", "ftp://contoh.go.id/k"),
        ("notify.webhook", "https://contoh.go.id/k", "https://a:b@contoh.go.id/"),
        ("notify.telegram", "123456789", "@andi"),
        ("notify.telegram", "-100200300", "1 2"),
    ],
)
def test_what_is_no_address_is_said_before_it_is_kept(key, good, bad):
    assert channels[key].problem(good) == ""
    assert channels[key].problem(bad) != ""


def test_they_are_off_unless_the_settings_name_them(settings):
    settings.CHANNELS, settings.TELEGRAM_TOKEN, settings.EMAIL_HOST = (), "", ""
    assert queries.ready_channels() == []


def test_one_piece_of_news_leaves_by_every_way_and_one_that_fails_holds_no_other(
    desk: Desk, hook: Hook
):
    budi = desk.people.budi.person
    wanted = {key: (to, True) for key, to in addresses(hook).items()}
    quiet = Wishes(quiet_from=None, quiet_until=None)
    services.keep_wishes(wishes=quiet, addresses=wanted, by=budi, at=desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    catch_up(at=desk.now)
    answers = iter([503, 204, 410])

    def answer() -> None:
        hook.status = next(answers)

    hook.before = answer
    services.send_due(clock=lambda: desk.now + GATHERED)
    states = sorted(Message.objects.values_list("state", flat=True))
    assert states == [MessageState.FAILED, MessageState.SENT, MessageState.WAITING]
    assert Address.objects.exclude(refused="").count() == 1
