"""Posts go from one person to another by a decree; open work goes with them, done work stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from kelola.ledger.models import Entry
from kelola.office.models import Appointment
from kelola.office.scope import office_scope
from kelola.office.services import Invalid
from kelola.registry import reports
from kelola.reports import press
from kelola.sop import policies, queries, services, sheets
from kelola.sop.models import HandOver
from kelola.sop.services import Handing

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db


def handing(desk: Desk) -> Handing:
    """Let the Kasubag's post go to Jamil from today."""
    return Handing(
        giver=desk.people.budi.person,
        receiver=desk.people.jamil.person,
        posts=[desk.people.court.posts["kasubag_ptip"]],
        on=desk.now.date(),
        decree_number="W1-A1/31/KP.04/XI/2026",
        decree_on=date(2026, 10, 30),
        note="Kunci ruang server, dua buah.",
    )


def handed(desk: Desk, wanted: Handing) -> HandOver:
    return services.hand_over(wanted=wanted, by=desk.people.budi.person, at=desk.now)


def test_open_work_goes_with_the_post_and_done_work_stays(desk):
    run = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    step = desk.step(run, "B3")
    services.claim_step(step_id=step.pk, by=desk.people.budi.person, at=desk.now)
    done = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    desk.finish(done, "B3")
    row = handed(desk, handing(desk))
    assert desk.step(run, "B3").assignee_id is None
    assert desk.step(done, "B3").performer_id == desk.people.budi.person.pk
    services.claim_step(step_id=step.pk, by=desk.people.jamil.person, at=desk.now)
    with pytest.raises(policies.NotAllowed):
        services.claim_step(step_id=step.pk, by=desk.people.budi.person, at=desk.now)
    assert row.number == "BA-ST/1/2026"
    assert dict(row.held)["Langkah yang terbuka"][0][0] == "B3"
    assert run.number in dict(row.held)["Langkah yang terbuka"][0][1]
    entry = Entry.objects.get(verb="sop.handover.made")
    assert entry.data["receiver"] == str(desk.people.jamil.person.pk)


def test_the_decrees_meet_without_a_gap_or_an_overlap(desk):
    wanted = handing(desk)
    handed(desk, wanted)
    rows = Appointment.objects.filter(post=wanted.posts[0]).order_by("valid_from")
    old, new = rows
    assert (old.valid_until, new.valid_from) == (wanted.on - timedelta(days=1), wanted.on)
    assert (new.person_id, new.decree_number) == (wanted.receiver.pk, wanted.decree_number)


def test_a_hand_over_to_come_leaves_the_work_where_it_is_until_then(desk):
    run = desk.finish(desk.finish(desk.open("B"), "B1"), "B2")
    services.claim_step(step_id=desk.step(run, "B3").pk, by=desk.people.budi.person, at=desk.now)
    handed(desk, replace(handing(desk), on=desk.now.date() + timedelta(days=7)))
    assert desk.step(run, "B3").assignee_id == desk.people.budi.person.pk
    desk.now += timedelta(days=7)
    roles = queries.roles_of(desk.people.jamil.person, desk.now.date())
    mine = queries.inbox(desk.people.jamil.person, roles, desk.now.date(), limit=9)
    assert [s.run_id for s in mine if s.activity == "B3"] == [run.pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda w: {"receiver": w.giver}, "receiver"),
        (lambda _w: {"posts": []}, "posts"),
        (lambda _w: {"note": "n" * 2001}, "note"),
        (lambda _w: {"decree_number": " "}, "decree_number"),
        (lambda _w: {"on": date(2020, 1, 1)}, "on"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(desk, change, field):
    wanted = handing(desk)
    before = list(Appointment.objects.order_by("pk").values_list("pk", "valid_until"))
    with pytest.raises(Invalid) as refused:
        handed(desk, replace(wanted, **change(wanted)))
    assert refused.value.field == field
    assert list(Appointment.objects.order_by("pk").values_list("pk", "valid_until")) == before
    assert not HandOver.objects.exists()


def test_twice_is_refused(desk):
    wanted = handing(desk)
    handed(desk, wanted)
    with pytest.raises(Invalid):
        handed(desk, wanted)
    assert HandOver.objects.count() == 1


def test_the_minutes_bear_two_names_and_what_was_held(desk):
    desk.finish(desk.finish(desk.open("B", "Printer PTSP"), "B1"), "B2")
    row = handed(desk, handing(desk))
    made = sheets.handover_paper(desk.people.office, row)
    assert [s.name for s in made.signatures] == [row.giver.name, row.receiver.name]
    assert "Printer PTSP" in str(press.data_of(made))
    assert press.set_paper(reports[made.kind], press.data_of(made)).pdf.startswith(b"%PDF")


def test_another_office_sees_none(desk):
    handed(desk, handing(desk))
    with office_scope(desk.people.eko.person.office_id):
        assert not HandOver.objects.exists()
