"""Pure decisions: when a message may leave, and when it is tried again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

# News of one person that come together leave together.
GATHERED = timedelta(minutes=3)
# Nobody is told of what the follower hears of later than this.
TOO_OLD = timedelta(days=7)
# A sender that has not come back by then is taken for dead.
LEASE = timedelta(minutes=10)
GIVEN_UP = timedelta(days=3)
_LONGEST_WAIT = timedelta(hours=1)
_MONDAY = 0


class Pace(StrEnum):
    """How often messages come."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants to be reached: ``hour`` (0 to 23) is for digests; both quiet or none."""

    pace: Pace = Pace.AT_ONCE
    hour: int = 8
    quiet_from: time | None = time(18)
    quiet_until: time | None = time(7)


def leaves_at(wishes: Wishes, at: datetime) -> datetime:
    """Return when a message made now may leave.

    Args:
        wishes: of its reader.
        at: now, in the zone of their office.

    """
    if wishes.pace == Pace.AT_ONCE:
        return _after_quiet(wishes, at + GATHERED)
    moment = at.replace(hour=wishes.hour, minute=0, second=0, microsecond=0)
    while moment <= at or (wishes.pace == Pace.WEEKLY and moment.weekday() != _MONDAY):
        moment += timedelta(days=1)
    return moment


def _after_quiet(wishes: Wishes, at: datetime) -> datetime:
    """Return ``at``, or the end of the quiet hours in which it lies; they may cross midnight."""
    start, end = wishes.quiet_from, wishes.quiet_until
    if start is None or end is None or start == end:
        return at
    now = at.time()
    over_night = start > end
    inside = (now >= start or now < end) if over_night else start <= now < end
    if not inside:
        return at
    moment = at.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return moment + timedelta(days=1) if moment <= at else moment


def tried_again_at(letter: UUID, attempts: int, at: datetime) -> datetime:
    """Return when a letter that failed is tried again: ever later, no two at one moment.

    Args:
        letter: its id, from which the spread of ± 20 % comes.
        attempts: how often it was tried, 1 or more.
        at: now.

    """
    wait = min(timedelta(minutes=2 ** min(attempts, 10)), _LONGEST_WAIT)
    spread = (zlib.crc32(letter.bytes + bytes([attempts % 256])) % 401 - 200) / 1000
    return at + wait * (1 + spread)
