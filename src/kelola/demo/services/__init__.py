"""Make the demo office and tell its story, by the services that people use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kelola.demo import queries
from kelola.demo.services import growing
from kelola.demo.services.founding import confirm_year, found, founding
from kelola.demo.services.growing import grow
from kelola.demo.services.telling import Teller, plan
from kelola.office.queries import offices
from kelola.office.scope import office_scope
from kelola.workcal.queries import calendar_of, year_to_confirm
from kelola.workcal.rules import local

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.demo.models import Growth
    from kelola.office.models import Office

__all__ = ["AlreadyMade", "InUse", "Made", "begin_year", "grow", "make_demo"]


class AlreadyMade(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """The demo office is there; nothing was changed."""


class InUse(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """The installation has an office of its own; ``name`` says which. Nothing was changed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Made:
    """The demo office and the number of its runs."""

    office: Office
    runs: int


def make_demo(*, seed: int, by: str, at: datetime) -> Made:
    """Make the demo office with its story up to a moment, all or nothing.

    Args:
        seed: decides the minutes and seconds that no story names; the same seed and moment tell
            the same story.
        by: who makes it, an id or ``system``; what people did in the story is theirs.
        at: aware moment up to which the story tells.

    Raises:
        AlreadyMade: the demo office is there.
        InUse: another office is there.

    """
    with transaction.atomic():
        _require_empty()
        founded = found(by=by, at=founding(at), until=at)
        with office_scope(founded.office.pk):
            teller = Teller(founded, calendar_of(founded.office.pk))
            acts = plan(teller.stories, teller.definition, teller.calendar, until=at, seed=seed)
            for planned in acts:
                teller.tell(planned)
            today = local(teller.calendar, at).date()
            while year := year_to_confirm(today):
                confirm_year(founded.office, founded.people, year, at=at)
    return Made(founded.office, len(teller.runs))


def begin_year(*, seed: int, months: int, by: str, at: datetime) -> Growth:
    """Found the demo office at the beginning of its year; ``grow`` tells the months.

    Args:
        seed: decides everything that no story names; the same seed and moment give the same
            ledger, to the last hash.
        months: how many, the month of the moment among them.
        by: who makes it, an id or ``system``.
        at: aware moment up to which the year will tell.

    Raises:
        AlreadyMade: the demo office is there.
        InUse: another office is there.

    """
    with transaction.atomic():
        _require_empty()
        return growing.begin_year(seed=seed, months=months, by=by, until=at)


def _require_empty() -> None:
    names = [o.name for o in offices()]
    if queries.office_file().office.name in names:
        raise AlreadyMade
    if names:
        raise InUse(names[0])
