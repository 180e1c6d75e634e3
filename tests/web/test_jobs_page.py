"""The page of the background work: all of it from rows, nothing of any office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kelola.jobs import queries, services
from kelola.jobs.models import JobSlot, SlotState
from kelola.jobs.schedule import ScheduledJob, jobs
from kelola.ledger.models import Entry
from tests.people import make_people, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def budi(people):
    return sign_in(Client(), people.budi.user)


def page(client):
    return client.get(reverse("jobs")).content.decode()


def slot(job="jobs.follow", state=SlotState.DONE, ago=timedelta(minutes=1), **more):
    at = timezone.now() - ago
    finished = at if state in (SlotState.DONE, SlotState.FAILED) else None
    return JobSlot.objects.create(
        **{
            "job": job,
            "slot_at": at,
            "state": state,
            "next_at": at,
            "finished_at": finished,
            **more,
        }
    )


def test_a_worker_that_finished_nothing_lately_is_silent(budi):
    assert "Belum pernah ada yang selesai." in page(budi)
    slot(ago=timedelta(minutes=6))
    assert "Pelaksana pekerjaan tidak bergerak" in page(budi)
    slot()
    assert "Pelaksana pekerjaan tidak bergerak" not in page(budi)


def test_every_job_is_told_in_indonesian(budi):
    said = page(budi)
    for key in jobs:
        assert key in said
    assert "Menghapus sesi masuk yang sudah kedaluwarsa." in said
    assert "Delete the sessions" not in said


@pytest.mark.parametrize(
    ("state", "attempts", "words"),
    [
        (SlotState.FAILED, 8, "Berhenti dicoba"),
        (SlotState.DUE, 3, "Gagal, akan dicoba lagi"),
        (SlotState.RUNNING, 1, "Berjalan"),
        (SlotState.DUE, 0, "Menunggu giliran"),
    ],
)
def test_what_went_wrong_is_told_with_its_attempts(budi, state, attempts, words):
    slot(state=state, attempts=attempts, error="OperationalError" if attempts > 1 else "")
    said = page(budi)
    assert words in said
    assert ("OperationalError" in said) == (attempts > 1)


def test_the_next_turn_is_the_one_put_off_or_the_next_of_the_schedule():
    at = timezone.now()
    later = at + timedelta(minutes=40)
    slot(state=SlotState.DUE, attempts=2, next_at=later)
    found = {s.job.key: s for s in queries.overview(at).jobs}
    assert found["jobs.follow"].next_at == later
    hourly = found["jobs.prune_results"].next_at
    assert at < hourly <= at + timedelta(hours=1)
    assert (hourly.minute, hourly.second) == (0, 0)


def test_it_is_for_administrators(people):
    andi = sign_in(Client(), people.andi.user)
    assert andi.get(reverse("jobs")).status_code == 403
    assert andi.post(reverse("job_run"), {"job": "jobs.follow"}).status_code == 403
    assert not JobSlot.objects.exists()


def test_run_now_opens_one_turn_and_tells_the_installation_s_history(people, budi):
    answers = [budi.post(reverse("job_run"), {"job": "jobs.clear_slots"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    row = JobSlot.objects.get(job="jobs.clear_slots")
    assert row.pk in queries.due(timezone.now())
    entries = Entry.objects.filter(verb="jobs.slot.asked")
    assert {(e.chain, e.by, e.data["job"]) for e in entries} == {
        ("system", people.budi.id, "jobs.clear_slots")
    }


def test_run_now_brings_a_turn_forward_that_was_put_off(budi):
    later = timezone.now() + timedelta(hours=2)
    row = slot(state=SlotState.DUE, attempts=3, next_at=later)
    budi.post(reverse("job_run"), {"job": "jobs.follow"})
    row.refresh_from_db()
    assert row.next_at <= timezone.now()
    assert JobSlot.objects.count() == 1


def test_run_now_leaves_a_running_job_alone(budi):
    slot(state=SlotState.RUNNING, next_at=timezone.now() + timedelta(minutes=5))
    said = budi.post(reverse("job_run"), {"job": "jobs.follow"}, follow=True).content.decode()
    assert "Sedang berjalan, atau baru saja berjalan." in said
    assert JobSlot.objects.count() == 1
    assert not Entry.objects.filter(verb="jobs.slot.asked").exists()


@pytest.mark.parametrize("job", ["", "jobs", "jobs.nothing", "<script>"])
def test_a_job_that_is_none_is_no_page(budi, job):
    assert budi.post(reverse("job_run"), {"job": job}).status_code == 404
    assert not JobSlot.objects.exists()


def test_what_was_asked_for_is_run_by_the_worker(people, monkeypatch):
    ran = []
    job = ScheduledJob("jobs.probe", timedelta(days=1), lambda *, at: ran.append(at))
    monkeypatch.setattr(jobs, "_items", {**jobs._items, job.key: job})
    at = timezone.now()
    assert services.run_soon(job=job.key, by=people.budi.id, at=at)
    (due,) = queries.due(at)
    assert services.perform(due, at=at)
    assert ran == [at]
    assert not services.run_soon(job=job.key, by=people.budi.id, at=at)


def test_the_page_asks_as_often_for_many_turns_as_for_few(budi):
    def asked():
        with CaptureQueriesContext(connection) as found:
            page(budi)
        return len(found)

    for n in range(10):
        slot(ago=timedelta(minutes=n + 1))
    page(budi)  # the first request settles the office
    few = asked()
    for n in range(30):
        slot("jobs.prune_results", ago=timedelta(hours=n + 1))
    assert asked() == few
