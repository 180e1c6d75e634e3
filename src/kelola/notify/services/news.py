"""News: from entries of the ledger to whoever they concern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.notices import notices
from kelola.notify import queries
from kelola.notify.models import Message, News
from kelola.notify.rules import TOO_OLD, leaves_at
from kelola.office.scope import current_office
from kelola.registry import new_id
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from kelola.ledger.models import Entry
    from kelola.office.models import Person


@dataclass(frozen=True, slots=True)
class _Wanted:
    person: UUID
    notice: str
    key: str


def tell(entries: Sequence[Entry], *, at: datetime) -> int:
    """Write the news of new entries of the open office, and the messages that carry them out.

    Entries that are heard late or twice are told once; what is older than a week is nobody's news.

    Args:
        entries: of the open office, any verbs.
        at: aware moment.

    Returns:
        how many pieces of news came.

    """
    wanted = _wanted([e for e in entries if at - e.at < TOO_OLD], at)
    readers = queries.readers({want.person for want in wanted})
    with transaction.atomic():
        known = queries.known_news({want.key for want in wanted})
        rows = {
            want: row
            for want, row in wanted.items()
            if want.person in readers and (want.person, want.notice, want.key) not in known
        }
        News.objects.bulk_create(rows.values(), ignore_conflicts=True)
        # Another follower may have been quicker with some: only what is ours goes out.
        made = list(News.objects.filter(pk__in=[row.pk for row in rows.values()]))
        _send_out(made, at)
    return len(made)


def _wanted(entries: Sequence[Entry], at: datetime) -> dict[_Wanted, News]:
    """Return the news of entries, each once for each person."""
    found: dict[_Wanted, News] = {}
    office = current_office()
    today = workcal.local(calendar_of(office), at).date()
    for notice in notices.values():
        heard = [entry for entry in entries if entry.verb in notice.verbs]
        for told in notice.find(heard, today) if heard else ():
            for person in sorted(told.people):
                found[_Wanted(person, notice.key, told.key)] = News(
                    id=new_id(),
                    office_id=office,
                    person_id=person,
                    notice=notice.key,
                    key=told.key,
                    words=dict(told.words),
                    detail=told.detail,
                    url=told.url,
                    at=at,
                )
    return found


def _send_out(news: Iterable[News], at: datetime) -> None:
    rows = list(news)
    people = {row.person_id for row in rows}
    ways = queries.ways_to(people)
    wishes = queries.wishes_of(people)
    now = workcal.local(calendar_of(current_office()), at)
    Message.objects.bulk_create(
        Message(
            office_id=row.office_id,
            news=row,
            person_id=row.person_id,
            channel=channel,
            made_at=at,
            next_at=leaves_at(wishes[row.person_id], now),
        )
        for row in rows
        for channel in ways.get(row.person_id, ())
    )


def clear(*, before: datetime) -> int:
    """Delete the open office's news of before this moment, with its messages; return how many."""
    _all, by_model = News.objects.filter(at__lt=before).delete()
    return by_model.get("notify.News", 0)


def mark_read(*, person: Person, keys: Sequence[UUID] | None = None, at: datetime) -> int:
    """Mark somebody's news as read, these or all; return how many were unread.

    A mark for oneself, no fact of the office: the history does not hold it.
    """
    unread = News.objects.filter(person=person, read_at=None)
    if keys is not None:
        unread = unread.filter(pk__in=keys)
    return unread.update(read_at=at)
