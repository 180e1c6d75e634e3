"""Two people at once: exactly one wins, the other is told, nothing is doubled."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from kelola.ledger.queries import entries_of, verify
from kelola.office.scope import office_scope
from kelola.sop import engine, services
from kelola.sop.models import Run, Step
from tests.people import make_people
from tests.runs import Desk, adopt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

ROUNDS = 10

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(office: object, acts: Sequence[Callable[[], object]]) -> list[object]:
    """Do all acts at the same moment, each on its own connection; return results or errors."""
    barrier = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        try:
            with office_scope(office):
                barrier.wait()
                return act()
        except Exception as error:  # noqa: BLE001 - what was refused is the result
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.fixture
def office(settings: SettingsWrapper, tmp_path: Path) -> Desk:
    settings.FILES_DIR = tmp_path / "files"
    people = make_people()
    return Desk(people, adopt(people.court))


def test_approve_against_return(office: Desk) -> None:
    key = office.people.office.pk
    procedure = office.procedure("B")
    back = next(o.code for o in procedure.activity("B2").outcomes if o.is_return)
    forward = next(o.code for o in procedure.activity("B2").outcomes if not o.is_return)
    for _round in range(ROUNDS):
        with office_scope(key):
            run = office.open("B")
            office.finish(run, "B1")
            step, data = office.step(run, "B2"), office.form(run, "B2")

        def act(outcome: str, step: Step = step, data: object = data) -> object:
            return services.finish_step(
                step_id=step.id,
                outcome=outcome,
                data=data,
                remarks="Sebab",
                revision=step.revision,
                by=office.people.andi.person,
                at=office.now,
            )

        results = at_once(key, [lambda: act(forward), lambda: act(back)])
        won = [r for r in results if isinstance(r, Run)]
        lost = [r for r in results if isinstance(r, engine.Refusal)]
        assert (len(won), len(lost)) == (1, 1), results
        assert lost[0].code in {engine.RefusalCode.STEP_CLOSED, engine.RefusalCode.WRONG_ATTEMPT}
        assert lost[0].params["by"] == office.people.andi.id
        with office_scope(key):
            told = [e.verb for e in entries_of(str(key), [f"sop.run:{run.id}"])]
            assert told.count("sop.step.finished") + told.count("sop.step.returned") == 2
            assert Step.objects.filter(run=run, state__in=("ready", "waiting")).count() == 1
    assert verify().ok


def test_the_same_slot_opened_by_two(office: Desk) -> None:
    key = office.people.office.pk
    results = at_once(key, [lambda: office.open("D7")] * 4)
    assert sum(isinstance(r, Run) for r in results) == 1, results
    assert sum(isinstance(r, services.SlotTaken) for r in results) == 3, results
    with office_scope(key):
        assert Run.objects.get().sequence == 1


def test_numbers_are_gapless_when_many_open_at_once(office: Desk) -> None:
    key = office.people.office.pk
    at_once(key, [lambda: office.open("B")] * 6)
    with office_scope(key):
        assert sorted(Run.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert verify().ok


def test_two_schedulers_open_each_round_once(office: Desk) -> None:
    key = office.people.office.pk

    def look() -> int:
        return services.open_rounds(at=office.now)

    opened = at_once(key, [look, look, look])
    assert [n for n in opened if isinstance(n, Exception)] == []
    with office_scope(key):
        rounds = list(Run.objects.values_list("strand", "slot_key"))
        numbers = list(Run.objects.values_list("number", flat=True))
    assert len(rounds) == len(set(rounds)) == 8
    assert sum(n for n in opened if isinstance(n, int)) == 8
    assert len(set(numbers)) == 8
    assert verify().ok
