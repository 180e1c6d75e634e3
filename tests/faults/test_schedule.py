"""Two schedulers and two workers at the same moment."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from kelola.jobs import queries, services
from kelola.jobs.models import JobSlot
from kelola.jobs.schedule import ScheduledJob, jobs

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 30, 9, 41, tzinfo=UTC)
THREADS = 4


def together(work) -> list:
    """Run the same call in several threads that start at once; return the results."""
    gate = threading.Barrier(THREADS)
    results: list = []

    def run() -> None:
        gate.wait()
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == THREADS
    return results


@pytest.fixture
def runs(monkeypatch):
    seen: list[str] = []

    def job(name: str) -> ScheduledJob:
        def run(*, at: datetime) -> None:
            seen.append(name)

        return ScheduledJob(name, timedelta(hours=1), run)

    names = [f"tests.job{n}" for n in range(5)]
    monkeypatch.setattr(jobs, "_items", {name: job(name) for name in names})
    return seen


def test_each_slot_is_opened_once(runs):
    assert sum(together(lambda: services.open_slots(at=AT))) == 5
    assert JobSlot.objects.count() == 5


def test_each_slot_is_run_once(runs):
    services.open_slots(at=AT)
    waiting = queries.due(AT)

    def work() -> int:
        return sum(services.perform(slot, at=AT) for slot in waiting)

    assert sum(together(work)) == 5
    assert sorted(runs) == sorted(jobs)
