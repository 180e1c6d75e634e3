"""The feed of one's dues for the calendar of a phone: made, made anew, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.services import append
from kelola.office.scope import unscoped
from kelola.registry import ways_in
from kelola.sop import rules
from kelola.sop.models import Feed

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Membership, User


@transaction.atomic
def make_feed(*, membership: Membership, by: str, at: datetime) -> str:
    """Make somebody's feed, or make it anew under another key; the former one ends.

    Returns:
        the key, which is known nowhere after this.

    """
    key = rules.new_feed_key()
    Feed.objects.update_or_create(
        membership=membership,
        defaults={
            "office_id": membership.office_id,
            "digest": rules.feed_digest(key),
            "made_at": at,
        },
    )
    _tell("sop.feed.made", membership.pk, membership.office_id, by, at)
    return key


@transaction.atomic
def end_feed(*, membership: Membership, by: str, at: datetime) -> bool:
    """End somebody's feed; return whether there was one."""
    gone, _by_model = Feed.objects.filter(membership=membership).delete()
    if gone:
        _tell("sop.feed.ended", membership.pk, membership.office_id, by, at)
    return bool(gone)


def end_feeds_of(*, user: User, office: UUID | None, by: str, at: datetime) -> int:
    """End the feeds of an account, in one office or in each; return how many there were."""
    with unscoped("an account may have feeds in several offices"):
        rows = Feed.objects.filter(membership__user=user).select_related("membership")
        found = list(rows if office is None else rows.filter(office_id=office))
        for row in found:
            end_feed(membership=row.membership, by=by, at=at)
    return len(found)


ways_in.register("sop.feeds", end_feeds_of)


def _tell(verb: str, membership: UUID, office: UUID, by: str, at: datetime) -> None:
    append(office=office, at=at, by=by, verb=verb, object=f"office.membership:{membership}")
