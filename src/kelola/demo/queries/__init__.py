"""What the package's own files tell: the demo office, the answers of its forms and its story."""

from __future__ import annotations

from datetime import date, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import yaml
from django.contrib.auth.hashers import check_password
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from kelola.demo.rules import read_when
from kelola.office.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUSE = Path(__file__).resolve().parent.parent

Hours = list[tuple[time, time]]
Moment = Annotated[str, AfterValidator(lambda text: (read_when(text), text)[1])]
Answers = dict[str, Any]
Shape = TypeVar("Shape")


class Strict(BaseModel):
    """A part of a file; a key that nobody reads is a slip."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeFacts(Strict):
    """The office itself."""

    name: str
    name_en: str
    short_name: str
    zone: str
    letter_code: str
    address: str
    place: str
    site: str


class UnitFacts(Strict):
    """A unit; ``parent`` is the key of one named before it."""

    key: str
    name: str
    parent: str = ""


class PostFacts(Strict):
    """A post. One with the key of an SOP's role performs that role."""

    key: str
    title: str
    title_en: str
    unit: str = ""


class DecreeFacts(Strict):
    """A decree (SK); ``years`` says how long it holds, None until it is replaced."""

    number: str
    years: int | None = None


class PersonFacts(Strict):
    """Somebody of the office; with ``login`` also an account. ``posts`` maps post to decree."""

    name: str
    nip: str
    unit: str
    login: str = ""
    admin: bool = False
    posts: dict[str, str] = {}


class HoursFacts(Strict):
    """The hours of a week."""

    usual: Hours
    friday: Hours
    basis: str = ""


class UsualFacts(HoursFacts):
    """The hours from a date on."""

    effective_from: date


class SeasonFacts(HoursFacts):
    """Hours between two dates."""

    label: str
    starts_on: date
    ends_on: date


class ClosureFacts(Strict):
    """A closing of the office, so many working days before or after the demo's moment."""

    label: str
    days_ago: int = 0
    days_ahead: int = 0
    starts: time | None = None
    ends: time | None = None


class CalendarFacts(Strict):
    """What the office has set about its working time; ``days_off`` is the decree of a year's."""

    days_off: str
    hours: UsualFacts
    seasons: list[SeasonFacts]
    closures: list[ClosureFacts]


class OfficeFile(Strict):
    """``office.yaml``."""

    password: str
    office: OfficeFacts
    units: list[UnitFacts]
    posts: list[PostFacts]
    decrees: dict[str, DecreeFacts]
    people: list[PersonFacts]
    calendar: CalendarFacts


class Act(Strict):
    """One act in the story of a run.

    ``answers`` replace single answers of ``answers.yaml``; ``since`` is how long what was waited
    for already lay there; ``until_in`` in how many working days a pause was promised to end.
    """

    do: Literal["open", "claim", "finish", "pause", "resume", "meet", "cancel"]
    at: Moment
    by: str
    step: str = ""
    outcome: str = ""
    answers: Answers = {}
    remarks: str = ""
    reason: str = ""
    note: str = ""
    until_in: int | None = Field(default=None, ge=1)
    since: str = ""


class RunStory(Strict):
    """The story of one run. Acts that lie after the demo's moment have not happened yet."""

    strand: str
    subject: str
    slot: int | Literal["settled"] | None = None
    acts: list[Act]


def read(name: str, shape: type[Shape]) -> Shape:
    """Return what a file of the package says; raises ``pydantic.ValidationError``."""
    text = (HOUSE / name).read_text(encoding="utf-8")
    return TypeAdapter(shape).validate_python(yaml.safe_load(text))


@cache
def office_file() -> OfficeFile:
    """Return what ``office.yaml`` says; raises ``pydantic.ValidationError``."""
    return read("office.yaml", OfficeFile)


@cache
def answers() -> dict[str, Answers]:
    """Return the usual answers of every activity's form, by the activity's key."""
    return read("answers.yaml", dict[str, Answers])


@cache
def stories() -> tuple[RunStory, ...]:
    """Return the stories of all runs, procedure by procedure."""
    files = sorted(f"story/{f.name}" for f in (HOUSE / "story").glob("*.yaml"))
    return tuple(story for name in files for story in read(name, list[RunStory]))


@cache
def posts_of(login: str) -> tuple[str, ...]:
    """Return the posts that somebody holds in the stories."""
    return next((tuple(p.posts) for p in office_file().people if p.login == login), ())


def answers_for(key: str, own: Mapping[str, Any]) -> Answers:
    """Return the whole form of an activity: the usual answers and its own."""
    return {**answers().get(key, {}), **own}


def answers_of(act: Act) -> Answers:
    """Return the whole form of a finishing act."""
    return answers_for(act.step, act.answers)


def accounts_with_known_password() -> list[str]:
    """Return the logins whose password is still the one that the demo says aloud."""
    facts = office_file()
    named = {person.login for person in facts.people if person.login}
    return [
        user.login
        for user in User.objects.filter(login__in=named, is_active=True)
        if check_password(facts.password, user.password)
    ]
