"""Kills at every point of what else writes: returns, cancelling, jobs, commands, the demo."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as kelola_settings
from django.core.management import call_command
from django.utils import timezone

from kelola.jobs import services as jobs
from kelola.jobs.models import JobSlot, SlotState
from kelola.jobs.rules import LEASE, MOST_ATTEMPTS
from kelola.ledger.models import Entry
from kelola.office.models import Office, SessionRow, User
from kelola.office.scope import office_scope, unscoped
from kelola.sop import engine, services
from kelola.sop.models import Run, Step
from kelola.workcal import services as workcal
from tests.faults.invariants import assert_invariants
from tests.faults.kills import died_at, killed_at_every_point
from tests.people import make_people
from tests.runs import Desk, adopt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Desk]:
    settings.FILES_DIR = tmp_path / "files"
    people = make_people()
    version = adopt(people.court)
    with office_scope(people.office.pk):
        yield Desk(people, version)


def test_returning_a_step(desk: Desk) -> None:
    run, step = desk.open("B"), None
    back = next(o.code for o in desk.procedure("B").activity("B2").outcomes if o.is_return)

    def prepare() -> Step:
        nonlocal run
        run = desk.finish(desk.open("B"), "B1")
        return desk.step(run, "B2")

    def act() -> object:
        return services.finish_step(
            step_id=step.id,
            outcome=back,
            data={},
            remarks="Foto belum jelas",
            revision=0,
            by=desk.people.budi.person if step.role == "kasubag_ptip" else desk.people.andi.person,
            at=desk.now,
        )

    step = prepare()
    points = done_early = 0
    for point in killed_at_every_point(act):
        assert_invariants()
        if desk.step(run, "B2").state == "returned":
            with pytest.raises(engine.Refusal, match="step_closed"):
                act()
            done_early += 1
        else:
            act()
        # The first activity is open again, once.
        assert (desk.step(run, "B1").attempt, desk.step(run, "B1").is_open) == (2, True)
        points += 1
        if point:
            step = prepare()
    assert_invariants()
    assert done_early >= 2
    assert points > 10


def test_cancelling_a_run(desk: Desk) -> None:
    run = desk.open("B")
    head = desk.who(desk.procedure("B").head).person

    def act() -> object:
        return services.cancel_run(run_id=run.id, reason="Salah buka", by=head, at=desk.now)

    points = 0
    for point in killed_at_every_point(act):
        assert_invariants()
        if Run.objects.get(id=run.id).state == "open":
            act()
        assert Run.objects.get(id=run.id).state == "cancelled"
        points += 1
        if point:
            run = desk.open("B")
    assert_invariants()
    assert points > 6


def slot_of(job: str, at: datetime) -> JobSlot:
    JobSlot.objects.all().delete()
    jobs.open_slots(at=at)
    return JobSlot.objects.get(job=job)


def killed_job(job: str, at: datetime, prepare: Callable[[], None]) -> int:
    """Kill a job at each point; after the lease another attempt must end it. Return the points."""
    prepare()
    slot, points = slot_of(job, at), 0

    def act() -> object:
        return jobs.perform(slot.pk, at=at)

    for point in killed_at_every_point(act):
        later = at
        left = JobSlot.objects.get(pk=slot.pk)
        if left.state != SlotState.DONE:
            if left.state == SlotState.RUNNING:
                # While the dead attempt's lease runs, nobody else begins.
                assert not jobs.perform(slot.pk, at=at + LEASE - timedelta(seconds=1))
                later = at + LEASE
            assert jobs.perform(slot.pk, at=later)
        left.refresh_from_db()
        assert (left.state, left.error) == (SlotState.DONE, "")
        assert left.attempts <= 2 < MOST_ATTEMPTS
        points += 1
        if point:
            prepare()
            slot = slot_of(job, at)
    return points


def test_the_followers_catching_up(desk: Desk) -> None:
    run = desk.open("B")
    desk.finish(run, "B1")
    at = desk.now + timedelta(minutes=5)
    days = iter(range(1, 400))

    def prepare() -> None:
        workcal.declare_closure(
            office=desk.people.office.pk,
            on=desk.now.date() + timedelta(days=next(days)),
            label="Listrik padam",
            by="system",
            at=desk.now,
        )

    points = killed_job("jobs.follow", at, prepare)
    assert points > 10
    assert_invariants()
    # However often it was killed, each move of a clock is told once.
    moves = [e.data["moved"] for e in Entry.objects.filter(verb="sop.clock.moved").order_by("seq")]
    told = [(m["step"], m["new"]) for entry in moves for m in entry]
    assert len(told) == len(set(told))


def test_sweeping_strays(desk: Desk) -> None:
    run = desk.open("B")
    desk.form(run, "B1")
    at = datetime.now(UTC) + timedelta(hours=3)
    top = Path(kelola_settings.FILES_DIR) / str(desk.people.office.pk)

    def prepare() -> None:
        for number in range(3):
            folder = top / f"{number:02d}"
            folder.mkdir(exist_ok=True)
            (folder / (f"{number:02d}" + "f" * 62)).write_bytes(b"x")
        (top / "tmp" / "half").write_bytes(b"x")

    assert killed_job("evidence.sweep", at, prepare) > 8
    assert_invariants(at=at, swept=True)


def test_clearing_sessions(desk: Desk) -> None:
    at = timezone.now()

    def prepare() -> None:
        for number, days in enumerate((-2, -1, 1)):
            key = f"sesi{number}"
            until = at + timedelta(days=days)
            SessionRow.objects.update_or_create(
                session_key=key, defaults={"expire_date": until, "seen_at": at}
            )

    assert killed_job("office.clear_sessions", at, prepare) >= 7
    assert set(SessionRow.objects.values_list("session_key", flat=True)) == {"sesi2"}
    assert_invariants()


def test_clearing_slots(desk: Desk) -> None:
    at = timezone.now()
    assert killed_job("jobs.clear_slots", at, lambda: None) >= 7
    assert_invariants()


def test_opening_slots(desk: Desk) -> None:
    at = timezone.now()
    old = at - timedelta(days=3)
    points = 0

    def prepare() -> None:
        JobSlot.objects.all().delete()
        jobs.open_slots(at=old)

    prepare()
    for point in killed_at_every_point(lambda: jobs.open_slots(at=at)):
        jobs.open_slots(at=at)
        rows = list(JobSlot.objects.filter(slot_at__gt=old).values_list("job", flat=True))
        assert len(rows) == len(set(rows))
        # The turns of three days ago were overtaken, not left to pile up.
        assert not JobSlot.objects.filter(slot_at__lte=old, state=SlotState.DUE).exists()
        points += 1
        if point:
            prepare()
    assert points > 10
    assert_invariants(at=at)


def silent(*words: str, **options: object) -> None:
    """Run a command as typed, its words thrown away."""
    kept, sys.stdout = sys.stdout, io.StringIO()
    try:
        call_command(*words, **options)
    finally:
        sys.stdout = kept


def test_starting_an_office(desk: Desk, tmp_path: Path) -> None:
    number, points = 0, 0
    word = tmp_path / "sandi"
    word.write_text("tujuh-kuda-putih")

    def act() -> None:
        silent(
            "office", "new", name=f"Pengadilan {number}", short=f"P {number}", zone="Asia/Jakarta",
            admin=f"kepala{number}", admin_name="Kepala", password_file=word,
        )  # fmt: skip

    for point in killed_at_every_point(act):
        assert_invariants()
        with unscoped("the test looks at every office"):
            made = Office.objects.filter(name=f"Pengadilan {number}").count()
            assert made == User.objects.filter(login=f"kepala{number}").count()
        if not made:
            act()
        points += 1
        if point:
            number += 1
    assert_invariants()
    assert points > 10


def test_loading_an_sop(desk: Desk) -> None:
    made = desk.people.other.office
    points = 0

    def act() -> None:
        silent("sop", "load", "SOP/AS/29", office=str(made.pk))

    for _point in killed_at_every_point(act):
        assert_invariants()
        with office_scope(made.pk):
            assert desk.version.__class__.objects.count() in (0, 1)
        points += 1
    act()
    with office_scope(made.pk):
        assert desk.version.__class__.objects.count() == 1
    assert_invariants()
    assert points >= 2


def test_the_demo_begins_again(settings: SettingsWrapper, tmp_path: Path) -> None:
    """It is one transaction of thousands of writes: killed at a few all over."""
    settings.FILES_DIR = tmp_path / "files"
    until = "2026-02-20T10:00"
    for last in (1, 40, 400, 1200):
        assert died_at(lambda: silent("demo", until=until), last)
        with unscoped("the test looks at every office"):
            assert Office.objects.count() == 0
            assert Run.objects.count() == 0
    silent("demo", until=until)
    assert Office.objects.count() == 1
    assert_invariants()
    assert any((tmp_path / "files").iterdir())
