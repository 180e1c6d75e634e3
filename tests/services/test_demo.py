"""``kelola demo``: a court at work, made by the real services, all or nothing."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kelola.demo import queries, services
from kelola.demo.services import telling
from kelola.evidence.models import Document
from kelola.ledger.models import Entry
from kelola.ledger.queries import verify
from kelola.office.models import Membership, Office, User
from kelola.office.queries import posts_of
from kelola.office.scope import office_scope, unscoped
from kelola.sop import queries as sop
from kelola.sop.models import OPEN_STEP_STATES, Definition, Run, Step, StepPause
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of, year_to_confirm
from tests.people import make_court

pytestmark = pytest.mark.django_db
TUESDAY = datetime.fromisoformat("2026-11-24T10:17:00+07:00")
MOMENTS = {
    "a plain morning": TUESDAY,
    "a night before Monday": datetime.fromisoformat("2026-11-23T01:10:00+07:00"),
    "the long rest after Ramadan": datetime.fromisoformat("2026-03-22T09:00:00+07:00"),
    "New Year": datetime.fromisoformat("2027-01-02T00:30:00+07:00"),
}


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def make(at=TUESDAY, seed=29):
    return services.make_demo(seed=seed, by="system", at=at)


def content(office):
    """What the demo tells, without ids and salts."""
    unknown = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    with office_scope(office):
        steps = Step.objects.select_related("run", "performer").order_by(
            "run__opened_at", "run__number", "position"
        )
        return [
            (s.run.number, s.run.subject, s.activity, s.attempt, s.state, s.outcome, s.remarks,
             str(s.performer), s.opened_at, s.performed_at, s.due_at,
             unknown.sub("", json.dumps(s.form)))
            for s in steps
        ]  # fmt: skip


@pytest.mark.parametrize("when", MOMENTS)
def test_every_account_has_something_to_do_at_any_moment(when):
    at = MOMENTS[when]
    made = make(at)
    with office_scope(made.office.pk):
        members = Membership.objects.select_related("user", "person")
        assert {m.user.login for m in members} == {
            p.login for p in queries.office_file().people if p.login
        }
        for member in members:
            roles = sop.roles_of(member.person, at.date()).of(
                Run.objects.values_list("sop_id", flat=True)[0]
            )
            free = Q(assignee=None) | Q(assignee=member.person)
            mine = Step.objects.filter(free, role__in=roles, state__in=OPEN_STEP_STATES)
            assert mine.exists(), member.user.login
        assert sop.urgent(at)
        strands = set(Run.objects.values_list("strand", flat=True))
        assert year_to_confirm(at.date()) is None
    assert len(strands) == 15
    assert verify().ok


def test_the_story_shows_every_state():
    made = make()
    with office_scope(made.office.pk):
        assert set(Run.objects.values_list("state", flat=True)) == {
            "open", "completed", "cancelled",
        }  # fmt: skip
        states = Counter(Step.objects.values_list("state", flat=True))
        assert {"waiting", "ready", "started", "paused", "done", "returned"} <= states.keys()
        assert states["waiting"] == states["paused"] == 1
        assert Step.objects.filter(attempt=2).count() >= 2
        assert StepPause.objects.filter(ends_at=None).count() == 1
        assert StepPause.objects.exclude(ends_at=None).count() == 1
        finished, late, _undone = sop.finished_counts(made.office.created_at)
        assert 3 <= late < finished / 5
        running = Step.objects.filter(state__in=("ready", "started"), due_at__isnull=False)
        assert running.filter(due_at__lt=TUESDAY).exists()
        assert running.filter(remind_at__lt=TUESDAY, due_at__gt=TUESDAY).exists()
        waiting = Step.objects.get(state="waiting")
        assert (waiting.activity, waiting.due_at) == ("F4", None)
        assert made.runs == Run.objects.count()


def test_people_act_in_working_hours_each_for_their_own_role():
    made = make()
    with office_scope(made.office.pk):
        calendar = calendar_of(made.office.pk)
        people = {str(m.person_id) for m in Membership.objects.all()}
        acts = Entry.objects.filter(chain=str(made.office.pk)).exclude(by="system")
        assert acts.count() > 120
        assert set(acts.values_list("by", flat=True)) == people
        moments = list(acts.order_by("seq").values_list("at", flat=True))
        assert moments == sorted(moments)
        assert moments[-1] <= TUESDAY
        for moment in set(moments):
            spans = workcal.windows(calendar, workcal.local(calendar, moment).date())
            assert any(opens <= moment <= closes for opens, closes in spans), moment
        by_role = {
            step.role: posts_of(step.performer, step.performed_at.date())
            for step in Step.objects.exclude(performer=None).select_related("performer")
        }
        for role, posts in by_role.items():
            assert role in {p.key for p in posts}


def test_numbers_follow_the_time_and_files_open():
    made = make()
    with office_scope(made.office.pk):
        for code in "ABCDEF":
            years = Run.objects.filter(procedure=code).order_by("opened_at", "id")
            numbers = [(r.year, r.sequence) for r in years]
            assert numbers == sorted(numbers)
        documents = Document.objects.select_related("file")
        assert documents.count() > 15
        assert {d.file.media_type for d in documents} == {"image/png", "application/pdf"}


def test_seed_and_moment_decide_the_content():
    told = []
    for seed in (29, 29, 30):
        with transaction.atomic():
            told.append(content(make(seed=seed).office.pk))
            transaction.set_rollback(True)
    first, second, other = told
    assert len(first) > 90
    assert first == second
    assert first != other
    assert Counter(row[1:4] for row in first) == Counter(row[1:4] for row in other)


def test_anything_that_fails_leaves_nothing(monkeypatch):
    real, told = telling.Teller.tell, []

    def stumble(self, planned):
        told.append(planned)
        if len(told) == 40:
            raise RuntimeError
        real(self, planned)

    monkeypatch.setattr(telling.Teller, "tell", stumble)
    with pytest.raises(RuntimeError):
        make()
    assert not Office.objects.exists()
    assert not User.objects.exists()
    assert not Definition.objects.exists()
    assert not Entry.objects.exists()


def test_the_command_says_how_to_sign_in_and_makes_it_once():
    said = demo("--until", "2026-11-20T10:00", "--seed", "3")
    facts = queries.office_file()
    assert f'Kantor contoh "{facts.office.name}" siap' in said
    assert facts.password in said
    for person in facts.people:
        assert (person.name in said) == bool(person.login)
    assert User.objects.get(login="andi").check_password(facts.password)
    before = Entry.objects.count()
    again = demo()
    assert "Kantor contoh sudah ada; tidak ada yang diubah." in again
    assert facts.password in again
    assert Entry.objects.count() == before
    with unscoped("the test looks at everything"):
        assert max(Run.objects.values_list("opened_at", flat=True)) <= datetime.fromisoformat(
            "2026-11-20T10:00:00+07:00"
        )


def test_an_installation_in_use_is_not_touched():
    court = make_court("Pengadilan Agama Sungguhan")
    before = Entry.objects.count()
    with pytest.raises(CommandError, match="milik kantor") as error:
        demo()
    assert error.value.returncode == 2
    assert court.office.name in str(error.value)
    assert Office.objects.count() == 1
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("kemarin", "tulis seperti"),
        ("2026-13-01T10:00", "tulis seperti"),
        (f"{timezone.now().year + 1}-02-01T10:00", "belum tiba"),
    ],
)
def test_a_moment_that_cannot_be_told_is_wrong_use(until, words):
    with pytest.raises(CommandError, match=words) as error:
        demo("--until", until)
    assert error.value.returncode == 2
    assert not Office.objects.exists()
