"""What happens reaches whom it concerns: in Kelola at once, by letter together and once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kelola.ledger.followers import catch_up
from kelola.ledger.models import Cursor, Entry
from kelola.notify import queries, services, tasks
from kelola.notify.models import Address, Message, MessageState, News
from kelola.notify.rules import GATHERED, GIVEN_UP, LEASE, Pace, Wishes
from kelola.notify.services import sending
from kelola.notify.services.letters import sentence
from kelola.office.models import Membership
from kelola.sop import tasks as clocks
from tests.mail_server import mail_server
from tests.runs import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pytest_django.fixtures import SettingsWrapper

    from kelola.office.models import Person
    from tests.mail_server import Box
    from tests.runs import Desk

pytestmark = pytest.mark.django_db

MAIL = "notify.mail"
QUIET = Wishes(quiet_from=None, quiet_until=None)
HOUR = timedelta(hours=1)


@pytest.fixture
def box(desk: Desk, settings: SettingsWrapper) -> Iterator[Box]:
    """Give a mail server, and a Kasubag whom it reaches at any hour."""
    del desk
    settings.PUBLIC_URL = "https://kelola.contoh.go.id"
    with mail_server(settings) as box:
        yield box


def reached(person: Person, at: datetime, wishes: Wishes = QUIET, to: str = "") -> None:
    address = to or f"{person.name.split()[0].lower()}@contoh.go.id"
    services.keep_wishes(wishes=wishes, addresses={MAIL: (address, True)}, by=person, at=at)


def hear(desk: Desk) -> None:
    catch_up(at=desk.now)


def told(person: Person) -> list[str]:
    return [sentence(row) for row in queries.news_of(person)]


def send(at: datetime) -> int:
    return services.send_due(clock=lambda: at)


def test_a_turn_is_told_to_who_does_it_and_not_to_who_passed_it_on(desk):
    run = desk.open("B")
    hear(desk)
    assert told(desk.people.andi.person) == []
    desk.finish(run, "B1")
    desk.finish(run, "B2")
    hear(desk)
    assert told(desk.people.andi.person) == []
    step = desk.step(run, "B3")
    title = desk.procedure("B").activity("B3").title.id
    assert told(desk.people.budi.person) == [f"Giliran Anda: {title} ({run.number})"]
    row = queries.news_of(desk.people.budi.person).get()
    assert row.url == f"/langkah/{step.pk}/"
    assert row.detail == run.subject


def test_what_was_heard_before_is_not_told_again(desk):
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    Cursor.objects.filter(follower="notify.news").update(seq=0)
    hear(desk)
    assert len(told(desk.people.budi.person)) == 1


def test_a_step_that_was_done_meanwhile_is_nobodys_news(desk):
    run = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    desk.finish(run, "B3")
    hear(desk)
    assert told(desk.people.budi.person) == []


def test_what_is_older_than_a_week_is_nobodys_news(desk):
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    desk.now += timedelta(days=8)
    hear(desk)
    assert not News.objects.exists()


def test_who_cannot_sign_in_is_not_told(desk):
    Membership.objects.filter(person=desk.people.budi.person).update(is_active=False)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    assert not News.objects.exists()


def test_another_office_hears_nothing(desk):
    from kelola.office.scope import office_scope  # noqa: PLC0415 - beside the test that needs it

    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    with office_scope(desk.people.eko.person.office_id):
        assert not News.objects.exists()


def test_the_reminder_the_due_and_the_superior(desk):
    run = desk.open("B", "Printer PTSP")
    step = desk.step(run, "B1")
    title = desk.procedure("B").activity("B1").title.id
    for moment in (step.remind_at, step.due_at):
        clocks.dues(at=moment)
        desk.now = moment
        hear(desk)
    escalates = desk.step(run, "B1").escalates_at
    clocks.dues(at=escalates)
    desk.now = escalates
    hear(desk)
    first, second = reversed(told(desk.people.andi.person))
    assert first.startswith("Tenggat ")
    assert second.startswith("Lewat tenggat sejak ")
    assert title in first
    (third,) = [t for t in told(desk.people.budi.person) if t.startswith("Belum selesai")]
    assert run.number in third


def test_a_return_is_told_to_who_mends_it(desk):
    run = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    activity = desk.procedure("B").activity("B3")
    back = next(o.code for o in activity.outcomes if o.is_return)
    desk.finish(run, "B3", back, remarks="Kurang foto")
    hear(desk)
    assert [t.partition(":")[0] for t in told(desk.people.andi.person)] == [
        "Dikembalikan kepada Anda"
    ]


def test_news_that_came_together_leaves_in_one_letter(desk, box):
    budi = desk.people.budi.person
    reached(budi, desk.now)
    for n in range(300):
        desk.finish(desk.finish(desk.open("B", f"Permintaan {n}"), "B1"), "B2")
    hear(desk)
    assert Message.objects.filter(person=budi).count() == 300
    assert send(desk.now) == 0
    assert send(desk.now + GATHERED) == 1
    assert send(desk.now + GATHERED) == 0
    (mail,) = box.mails
    assert mail["To"] == "budi@contoh.go.id"
    assert mail["Subject"] == "Kelola: 300 kabar"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert text.count("Giliran Anda") == 30
    assert "dan 270 lainnya" in text
    assert "https://kelola.contoh.go.id/langkah/" in text
    assert "Permintaan 7" not in text
    assert not Message.objects.exclude(state=MessageState.SENT).exists()


def test_a_mail_server_that_is_down_for_six_hours_loses_and_doubles_nothing(desk, settings):
    budi, cut = desk.people.budi.person, desk.people.cut.person
    with mail_server(settings):
        pass
    reached(budi, desk.now)
    reached(cut, desk.now)
    start = desk.now
    while desk.now < start + 6 * HOUR:
        if desk.now < start + HOUR:
            run = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
            desk.finish(desk.finish(run, "B3"), "B4")
        hear(desk)
        assert send(desk.now) == 0
        desk.now += 15 * MINUTE
    made = Message.objects.count()
    assert Message.objects.filter(state=MessageState.WAITING).count() == made > 2
    with mail_server(settings) as box:
        for minute in range(75):
            send(desk.now + minute * MINUTE)
    assert Message.objects.filter(state=MessageState.SENT).count() == made
    lines = sum(mail.get_content().count("\n- ") + 1 for mail in box.mails)
    assert lines == made
    assert len({mail["Message-ID"] for mail in box.mails}) == len(box.mails)


def test_a_letter_whose_sender_died_goes_again_under_the_same_id(desk, box, monkeypatch):
    reached(desk.people.budi.person, desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    at = desk.now + GATHERED

    ended = sending._end

    def die(rows, state, *more):
        if state == MessageState.SENT:
            raise KeyboardInterrupt
        ended(rows, state, *more)

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_end", die)
        with pytest.raises(KeyboardInterrupt):
            send(at)
    assert send(at + LEASE - MINUTE) == 0
    assert send(at + LEASE) == 1
    assert [mail["Message-ID"] for mail in box.mails] == [box.mails[0]["Message-ID"]] * 2


def test_an_address_that_is_refused_for_good_is_not_tried_again(desk, box):
    reached(desk.people.budi.person, desk.now)
    box.answer = lambda _to: "550 5.1.1 no such user"
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    assert send(desk.now + GATHERED) == 0
    assert Message.objects.get().state == MessageState.FAILED
    assert Address.objects.get().refused == "Server surel tidak mengenal alamat ini."
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    assert Message.objects.count() == 1
    reached(desk.people.budi.person, desk.now)
    assert Address.objects.get().refused == ""


def test_an_address_that_is_busy_is_tried_again_and_others_are_not_kept_waiting(desk, box):
    reached(desk.people.budi.person, desk.now)
    reached(desk.people.cut.person, desk.now)
    box.answer = lambda to: "451 busy" if to.startswith("budi") else "250 OK"
    run = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    desk.finish(desk.finish(run, "B3"), "B4")
    hear(desk)
    at = desk.now + GATHERED
    assert send(at) == 1
    assert [mail["To"] for mail in box.mails] == ["cut@contoh.go.id"]
    box.answer = lambda _to: "250 OK"
    assert send(at + 3 * MINUTE) == 1


def test_after_three_days_a_letter_is_given_up(desk, settings):
    with mail_server(settings):
        pass
    reached(desk.people.budi.person, desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    send(desk.now + GIVEN_UP + MINUTE)
    row = Message.objects.get()
    assert (row.state, row.error) == (MessageState.FAILED, "Server surel tidak menjawab.")


def test_what_was_read_meanwhile_is_not_sent(desk, box):
    budi = desk.people.budi.person
    reached(budi, desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    services.mark_read(person=budi, at=desk.now)
    assert send(desk.now + GATHERED) == 0
    assert box.mails == []
    assert Message.objects.get().state == MessageState.DROPPED


def test_who_left_meanwhile_gets_nothing(desk, box):
    budi = desk.people.budi.person
    reached(budi, desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    Membership.objects.filter(person=budi).update(is_active=False)
    assert send(desk.now + GATHERED) == 0
    assert box.mails == []


def test_a_way_that_is_closed_drops_what_waited_for_it(desk, box):
    budi = desk.people.budi.person
    reached(budi, desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    closed = {MAIL: ("budi@contoh.go.id", False)}
    services.keep_wishes(wishes=QUIET, addresses=closed, by=budi, at=desk.now)
    assert send(desk.now + GATHERED) == 0
    assert Message.objects.get().state == MessageState.DROPPED
    assert box.mails == []


def test_a_digest_waits_for_its_hour(desk, box):
    reached(desk.people.budi.person, desk.now, Wishes(Pace.DAILY, 8))
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    assert send(desk.now + HOUR) == 0
    assert send(desk.now + 24 * HOUR) == 1
    assert len(box.mails) == 1


def test_a_line_break_in_a_number_makes_no_header(desk, box):
    reached(desk.people.budi.person, desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    row = News.objects.get()
    News.objects.update(words=row.words | {"number": "1\r\nBcc: siapa@contoh.org"})
    assert send(desk.now + GATHERED) == 1
    assert box.mails[0]["Bcc"] is None


def test_the_test_letter_says_what_is_wrong(desk, box):
    budi = desk.people.budi.person
    reached(budi, desk.now)
    assert services.send_test(person=budi, channel=MAIL) == ""
    assert len(box.mails) == 1
    box.answer = lambda _to: "550 no"
    assert services.send_test(person=budi, channel=MAIL).startswith("Server surel")


def test_news_of_many_entries_costs_as_many_queries_as_of_few(desk):
    counted = []
    for size in (2, 30):
        seq = Entry.objects.count()
        for n in range(size):
            desk.finish(desk.finish(desk.open("B", f"Permintaan {n}"), "B1"), "B2")
        entries = list(Entry.objects.order_by("id")[seq:])
        with CaptureQueriesContext(connection) as queried:
            services.tell(entries, at=desk.now)
        counted.append(len(queried))
    assert counted[0] == counted[1] < 20
    assert len(told(desk.people.budi.person)) == 32


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_once(desk, box):
    people = [desk.people.budi, desk.people.cut, desk.people.dewi]
    for someone in people:
        reached(someone.person, desk.now)
    for _n in range(5):
        run = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
        desk.finish(desk.finish(run, "B3"), "B4")
    hear(desk)
    waiting = Message.objects.count()
    office, at = desk.people.office.pk, desk.now + GATHERED

    def work() -> None:
        from kelola.office.scope import office_scope  # noqa: PLC0415 - in the thread

        try:
            with office_scope(office):
                services.send_due(clock=lambda: at)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.filter(state=MessageState.SENT).count() == waiting
    assert sum(mail.get_content().count("Giliran") for mail in box.mails) == waiting


def test_the_job_sends_for_every_office(desk, box):
    reached(desk.people.budi.person, desk.now)
    desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    hear(desk)
    tasks.send(at=desk.now + GATHERED)
    assert len(box.mails) == 1
