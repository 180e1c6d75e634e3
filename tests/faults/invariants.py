"""What must hold after every fault, whatever it was.

Called inside a test on its own database, or as a program on that of an installation:

    python -m tests.faults.invariants
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter as Tally
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    import django

    django.setup()

from django.apps import apps
from django.conf import settings
from django.db import connection

from kelola.evidence.models import StoredFile
from kelola.evidence.services.sweeping import AGE
from kelola.jobs.models import JobSlot
from kelola.jobs.services import open_slots
from kelola.ledger import triggers
from kelola.ledger.followers import catch_up
from kelola.ledger.models import Entry
from kelola.ledger.queries import verify
from kelola.office.models import Counter
from kelola.office.scope import unscoped
from kelola.sop.models import OPEN_STEP_STATES, Run, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOSED = {"sop.step.finished": "done", "sop.step.returned": "returned"}
# What a page for everybody never holds: folders, SQL, settings, names of programs, tracebacks.
TELLTALE = re.compile(
    rb"Traceback|site-packages|\.py\b|KELOLA_|DJANGO_|SECRET_KEY|psycopg|sqlite|OperationalError"
    rb"|\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b [\"a-z]"
    rb"|(?<![\w<])/(?:tmp|usr|home|var|root|mnt)/",
    re.IGNORECASE,
)


def assert_invariants(*, at: datetime | None = None, swept: bool = False) -> None:
    """Check everything that no fault may break.

    Args:
        at: the moment for the age of stray files and for the schedule; now by default.
        swept: the sweep has run: a stray file older than an hour is wrong then.

    """
    moment = at or datetime.now(UTC)
    with unscoped("the invariants look at every office"):
        _database()
        _history()
        _runs()
        _clocks()
        _numbers()
        _files(moment if swept else None)
    _schedule(moment)


def _database() -> None:
    """The pages are whole and every reference leads somewhere."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
            return
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchall() == []
        cursor.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        cursor.execute(
            "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.amname = 'btree' "
            "AND c.relkind = 'i' AND n.nspname = 'public'"
        )


def _history() -> None:
    found = verify()
    assert found.ok, found
    assert triggers.missing(connection) == []


def _runs() -> None:
    """Each step ended at most once, as its row says; a run is open while one of its steps is."""
    ended: dict[str, list[str]] = {}
    for entry in Entry.objects.filter(verb__in=CLOSED):
        ended.setdefault(str(entry.data["step"]), []).append(CLOSED[entry.verb])
    verbs = Tally(Entry.objects.filter(verb__startswith="sop.run.").values_list("object", "verb"))
    steps: dict[object, list[Step]] = {}
    for step in Step.objects.order_by("position"):
        steps.setdefault(step.run_id, []).append(step)
        told = ended.pop(str(step.pk), [])
        assert told == ([step.state] if step.state in CLOSED.values() else []), (step, told)
        if told:
            assert step.performer_id, step
            assert step.performed_at, step
            assert step.recorded_at, step
    assert ended == {}, "the history tells of steps that are not there"
    for run in Run.objects.all():
        _run(run, steps.pop(run.pk, []), verbs)
    assert steps == {}


def _run(run: Run, steps: list[Step], verbs: Tally[tuple[str, str]]) -> None:
    assert steps, f"{run} has no step"
    still_open = [s for s in steps if s.state in OPEN_STEP_STATES]
    assert bool(still_open) == (run.state == "open"), run
    assert bool(run.closed_at) == (run.state != "open"), run
    # One open attempt of an activity, and it is the newest one.
    newest = {s.activity: s.attempt for s in sorted(steps, key=lambda s: s.attempt)}
    assert len({s.activity for s in still_open}) == len(still_open), run
    assert all(s.attempt == newest[s.activity] for s in still_open), run
    key = f"sop.run:{run.pk}"
    assert verbs[key, "sop.run.opened"] == 1, run
    assert verbs[key, "sop.run.completed"] == (run.state == "completed"), run
    assert verbs[key, "sop.run.cancelled"] == (run.state == "cancelled"), run


def _clocks() -> None:
    """The running and the paused stretches of a clock make up its whole time, without overlap."""
    for step in Step.objects.prefetch_related("pauses"):
        pauses = sorted(step.pauses.all(), key=lambda p: p.starts_at)
        unended = [p for p in pauses if p.ends_at is None]
        assert len(unended) == (step.state == "paused"), step
        assert unended in ([], pauses[-1:]), step
        if not pauses:
            continue
        assert step.clock_from is not None, step
        last = step.performed_at or pauses[-1].ends_at or pauses[-1].starts_at
        edges = [step.clock_from]
        for pause in pauses:
            edges += [pause.starts_at, pause.ends_at or pause.starts_at]
        edges.append(max(last, edges[-1]))
        assert edges == sorted(edges), step
        assert step.performed_at is None or edges[-1] == step.performed_at, step


def _numbers() -> None:
    """Numbers of a register run from 1 to its counter without a gap or a double."""
    given: dict[tuple[str, int], list[int]] = {}
    for sop, procedure, year, number in Run.objects.values_list(
        "sop_id", "procedure", "year", "sequence"
    ):
        given.setdefault((f"{sop}:{procedure}", year), []).append(number)
    for (register, year), numbers in given.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), register
        assert Counter.objects.get(register=register, year=year).value == len(numbers), register


def _files(moment: datetime | None) -> None:
    """Every row has its bytes; bytes without a row are young."""
    known = set()
    for file in StoredFile.objects.all():
        content = file.path.read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256, file.path
        assert len(content) == file.size, file.path
        known.add(file.path)
    if moment is None:
        return
    oldest = (moment - AGE).timestamp()
    places = (Path(settings.FILES_DIR), Path(settings.FILE_UPLOAD_TEMP_DIR))
    strays = [
        path
        for place in places
        for path in place.rglob("*")
        if path.is_file() and path not in known and path.name != ".lock"
    ]
    assert [p for p in strays if p.stat().st_mtime < oldest] == []


def _schedule(moment: datetime) -> None:
    """A second look at the schedule and a second round of the followers find nothing new."""
    open_slots(at=moment)
    assert open_slots(at=moment) == 0
    twice = Tally(JobSlot.objects.values_list("job", "slot_at"))
    assert set(twice.values()) <= {1}
    catch_up(at=moment)
    assert catch_up(at=moment) == 0


def assert_discreet(body: bytes, *more: str) -> None:
    """Check that a page tells nothing about the machine; ``more`` are folders and secrets."""
    found = TELLTALE.search(body)
    assert found is None, found
    for text in _secrets(more):
        assert text.encode() not in body, text


def _secrets(more: Iterable[str]) -> list[str]:
    return [text for text in (*more, str(settings.DATA_DIR), settings.SECRET_KEY) if text]


if __name__ == "__main__":
    assert apps.ready
    assert_invariants(at=datetime.now(UTC) + timedelta(seconds=1))
    print(os.getpid(), "sound")  # noqa: T201 - a program that says that it came to its end
