"""The sender: what is due leaves, together for each reader, and is tried again when it fails.

A letter is claimed before it is handed over and marked after. A kill in between hands the same
letter over twice, under the same id; never not at all (ADR 0044).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from kelola.notify import queries
from kelola.notify.channels import Failed, Refused, Unreachable, channels
from kelola.notify.models import Address, Message, MessageState
from kelola.notify.rules import GIVEN_UP, LEASE, tried_again_at
from kelola.notify.services.letters import compose, test_letter
from kelola.registry import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person

log = logging.getLogger(__name__)
# A turn of the job ends before the next one begins.
TURN = timedelta(seconds=40)
_TOGETHER = 500
_REASON = 200


def send_due(*, clock: Callable[[], datetime]) -> int:
    """Send the messages of the open office that are due; return how many letters left.

    Several senders at once share the work. A way out that does not answer is left for this turn,
    so that it is tried by one letter a minute until it answers again.

    Args:
        clock: returns the aware present moment.

    """
    start, left = clock(), 0
    down: set[str] = set()
    while (at := clock()) - start < TURN:
        first = queries.due_messages(at).exclude(channel__in=down).first()
        if first is None:
            break
        rows = _claim(first, at)
        if not rows:
            continue
        try:
            left += _hand_over(rows, at)
        except Unreachable as error:
            down.add(first.channel)
            _try_again(rows, str(error), at)
    return left


def _claim(first: Message, at: datetime) -> list[Message]:
    """Take a letter for this sender: the one that was begun, or all that waits for its reader."""
    due = queries.due_messages(at).filter(person=first.person_id, channel=first.channel)
    keys = list(due.filter(letter=first.letter).values_list("pk", flat=True)[:_TOGETHER])
    letter = first.letter or new_id()
    with transaction.atomic():
        mine = Message.objects.filter(pk__in=keys, next_at__lte=at, letter=first.letter)
        taken = mine.update(
            state=MessageState.SENDING,
            letter=letter,
            attempts=F("attempts") + 1,
            next_at=at + LEASE,
        )
        if not taken:
            return []
        rows = Message.objects.filter(pk__in=keys, letter=letter, next_at=at + LEASE)
        return list(rows.select_related("news", "person").order_by("news__at", "news_id"))


def _hand_over(rows: list[Message], at: datetime) -> int:
    """Send a claimed letter; return 1 when it left. Raises Unreachable."""
    first = rows[0]
    address = _address(first)
    if first.attempts == 1:
        rows = _still_news(rows, at)
    if address is None or not rows:
        _end(rows, MessageState.DROPPED, at)
        return 0
    try:
        channels[first.channel].send(to=address.address, letter=compose(rows))
    except Unreachable:
        raise
    except Refused as error:
        _end(rows, MessageState.FAILED, at, str(error))
        Address.objects.filter(pk=address.pk).update(refused=str(error)[:_REASON])
        return 0
    except Failed as error:
        _try_again(rows, str(error), at)
        return 0
    except Exception as error:
        log.exception("letter %s could not be sent", first.letter)
        _try_again(rows, type(error).__name__, at)
        return 0
    _end(rows, MessageState.SENT, at)
    return 1


def _address(message: Message) -> Address | None:
    """Return where its reader is reached, None when they no longer are."""
    if message.channel not in channels or not queries.readers([message.person_id]):
        return None
    rows = Address.objects.filter(person=message.person_id, channel=message.channel)
    return rows.filter(is_on=True, refused="").first()


def _still_news(rows: list[Message], at: datetime) -> list[Message]:
    """Leave out what its reader has read in Kelola meanwhile."""
    read = [row for row in rows if row.news.read_at]
    _end(read, MessageState.DROPPED, at)
    return [row for row in rows if not row.news.read_at]


def _end(rows: list[Message], state: MessageState, at: datetime, error: str = "") -> None:
    mine = Message.objects.filter(pk__in=[row.pk for row in rows], state=MessageState.SENDING)
    mine.update(state=state, ended_at=at, error=error[:_REASON])


def _try_again(rows: list[Message], error: str, at: datetime) -> None:
    given_up = [row for row in rows if at - row.made_at > GIVEN_UP]
    _end(given_up, MessageState.FAILED, at, error)
    again = [row.pk for row in rows if at - row.made_at <= GIVEN_UP]
    letter: UUID = rows[0].letter or rows[0].pk
    Message.objects.filter(pk__in=again, state=MessageState.SENDING).update(
        state=MessageState.WAITING,
        next_at=tried_again_at(letter, rows[0].attempts, at),
        error=error[:_REASON],
    )


def send_test(*, person: Person, channel: str) -> str:
    """Send a letter at once to see whether a way works; return what went wrong, "" for nothing.

    Raises:
        Address.DoesNotExist: they have no address there.

    """
    address = Address.objects.get(person=person, channel=channel)
    try:
        channels[channel].send(to=address.address, letter=test_letter(str(new_id())))
    except (Failed, Refused) as error:
        return str(error)
    return ""
