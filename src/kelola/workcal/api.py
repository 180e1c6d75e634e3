"""The working calendar for programs."""

# Annotations are read at run time by ninja, so they are no strings here.
from datetime import date, time
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from kelola.office.http import OfficeRequest
from kelola.ui.http.operations import GivenMoment, In, Moment, Out, answers, reads
from kelola.ui.http.problem import Problem
from kelola.workcal import queries, rules
from kelola.workcal.phrases import FAULTS

router = Router(tags=["calendar"], auth=reads)
FIRST_YEAR, LAST_YEAR = rules.KNOWN_YEARS[0], rules.KNOWN_YEARS[-1]
MOST_PAUSES = 50
LONGEST_STANDARD = 200
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Standard = Annotated[str, Field(min_length=1, max_length=LONGEST_STANDARD)]


class YearAsked(In):
    """Which year is wanted."""

    year: Year
    """The year: ``2026``."""


class DueAsked(In):
    """What is to be reckoned."""

    start: GivenMoment
    """When the clock starts."""
    standard: Standard
    """The time standard: ``P1D``, ``PT2H``, ``PT3H..P1D`` or a rule (``FREQ=…``)."""
    pause: Annotated[list[str], Field(default_factory=list, max_length=MOST_PAUSES)]
    """A time the clock stood still, ``FROM..TO``; may be given several times."""
    wall: bool = False
    """A legal clock: exact time on the wall, no holidays and no pauses."""


class SlotsAsked(In):
    """Which rounds are wanted."""

    rule: Standard
    """The rule: ``FREQ=MONTHLY;BYMONTHDAY=30``."""
    year: Year
    """The year: ``2026``."""


class SpecialDay(Out):
    """A day that is not as its weekday."""

    on: date
    """The day."""
    kind: Literal["national", "joint", "local", "called", "closed", "part"]
    """A national holiday, joint leave, a local day off, a day off that is worked, an office closed
    for the day or for a part of it."""
    name: str
    """What it is."""
    basis: str
    """The decree it rests on."""
    starts: time | None
    """From when the office is closed, if for a part of the day."""
    ends: time | None
    """Until when."""
    working: bool
    """Whether the office works on it, for the whole day or a part."""


class YearOut(Out):
    """The special days of a year."""

    year: int
    """The year."""
    confirmed: bool
    """Whether the office has confirmed the year by the government's decree; estimates before."""
    items: list[SpecialDay]
    """In order."""


class DueOut(Out):
    """When something is due."""

    due_at: Moment
    """The time not to exceed."""
    target_at: Moment | None
    """The earlier end of a range of time."""


class SlotOut(Out):
    """One turn of a rule."""

    key: str
    """Names the turn: ``2026-11``."""
    opens_on: date
    """From this day on it may be worked."""
    due_on: date
    """It is due when the office closes on this day."""


class Slots(Out):
    """The turns of a year."""

    items: list[SlotOut]
    """In order."""


@router.get("/special-days", response=answers(YearOut))
def special_days(request: OfficeRequest, asked: Query[YearAsked]) -> YearOut:
    """List the special days of a year.

    Holidays, joint leave, local days and closures, as the office's clocks reckon with them.
    """
    calendar = queries.calendar_of(request.actor.office.id)
    confirmation = queries.confirmation_of(asked.year)
    found = queries.special_days(asked.year, confirmation)
    return YearOut(
        year=asked.year,
        confirmed=confirmation is not None,
        items=[
            SpecialDay(
                on=day.on,
                kind=day.mark.value,
                name=day.name,
                basis=day.basis,
                starts=day.starts,
                ends=day.ends,
                working=rules.is_working_day(calendar, day.on),
            )
            for day in found.values()
        ],
    )


@router.get("/due", response=answers(DueOut))
def due(request: OfficeRequest, asked: Query[DueAsked]) -> DueOut:
    """Reckon when something is due.

    By the office's working hours, holidays and closures, as the clocks of steps do.
    """
    calendar = queries.calendar_of(request.actor.office.id)
    pauses = [_pause(text) for text in asked.pause]
    try:
        standard = rules.parse_standard(asked.standard)
        if asked.wall and isinstance(standard, rules.Recurrence):
            raise _wrong("wall", _("A legal clock needs a duration; a rule has none."))
        found = rules.due(calendar, asked.start, standard, pauses, wall=asked.wall)
    except rules.BadStandard as error:
        raise _wrong("standard", str(FAULTS[error.fault])) from error
    except (rules.NoWorkingTime, OverflowError) as error:
        words = _("The calendar has no working hours there.")
        raise _wrong("start", words) from error
    return DueOut(due_at=found.at, target_at=found.target)


@router.get("/slots", response=answers(Slots))
def slots(request: OfficeRequest, asked: Query[SlotsAsked]) -> Slots:
    """List the turns of a rule in a year."""
    calendar = queries.calendar_of(request.actor.office.id)
    try:
        found = rules.slots(calendar, asked.rule, asked.year)
    except rules.BadStandard as error:
        raise _wrong("rule", str(FAULTS[error.fault])) from error
    return Slots(items=[SlotOut(key=s.key, opens_on=s.opens_on, due_on=s.due_on) for s in found])


class _Span(In):
    start: GivenMoment
    end: GivenMoment


def _pause(text: str) -> rules.Pause:
    begins, _dots, ends = text.partition("..")
    try:
        span = _Span.model_validate({"start": begins, "end": ends})
    except ValueError as error:
        words = _("%(text)s is not a pause. Write FROM..TO.") % {"text": text[:60] or "''"}
        raise _wrong("pause", words) from error
    if span.end < span.start:
        words = _("The pause %(text)s ends before it begins.") % {"text": text[:60]}
        raise _wrong("pause", words)
    return rules.Pause(span.start, span.end)


def _wrong(name: str, words: str) -> Problem:
    return Problem(400, "bad_parameter", words, errors=[(name, words)])
