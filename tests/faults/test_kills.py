"""A run survives a kill at any write: nothing is lost, doubled or half-written."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kelola.evidence.models import Document, StoredFile
from kelola.evidence.services import store_file, sweep_orphans
from kelola.office.scope import office_scope
from kelola.sop import engine, services
from kelola.sop.models import Run, Step
from tests.faults.invariants import assert_invariants
from tests.faults.kills import killed_at_every_point
from tests.people import make_people
from tests.runs import Desk, adopt, png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(hours=2)


@pytest.fixture
def desk(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Desk]:
    settings.FILES_DIR = tmp_path / "files"
    people = make_people()
    version = adopt(people.court)
    with office_scope(people.office.pk):
        yield Desk(people, version)


def test_finishing_a_step(desk: Desk) -> None:
    run = desk.open("B")

    def prepare() -> tuple[Step, dict[str, object]]:
        nonlocal run
        run = desk.open("B")
        return desk.step(run, "B1"), desk.form(run, "B1")

    step, data = prepare()
    outcome = desk.procedure("B").activity("B1").outcomes[0].code

    def act() -> object:
        return services.finish_step(
            step_id=step.id,
            outcome=outcome,
            data=data,
            remarks="",
            revision=0,
            by=desk.people.andi.person,
            at=desk.now,
        )

    points = done_early = 0
    for point in killed_at_every_point(act):
        assert_invariants()
        if desk.step(run, "B1").state == "done":
            # The commit had gone through before the kill: a second try is told so.
            with pytest.raises(engine.Refusal, match="step_closed"):
                act()
            done_early += 1
        else:
            act()
        assert_invariants()
        assert desk.step(run, "B1").state == "done"
        assert desk.step(run, "B2").attempt == 1
        points += 1
        if point:
            step, data = prepare()
    # At least the untouched child, and the kill just after the commit.
    assert done_early >= 2
    assert points > 10


def test_opening_a_run(desk: Desk) -> None:
    before = points = 0
    for _point in killed_at_every_point(lambda: desk.open("B", "Dibuka lalu mati")):
        assert_invariants()
        now = Run.objects.count()
        assert now in (before, before + 1)
        before = now
        again = desk.open("B", "Dibuka lagi")
        before += 1
        assert again.sequence == before
        points += 1
    assert_invariants()
    assert points > 10


def test_taking_in_a_file(desk: Desk) -> None:
    run = desk.open("B")
    subject = f"sop.run:{run.id}"
    content = png(shade=17)

    def act() -> Document:
        return store_file(
            office=run.office_id,
            stream=io.BytesIO(content),
            name="foto.png",
            subject=subject,
            by=desk.people.andi.id,
            at=desk.now,
        )

    points = 0
    for _point in killed_at_every_point(act):
        assert_invariants()
        act()
        assert_invariants()
        content = png(shade=Document.objects.count())  # other bytes, so that they are stored anew
        points += 1
    assert points > 10
    sweep_orphans(at=datetime.now(UTC) + LATER)
    kept = {Path(f.path) for f in StoredFile.objects.all()}
    top = next(p for p in {Path(f.path).parents[1] for f in StoredFile.objects.all()})
    assert {p for p in top.rglob("*") if p.is_file() and len(p.name) == 64} == kept
