"""Reads of what a month brings, and of the feeds that calendars of phones subscribe to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from kelola.office.scope import unscoped
from kelola.sop import rules
from kelola.sop.models import Feed
from kelola.sop.queries.definitions import current_hashes, definition
from kelola.sop.queries.inboxes import open_steps, role_filter
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.office.models import Membership
    from kelola.sop.definition.shape import Strand
    from kelola.sop.models import Step
    from kelola.sop.policies import Roles

MOST_DUES = 300
AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a strand on schedule, as the calendar gives it."""

    strand: Strand
    slot: workcal.Slot


def dues_between(roles: Roles, first: date, after: date, calendar: workcal.Calendar) -> list[Step]:
    """Return the open steps of these roles that are due from ``first`` before ``after``."""
    start, end = (
        datetime.combine(day, time(), workcal.zone_on(calendar, day)) for day in (first, after)
    )
    steps = open_steps().filter(role_filter(roles), due_at__gte=start, due_at__lt=end)
    return list(steps.select_related("run").order_by("due_at", "id")[:MOST_DUES])


def rounds_between(calendar: workcal.Calendar, first: date, after: date) -> list[Round]:
    """Return the rounds that begin or close in these days, once each, by when they begin."""
    found = {(r.strand.key, r.slot.key): r for r in _rounds(calendar, first, after)}
    return sorted(found.values(), key=lambda r: (r.slot.opens_on, r.strand.key))


def _rounds(calendar: workcal.Calendar, first: date, after: date) -> Iterator[Round]:
    years = range(first.year - 1, after.year + 1)
    for content_hash in current_hashes().values():
        for procedure in definition(content_hash).procedures:
            for strand in procedure.strands:
                for slot in (s for y in years for s in _slots(calendar, strand, y)):
                    if first <= slot.opens_on < after or first <= slot.due_on < after:
                        yield Round(strand, slot)


def _slots(calendar: workcal.Calendar, strand: Strand, year: int) -> list[workcal.Slot]:
    if not strand.rule or year not in workcal.KNOWN_YEARS:
        return []
    return list(workcal.slots(calendar, strand.rule, year))


def feed_of(membership: Membership) -> Feed | None:
    """Return somebody's feed in the open office, or None."""
    return Feed.objects.filter(membership=membership).first()


def feed_with(key: str) -> Feed | None:
    """Return the feed of a key with its reader, while their access lasts. Needs no scope."""
    with unscoped("a calendar program shows a key: whose is it"):
        rows = Feed.objects.select_related("membership__person", "membership__user")
        found = rows.filter(
            digest=rules.feed_digest(key),
            membership__is_active=True,
            membership__user__is_active=True,
        )
        return found.first()
