"""Two processes decide the same step at the same moment, 200 times; and their like."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.utils import translation

from kelola.ledger.models import Entry
from kelola.office.scope import office_scope
from kelola.sop import engine, faces, phrases, services
from kelola.sop.models import Run, Step
from tests.faults.invariants import assert_invariants
from tests.people import make_people
from tests.runs import Desk, adopt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

ROUNDS = 200
FEWER = 20
PATIENCE = 60

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Desk]:
    settings.FILES_DIR = tmp_path / "files"
    people = make_people()
    version = adopt(people.court)
    with office_scope(people.office.pk):
        yield Desk(people, version)


def raced(acts: Sequence[Callable[[int], object]], rounds: int) -> list[list[Any]]:
    """Let each act run in a process of its own, round by round at the same moment.

    Returns:
        for each round what the acts returned or raised, in the order of the acts.

    """
    connections.close_all()
    gate = multiprocessing.get_context("fork").Barrier(len(acts))
    pipes = [_child(act, rounds, gate) for act in acts]
    columns = []
    for pid, reading in pipes:
        with os.fdopen(reading, "rb") as pipe:
            columns.append(pickle.load(pipe))
        os.waitpid(pid, 0)
    return [list(row) for row in zip(*columns, strict=True)]


def _child(act: Callable[[int], object], rounds: int, gate: Any) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.close(reading)
        results: list[object] = []
        for number in range(rounds):
            gate.wait(PATIENCE)
            try:
                act(number)
                results.append("won")
            except Exception as error:  # noqa: BLE001 - what was refused is the result
                results.append(_plain(error))
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(results, pipe)
    finally:
        os._exit(0)


def _plain(error: Exception) -> object:
    if isinstance(error, engine.Refusal):
        return error.code.value, dict(error.params)
    return type(error).__name__, str(error)


def finish(
    desk: Desk, steps: list[Step], outcome: str, forms: list[Any]
) -> Callable[[int], object]:
    def act(number: int) -> object:
        return services.finish_step(
            step_id=steps[number].id,
            outcome=outcome,
            data=forms[number],
            remarks="Foto belum jelas",
            revision=steps[number].revision,
            by=desk.people.andi.person,
            at=desk.now,
        )

    return act


def prepared(desk: Desk, rounds: int) -> tuple[list[Run], list[Step], list[Any]]:
    """Open runs whose second activity waits for a decision."""
    runs = [desk.finish(desk.open("B"), "B1") for _ in range(rounds)]
    return runs, [desk.step(r, "B2") for r in runs], [desk.form(r, "B2") for r in runs]


def test_approve_against_return(desk: Desk) -> None:
    _runs, steps, forms = prepared(desk, ROUNDS)
    outcomes = desk.procedure("B").activity("B2").outcomes
    forward = next(o.code for o in outcomes if not o.is_return)
    back = next(o.code for o in outcomes if o.is_return)
    acts = [finish(desk, steps, forward, forms), finish(desk, steps, back, forms)]
    results = raced(acts, ROUNDS)
    approved = sum(row[0] == "won" for row in results)
    for row in results:
        assert sum(one == "won" for one in row) == 1, row
        code, params = next(one for one in row if one != "won")
        # The loser is told who decided, and when.
        assert code in {"step_closed", "wrong_attempt"}, row
        assert params["by"] == desk.people.andi.id
        assert params["at"] == desk.now
    decided = Entry.objects.filter(verb__in=("sop.step.finished", "sop.step.returned"))
    assert decided.count() == 2 * ROUNDS  # B1 and B2 of each
    assert 0 <= approved <= ROUNDS
    assert_invariants()
    with translation.override("id"):
        told = phrases.refusal(
            engine.Refusal(engine.RefusalCode.STEP_CLOSED, "B2", **params),
            faces.people({desk.people.andi.id}),
        )
    assert "Andi Saputra" in told[0]


def test_the_same_decision_twice(desk: Desk) -> None:
    _runs, steps, forms = prepared(desk, FEWER)
    forward = next(o.code for o in desk.procedure("B").activity("B2").outcomes if not o.is_return)
    acts = [finish(desk, steps, forward, forms)] * 2
    for row in raced(acts, FEWER):
        assert sorted(one == "won" for one in row) == [False, True], row
    assert_invariants()


def test_two_take_the_same_step_up(desk: Desk) -> None:
    """Taking over is allowed, so both may win; the row and the history name the same person."""
    steps = [desk.step(desk.open("B"), "B1") for _ in range(FEWER)]

    def claim(number: int) -> object:
        return services.claim_step(
            step_id=steps[number].id, by=desk.people.andi.person, at=desk.now
        )

    for row in raced([claim, claim], FEWER):
        assert "won" in row, row
    for step in steps:
        step.refresh_from_db()
        assert step.assignee_id == desk.people.andi.person.pk
        claims = Entry.objects.filter(verb="sop.step.claimed", object=f"sop.run:{step.run_id}")
        assert claims.count() == 1
    assert_invariants()


def test_cancel_against_finish(desk: Desk) -> None:
    runs, steps, forms = prepared(desk, FEWER)
    forward = next(o.code for o in desk.procedure("B").activity("B2").outcomes if not o.is_return)
    head = desk.who(desk.procedure("B").head).person

    def cancel(number: int) -> object:
        return services.cancel_run(
            run_id=runs[number].id, reason="Salah buka", by=head, at=desk.now
        )

    for row in raced([cancel, finish(desk, steps, forward, forms)], FEWER):
        # Finished first, the run may still be cancelled; cancelled first, nothing is finished.
        assert row[0] == "won", row
    assert set(Run.objects.values_list("state", flat=True)) == {"cancelled"}
    assert_invariants()
