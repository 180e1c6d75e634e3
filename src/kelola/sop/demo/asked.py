"""Procedure B in a year: what people ask for, month by month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kelola.sop import services
from kelola.sop.demo.acts import Thread, deed, version
from kelola.sop.demo.roads import Road, after, day_of, somewhere
from kelola.sop.demo.texts import Asked, texts
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from random import Random

    from kelola.registry import Deed, Leaving, World
    from kelola.sop.definition.shape import Procedure
    from kelola.sop.demo.roads import Turn

LEAST, SPREAD = 7, 8  # requests of a month
STRAND = "B"
RETURNS = 85  # of a hundred requests
STANDING = {"B4": "done", "B5": "do", "B6": "verified"}
ACCOUNTS = "access"
OPERATOR = "operator_admin"
CHANNELS = ("form", "phone", "whatsapp", "whatsapp", "in_person", "in_person", "email")
# The last days of the year belong to the stories, which ask for enough by themselves.
QUIET_DAYS = 12
FIXED: dict[str, Any] = {"result": "working", "confirmation": "fixed", "parts": []}
URGENT = "p1"
STAFF = "Subbagian Kepegawaian, Organisasi, dan Tata Laksana"


def requests_of_year(world: World, procedure: Procedure) -> Iterator[Deed]:
    """Yield every request of the year with all its steps."""
    yield _standing(world)
    months = _months(world)
    deck = _deck(world, len(months) * (LEAST + SPREAD))
    for month, days in months:
        chance = world.chance("requests", month)
        count = LEAST + chance.randrange(SPREAD)
        for number in sorted(chance.sample(range(len(days)), min(count, len(days)))):
            yield from _request(world, procedure, days[number], deck.pop())
        if len(days) > count:
            yield from _settled(world, procedure, days[chance.randrange(len(days))])
    for leaver in world.leaving:
        yield from _accounts(world, procedure, leaver)


def _months(world: World) -> list[tuple[date, list[date]]]:
    """Return the months with the working days on which somebody asks for something."""
    found: dict[date, list[date]] = {}
    last = day_of(world, world.until) - timedelta(days=QUIET_DAYS)
    day = world.first + timedelta(days=1)
    while day <= last:
        if workcal.is_working_day(world.calendar, day):
            found.setdefault(day.replace(day=1), []).append(day)
        day += timedelta(days=1)
    return list(found.items())


def _deck(world: World, size: int) -> list[Asked]:
    """Return what is asked for in turn: everything once before anything twice."""
    chance = world.chance("deck")
    deck: list[Asked] = []
    while len(deck) < size:
        deck += chance.sample(texts().asked, len(texts().asked))
    return deck


def _request(world: World, procedure: Procedure, day: date, asked: Asked) -> Iterator[Deed]:
    chance = world.chance("request", day)
    at = somewhere(world, day, chance, until=0.8)
    by = world.holder(OPERATOR, day)
    at = world.there(by, at)
    subject, own = _forms(asked, chance)
    passed = set(STANDING) if asked.category == ACCOUNTS else set()
    urgent = asked.level[-1] == URGENT and not passed
    road = _road(world, procedure, chance, own, passed=passed, returns=0 if urgent else RETURNS)
    thread = Thread(world, procedure.code, STRAND, at)
    turns = road.plan(at)
    yield thread.opening(by, subject)
    yield from _by_word(world, thread, turns, chance) if urgent else thread.turns(turns)


def _forms(asked: Asked, chance: Random) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the subject of a request and what its forms say."""
    who, room = chance.choice(texts().who), chance.choice(texts().rooms)
    urgency, impact, priority = asked.level
    way = "Dapat dikerjakan sendiri"
    option = {"option": asked.plan, "pros_and_cons": way, "cost": asked.cost}
    hurry = "urgent" if priority in {URGENT, "p2"} else "ordinary"
    rating = 3 + chance.randrange(3)
    return asked.subject.format(room=room), {
        "B1": {
            "requester": who.name, "unit": who.unit, "channel": chance.choice(CHANNELS),
            "category": asked.category, "device": "", "room": room, "description": asked.says,
            "photo": [],
        },
        "B2": {"analysis": asked.found, "history": "", "parts": "", "solution": asked.plan},
        "B3": {"urgency": urgency, "impact": impact, "priority": priority},
        "B4": {"options": [option], "advice": asked.plan, "cost": asked.cost},
        "B5": {"nature": hurry, "instruction": asked.plan},
        "B6": {"analysis": asked.found},
        "B7": {"work": asked.did, "rating": rating, **FIXED},
    }  # fmt: skip


def _road(
    world: World,
    procedure: Procedure,
    chance: Random,
    own: dict[str, dict[str, Any]],
    *,
    passed: set[str],
    returns: int = 0,
) -> Road:
    strand = next(s for s in procedure.strands if s.key == STRAND)
    words = texts().words
    return Road(world, procedure, strand, chance, words, own, passed=passed, returns=returns)


