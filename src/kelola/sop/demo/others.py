"""The other runs on request of a year: news, renewals and applications."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kelola.sop.demo.acts import Thread
from kelola.sop.demo.roads import Road, day_of, somewhere
from kelola.sop.demo.texts import texts
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from random import Random

    from kelola.registry import Deed, World
    from kelola.sop.definition.shape import Procedure

NEWS = (2, 3)  # of a month: at least, and so many more by chance
QUIET_DAYS = 15
NEWS_RETURNS = 55
OF_HUNDRED = 100
WITHOUT_DOCUMENT = 30
MONTHS_BETWEEN = 3


def others(world: World, by_code: Mapping[str, Procedure]) -> Iterator[Deed]:
    """Yield the runs of E, of F4 and of D2–D6 that no other story tells."""
    for number, month in enumerate(_months(world)):
        chance = world.chance("others", month[0])
        for day in chance.sample(month, min(NEWS[0] + chance.randrange(NEWS[1]), len(month))):
            yield from _news(world, by_code["E"], day)
        if number % MONTHS_BETWEEN == 1:
            turn = number // MONTHS_BETWEEN
            yield from _renewal(world, by_code["F"], month[len(month) // 2], turn)
            yield from _application(world, by_code["D"], month[len(month) // 3], turn)


def _months(world: World) -> list[list[date]]:
    found: dict[date, list[date]] = {}
    last = day_of(world, world.until) - timedelta(days=QUIET_DAYS)
    day = world.first + timedelta(days=1)
    while day <= last:
        if workcal.is_working_day(world.calendar, day):
            found.setdefault(day.replace(day=1), []).append(day)
        day += timedelta(days=1)
    return list(found.values())


def _news(world: World, procedure: Procedure, day: date) -> Iterator[Deed]:
    chance = world.chance("news", day)
    about = chance.choice(texts().news)
    page = about.lower().replace(" ", "-")
    outcome = "no_document" if chance.randrange(OF_HUNDRED) < WITHOUT_DOCUMENT else "done"
    address = {"address": f"https://ms-contoh.go.id/berita/{page}-{day:%d-%m}"}
    files = {"files": [f"{page}.png"]}
    picture = {"name": f"{page}.png", "format": "image", "searchable": False}
    body = f"{about} di Mahkamah Syar'iyah Contoh berjalan dengan tertib dan diikuti pegawai."
    own: dict[str, dict[str, Any]] = {
        "E1": {"subject": about, "notes": "", "material": files},
        "E2": {"documents": [picture], "result": files},
        "E3": {"headline": about, "body": body, "alt_texts": f"Foto {about.lower()}."},
        "E4": {"corrections": ""},
        "E5": address,
        "E6": {"contents": [{"name": f"{page}.html", "type": "Halaman"}], **address},
    }
    yield from _run(
        world,
        procedure,
        "E",
        day,
        chance=chance,
        subject=about,
        own=own,
        outcomes={"E1": outcome},
        returns=NEWS_RETURNS,
    )


def _renewal(world: World, procedure: Procedure, day: date, turn: int) -> Iterator[Deed]:
    facts = texts().renewals[turn % len(texts().renewals)]
    own = {
        "F4": {
            "service": facts.service,
            "provider": facts.provider,
            "amount": facts.amount,
            "invoice_number": f"INV-{day:%Y%m}-{turn + 11:03}",
        }
    }
    chance = world.chance("renewal", day)
    yield from _run(world, procedure, "F4", day, chance=chance, subject=facts.subject, own=own)


def _application(world: World, procedure: Procedure, day: date, turn: int) -> Iterator[Deed]:
    name = texts().applications[turn % len(texts().applications)]
    own = {"D2": {"application": name}, "D6": {"application": name}}
    chance = world.chance("application", day)
    subject = f"Uji penerimaan {name}"
    returns = OF_HUNDRED if turn == 1 else 0
    yield from _run(
        world, procedure, "D2-D6", day, chance=chance, subject=subject, own=own, returns=returns
    )


def _run(
    world: World,
    procedure: Procedure,
    strand_key: str,
    day: date,
    *,
    chance: Random,
    subject: str,
    own: Mapping[str, Mapping[str, Any]],
    outcomes: Mapping[str, str] | None = None,
    returns: int = 0,
) -> Iterator[Deed]:
    strand = next(s for s in procedure.strands if s.key == strand_key)
    by = world.holder(procedure.activity(strand.first).actor, day)
    at = world.there(by, somewhere(world, day, chance, until=0.5))
    words = texts().words
    road = Road(world, procedure, strand, chance, words, own, outcomes or {}, returns=returns)
    thread = Thread(world, procedure.code, strand_key, at)
    yield thread.opening(by, subject)
    yield from thread.turns(road.plan(at))
