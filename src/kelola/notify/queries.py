"""Reads of news, wishes and the outbox."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q

from kelola.notify.channels import channels
from kelola.notify.models import Address, Message, News, Preference
from kelola.notify.models.messages import WAITS
from kelola.notify.models.webhooks import Delivery, Webhook
from kelola.notify.rules import Pace, Wishes
from kelola.office.models import Membership
from kelola.office.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from kelola.notify.channels import Channel
    from kelola.office.models import Person


def readers(people: Collection[UUID]) -> set[UUID]:
    """Return which of these people of the open office can sign in."""
    rows = Membership.objects.filter(person__in=people, is_active=True, user__is_active=True)
    return set(rows.values_list("person_id", flat=True))


def known_news(keys: Collection[str]) -> set[tuple[UUID, str, str]]:
    """Return what of these was told before: (person id, notice, key)."""
    rows = News.objects.filter(key__in=keys)
    return set(rows.values_list("person_id", "notice", "key"))


def ready_channels() -> list[Channel]:
    """Return the ways out that this installation has set up."""
    return [channel for channel in channels.values() if channel.is_ready()]


def every_channel() -> list[Channel]:
    """Return every way out, set up or not."""
    return channels.values()


def ways_to(people: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the channels by which each of these people wants to be reached and can be."""
    ready = [channel.key for channel in ready_channels()]
    found: dict[UUID, list[str]] = {}
    rows = Address.objects.filter(person__in=people, channel__in=ready, is_on=True, refused="")
    for person, channel in rows.values_list("person_id", "channel").order_by("channel"):
        found.setdefault(person, []).append(channel)
    return found


def addresses_of(person: Person) -> dict[str, Address]:
    """Return somebody's addresses by channel."""
    return {row.channel: row for row in Address.objects.filter(person=person)}


def wishes_of(people: Iterable[UUID]) -> dict[UUID, Wishes]:
    """Return how each of these people wants to be reached, by their own words or by default."""
    found = dict.fromkeys(people, Wishes())
    for row in Preference.objects.filter(person__in=list(found)):
        found[row.person_id] = Wishes(Pace(row.pace), row.hour, row.quiet_from, row.quiet_until)
    return found


def news_of(person: Person) -> QuerySet[News]:
    """Return somebody's news, the newest first."""
    return News.objects.filter(person=person).order_by("-at", "-id")


def unread(person: Person) -> int:
    """Return how many pieces of news somebody has not read."""
    return News.objects.filter(person=person, read_at=None).count()


def due_messages(at: datetime) -> QuerySet[Message]:
    """Return the messages that are to leave by now, or whose sender died, oldest first."""
    return Message.objects.filter(WAITS, next_at__lte=at).order_by("next_at", "id")


def offices_with_messages(at: datetime) -> list[UUID]:
    """Return the offices with messages to send; needs no scope."""
    with unscoped("the sender looks at every office's outbox, and only at its clock"):
        rows = Message.objects.filter(WAITS, next_at__lte=at)
        return sorted(set(rows.values_list("office_id", flat=True).order_by().iterator()))


def stuck(before: datetime) -> int:
    """Return how many messages of all offices should have left before a moment; no scope needed."""
    with unscoped("the doctor counts what waits in every office"):
        rows = Message.objects.filter(WAITS, made_at__lt=before, attempts__gt=0)
        return rows.count()


def outbox() -> dict[str, int]:
    """Return how many messages of the open office wait, failed in vain, and are tried again."""
    waits = Message.objects.filter(WAITS)
    return {
        "waiting": waits.count(),
        "tried": waits.filter(Q(attempts__gt=0)).count(),
        "failed": Message.objects.filter(state="failed").count(),
    }


def troubles(*, limit: int = 50) -> list[Message]:
    """Return messages of the open office that failed or are tried again, the newest first."""
    rows = Message.objects.exclude(error="").exclude(state="sent").select_related("person")
    return list(rows.order_by("-made_at", "-id")[:limit])


def due_deliveries(at: datetime) -> QuerySet[Delivery]:
    """Return what webhooks are to be told by now, those that do not rest, oldest first."""
    awake = Q(webhook__rests_until__isnull=True) | Q(webhook__rests_until__lte=at)
    rows = Delivery.objects.filter(WAITS, awake, next_at__lte=at, webhook__is_on=True)
    return rows.order_by("next_at", "id")


def offices_with_deliveries(at: datetime) -> list[UUID]:
    """Return the offices with deliveries to send, who waits longest first; needs no scope."""
    with unscoped("the sender looks at every office's deliveries, and only at their clock"):
        rows = due_deliveries(at).order_by().values("office_id").annotate(first=Min("next_at"))
        return [row["office_id"] for row in sorted(rows.iterator(), key=itemgetter("first"))]


def webhooks() -> QuerySet[Webhook]:
    """Return the webhooks of the open office with what waits and failed."""
    waits = Count("deliveries", filter=Q(deliveries__state__in=("waiting", "sending")))
    failed = Count("deliveries", filter=Q(deliveries__state="failed"))
    return Webhook.objects.annotate(waits=waits, failed=failed).order_by("name", "id")


def deliveries_of(webhook: Webhook, *, limit: int = 50) -> list[Delivery]:
    """Return what a webhook was last told, the newest first."""
    return list(webhook.deliveries.order_by("-made_at", "-id")[:limit])