def _by_word(world: World, thread: Thread, turns: list[Turn], chance: Random) -> Iterator[Deed]:
    """Tell of a request so urgent that the Secretary orders it by word; ratified the next day."""
    place = next(n for n, turn in enumerate(turns) if turn.activity == "B5")
    before = turns[place - 1]
    at = after(world, before.told_at, chance.uniform(0.2, 0.6))
    recorder = world.holder(OPERATOR, day_of(world, at))
    at = world.there(recorder, at)
    giver = turns[place].by
    late = turns[place].told_at > after(world, at, 12)
    yield from thread.turns(turns[:place])
    if not late and turns[place + 1].told_at > at:
        yield thread.ordered("B5", recorder, giver, "Kerjakan sekarang, disposisi menyusul.", at)
        ratified = after(world, at, chance.uniform(3, 9))
        yield thread.confirmed("B5", ratified, day_of(world, ratified))
    else:
        yield from thread.turns(turns[place : place + 1])
    yield from thread.turns(turns[place + 1 :])


def _settled(world: World, procedure: Procedure, day: date) -> Iterator[Deed]:
    """Tell of something done in the corridor and written down the next day."""
    chance = world.chance("settled", day)
    by = world.holder(OPERATOR, day)
    done = world.there(by, somewhere(world, day, chance, until=0.7))
    at = world.there(by, after(world, done, chance.uniform(7.8, 12)))
    what = chance.choice(texts().settled).what.format(room=chance.choice(texts().rooms))
    who = chance.choice(texts().who)
    reason = chance.choice(texts().late_because)
    yield deed(
        at,
        "record",
        lambda: services.record_done(
            version=version(), procedure=procedure.code, strand=STRAND, what=what, who=who.name,
            done_at=done, reason=reason, by=world.people[by], at=at,
        ),
    )  # fmt: skip
    own: dict[str, dict[str, Any]] = {
        "B1": {
            "requester": who.name, "unit": who.unit, "channel": "in_person", "category": "device",
            "device": "", "description": what, "photo": [],
        },
        "B7": {"work": what, **FIXED},
    }  # fmt: skip
    road = _road(world, procedure, chance, own, passed=set())
    first, *turns = road.plan(at, begins=after(world, at, 0.1))
    # Who writes it down has taken the first form up.
    yield from Thread(world, procedure.code, STRAND, at).turns([replace(first, by=by), *turns])


def _accounts(world: World, procedure: Procedure, leaver: Leaving) -> Iterator[Deed]:
    """Tell how the accounts of somebody who leaves are closed, for one of them too late."""
    chance = world.chance("accounts", leaver.who)
    by = world.holder(OPERATOR, leaver.last)
    at = world.there(by, somewhere(world, leaver.last, chance, until=0.3))
    person = world.people[leaver.who]
    told = f"{person.name} mutasi; akun SIPP, SIKEP, dan e-Court ditutup pada hari terakhir."
    did = "Akun SIPP dan SIKEP ditutup pada hari terakhir; akun e-Court (aplikasi luar) ditutup"
    did += f" terlambat {leaver.late} hari kerja." if leaver.late else " hari itu juga."
    own: dict[str, dict[str, Any]] = {
        "B1": {
            "requester": "Safrina Dewi, S.Sos.", "channel": "form", "category": ACCOUNTS,
            "unit": STAFF, "device": "", "photo": [], "description": told,
        },
        "B7": {"work": did, "rating": 2 if leaver.late else 5, **FIXED},
    }  # fmt: skip
    road = _road(world, procedure, chance, own, passed=set(STANDING))
    turns = road.plan(at)
    thread = Thread(world, procedure.code, STRAND, at)
    yield thread.opening(by, f"Tutup akun {person.name.split(',')[0]} yang mutasi")
    if leaver.late:
        yield from thread.turns(turns[:-1])
        day = workcal.nth_working_day(world.calendar, leaver.last, leaver.late)
        closed = max(somewhere(world, day, chance), after(world, turns[-2].told_at, 1))
        last = turns[-1]
        yield from thread.turns([last.closed(closed)])
    else:
        yield from thread.turns(turns)


def _standing(world: World) -> Deed:
    """Settle beforehand what is asked for so often: accounts and passwords."""
    first = workcal.nth_working_day(world.calendar, world.first, 5)
    at = somewhere(world, first, world.chance("standing"))
    day = day_of(world, at)
    given = services.Given(
        number=f"W1-A99/{40 + day.month}/SEK/OT.01.2/{day.year}",
        issued_on=day,
        valid_from=day,
        valid_until=day.replace(year=day.year + 1, month=12, day=31),
        words="Pembuatan, pembukaan, dan penutupan akun dikerjakan tanpa menunggu disposisi.",
        passes=STANDING,
        wanted={"category": [ACCOUNTS]},
    )
    return deed(
        at,
        "standing",
        lambda: services.give_disposition(
            sop=version().sop, strand=STRAND, given=given, by=world.people["cut"], at=at
        ),
    )
