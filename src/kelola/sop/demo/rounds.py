"""The rounds of the schedule in a year: weekly, monthly, yearly, and the closing of months."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from kelola.sop import queries, services
from kelola.sop.demo.acts import Thread, deed, version
from kelola.sop.demo.roads import LATE, LATE_USUAL, OF_HUNDRED, Road, after, day_of, somewhere
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from random import Random

    from kelola.registry import Deed, World
    from kelola.sop.definition.shape import Procedure, SopDefinition, Strand
    from kelola.sop.demo.roads import Words

BLACKOUT = (
    "Listrik padam dua hari penuh karena gardu terbakar; perangkat jaringan tidak dapat diuji."
)
FIRST_OF_ROUND = "C2"
CLOSED_AFTER = 3  # working days
WEEK = 7
RETURNS = 30  # of a hundred rounds that can be sent back
# Of a hundred of these rounds, how many have something to tell on some day.
EVENTFUL = 45
HAPPENED = (
    ("Internet putus 20 menit", "Jalur cadangan dipakai, penyedia dihubungi"),
    ("Dua percobaan masuk gagal ke router", "Alamat diblokir"),
    ("Halaman lambat 9 detik", "Tembolok dibersihkan"),
    ("Ruang disk server 88 persen", "Log lama dipindahkan"),
    ("Sertifikat tinggal 20 hari", "Perpanjangan diajukan"),
    ("Lampu UPS kuning", "Uji beban, masih 9 menit"),
)


def rounds(world: World, definition: SopDefinition, words: Words) -> Iterator[Deed]:
    """Yield what people do in the rounds that no other story tells."""
    closing: dict[date, datetime] = {}
    for procedure in definition.procedures:
        for strand in procedure.strands:
            for slot in _slots(world, strand):
                last = world.until
                for each in _round(world, procedure, strand, slot, words):
                    last = each.at
                    yield each
                if strand.closes_month:
                    month = slot.due_on.replace(day=1)
                    closing[month] = max(closing.get(month, last), last)
    for month in _months(world):
        yield from _close(world, month, closing.get(month, world.begins))


def _months(world: World) -> Iterator[date]:
    """Yield the first days of the months that are over."""
    month, last = world.first, day_of(world, world.until).replace(day=1)
    while month < last:
        yield month
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _slots(world: World, strand: Strand) -> Iterator[workcal.Slot]:
    if not strand.rule:
        return
    last = day_of(world, world.until)
    for year in range(world.first.year, last.year + 1):
        for slot in workcal.slots(world.calendar, strand.rule, year):
            if world.first <= slot.opens_on <= last and (strand.key, slot.key) not in world.taken:
                yield slot


def _round(
    world: World, procedure: Procedure, strand: Strand, slot: workcal.Slot, words: Words
) -> Iterator[Deed]:
    chance = world.chance(strand.key, slot.key)
    close = workcal.slot_close(world.calendar, slot).astimezone(UTC)
    opened = datetime.combine(slot.opens_on, time(), workcal.zone_on(world.calendar, slot.opens_on))
    opened = opened.astimezone(UTC)
    thread = Thread(world, procedure.code, strand.key, opened, slot)
    first = strand.first
    begins = _begins(world, strand, slot, close, chance)
    own: dict[str, dict[str, Any]] = {first: _daily(strand, chance)}
    outcomes = {"F5": "no_problem" if chance.randrange(OF_HUNDRED) < EVENTFUL else "problems"}
    road = Road(world, procedure, strand, chance, words, own, outcomes, slot=slot, returns=RETURNS)
    if first == FIRST_OF_ROUND and world.blackout == slot.due_on.replace(day=1):
        yield from _blackout(world, thread, road, begins)
        return
    yield from thread.turns(road.plan(opened, begins=begins))


def _begins(
    world: World, strand: Strand, slot: workcal.Slot, close: datetime, chance: Random
) -> datetime:
    """Return when the first step of a round is done: before its closing, or some time after."""
    rate = LATE.get(strand.first, LATE_USUAL)
    steps = len(strand.activities)
    if steps == 1 and chance.randrange(OF_HUNDRED) < rate:
        return after(world, close, chance.uniform(0.5, 9))
    days = [
        slot.opens_on + timedelta(days=n) for n in range((slot.due_on - slot.opens_on).days + 1)
    ]
    days = [day for day in days if workcal.is_working_day(world.calendar, day)]
    if (slot.due_on - slot.opens_on).days < WEEK:
        return somewhere(world, days[-1], chance, until=0.9)
    before = chance.choice((steps + 1, steps, steps - 1, steps - 3) if steps > 1 else (1, 2, 3, 4))
    return somewhere(world, days[-min(max(before, 1), len(days))], chance)


def _daily(strand: Strand, chance: Random) -> dict[str, Any]:
    """Return the daily table of a weekly record; nothing for the other rounds."""
    if strand.first not in {"D1", "F1", "F3"}:
        return {}
    notes: dict[int, dict[str, str]] = {}
    if chance.randrange(OF_HUNDRED) < EVENTFUL:
        what, did = chance.choice(HAPPENED)
        notes[chance.randrange(4)] = {"description": what, "action": did}
    figures: dict[str, Any] = {"days": {"quiet_but": notes}}
    if strand.first == "F1":
        figures |= {
            "availability": chance.randrange(972, 1000) / 10,
            "dead_links": chance.randrange(5),
        }
    if strand.first == "F3":
        figures |= {"visitors": chance.randrange(700, 1900), "suspicious": chance.randrange(3)}
    return figures


def _blackout(world: World, thread: Thread, road: Road, begins: datetime) -> Iterator[Deed]:
    """Tell the month in which the round could not be made."""
    road.returns = 0
    turns = road.plan(thread.opened_at, begins=begins)
    first = turns[0]
    yield thread.undone(first.activity, first.by, BLACKOUT, first.told_at)
    at = after(world, first.told_at, 3)
    yield thread.confirmed(first.activity, at, day_of(world, at))
    yield from thread.turns(turns[1:])


def _close(world: World, month: date, last: datetime) -> Iterator[Deed]:
    """Close a month once its last row is settled and the next has begun."""
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    chance = world.chance("close", month)
    opening = workcal.nth_working_day(
        world.calendar, following - timedelta(days=1), CLOSED_AFTER + chance.randrange(3)
    )
    at = max(somewhere(world, opening, chance), after(world, last, 2))
    by = world.holder("kasubag_ptip", day_of(world, at))

    def close() -> None:
        used = version()
        if queries.month_of(used, world.calendar, month).is_settled:
            services.close_month(version=used, first=month, by=world.people[by], at=at)

    yield deed(at, f"close {month}", close)
