"""What was decided beforehand settles steps by its number, and only what it is for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kelola.ledger.queries import entries_of, verify
from kelola.office import services as office
from kelola.office.rules import AppointmentKind
from kelola.office.scope import office_scope
from kelola.office.services import Invalid
from kelola.sop import policies, services
from kelola.sop.models import StandingDisposition, Step
from kelola.sop.services import Given
from tests.people import TOLD

if TYPE_CHECKING:
    from tests.people import Someone
    from tests.runs import Desk

pytestmark = pytest.mark.django_db

ROAD = {"B4": "done", "B5": "do"}
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def given(desk: Desk, by: Someone | None = None, **changes: Any) -> StandingDisposition:
    values: dict[str, Any] = {
        "number": "W1-A1/12/OT.01/X/2026",
        "issued_on": date(2026, 10, 30),
        "valid_from": FIRST,
        "valid_until": LAST,
        "words": "Akun dan akses dikerjakan langsung oleh operator.",
        "passes": ROAD,
        "wanted": {"category": ["access"]},
        **changes,
    }
    who = by or desk.people.cut
    return services.give_disposition(
        sop=desk.version.sop, strand="B", given=Given(**values), by=who.person, at=desk.now
    )


def walked(desk: Desk, *, category: str = "access", until: str = "B3") -> Any:
    """Open a request of a category and finish its steps up to one."""
    run = desk.open("B")
    data = desk.form(run, "B1") | {"category": category}
    desk.finish(run, "B1", data=data)
    for key in ("B2", "B3"):
        if key <= until:
            desk.finish(run, key)
    return run


def states(run: Any) -> dict[str, str]:
    return dict(Step.objects.filter(run=run).order_by("position").values_list("activity", "state"))


def test_what_it_covers_is_settled_by_number_and_by_nobody(desk):
    row = given(desk)
    run = walked(desk)
    assert states(run) == {
        "B1": "done", "B2": "done", "B3": "done", "B4": "skipped", "B5": "skipped", "B6": "ready",
    }  # fmt: skip
    passed = desk.step(run, "B5")
    assert (passed.performer_id, passed.outcome, passed.disposition_id) == (None, "do", row.pk)
    assert passed.performed_at == passed.opened_at
    told = [
        e
        for e in entries_of(str(run.office_id), [f"sop.run:{run.id}"])
        if e.verb == "sop.step.passed"
    ]
    assert [(e.data["activity"], e.by) for e in told] == [("B4", "system"), ("B5", "system")]
    assert told[1].data["opened"][0]["activity"] == "B6"
    assert verify(str(run.office_id)).ok


def test_another_kind_of_request_is_decided_as_ever(desk):
    given(desk)
    assert states(walked(desk, category="device"))["B4"] == "ready"


def test_without_a_condition_it_is_for_every_request(desk):
    given(desk, wanted={})
    assert states(walked(desk, category="device"))["B5"] == "skipped"


def test_it_ends_overnight(desk):
    given(desk, valid_until=desk.now.date())
    assert states(walked(desk))["B4"] == "skipped"
    desk.now += timedelta(days=1)
    assert states(walked(desk))["B4"] == "ready"


def test_it_does_not_begin_before_its_day(desk):
    given(desk, valid_from=desk.now.date() + timedelta(days=1))
    assert states(walked(desk))["B4"] == "ready"


def test_withdrawn_it_settles_nothing_more_and_what_it_settled_stays(desk):
    row = given(desk)
    run = walked(desk)
    services.withdraw_disposition(
        disposition=row, reason="Terlalu luas.", by=desk.people.cut.person, at=desk.now
    )
    assert states(run)["B5"] == "skipped"
    assert states(walked(desk))["B4"] == "ready"
    with pytest.raises(policies.NotAllowed, match="sudah dicabut"):
        services.withdraw_disposition(
            disposition=row, reason="Lagi.", by=desk.people.cut.person, at=desk.now
        )


def test_of_two_the_newer_decree_counts(desk):
    given(desk, passes={"B4": "done", "B5": "do"})
    newer = given(desk, number="W1-A1/20/OT.01/XI/2026", issued_on=date(2026, 11, 2))
    run = walked(desk)
    assert desk.step(run, "B5").disposition_id == newer.pk


def test_a_step_in_somebodys_hands_stays_there(desk):
    run = walked(desk)
    services.claim_step(step_id=desk.step(run, "B4").id, by=desk.people.budi.person, at=desk.now)
    given(desk)
    desk.finish(run, "B4")
    assert states(run)["B4"] == "done"
    assert states(run)["B5"] == "skipped"


def test_what_one_person_does_in_one_go_is_theirs(desk):
    given(desk, passes={"B4": "done"})
    run = walked(desk, until="B2")
    forms = {key: desk.form(run, key) for key in ("B3", "B4")}
    services.finish_together(
        step_id=desk.step(run, "B3").id, forms=forms, revision=0,
        by=desk.people.budi.person, at=desk.now,
    )  # fmt: skip
    assert states(run)["B4"] == "done"


def test_what_checks_anothers_work_is_never_settled_beforehand(desk):
    assert desk.procedure("B").activity("B7").not_same_person_as
    with pytest.raises(Invalid, match="B7"):
        given(desk, passes={"B7": "done"})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "n" * 121}, "number"),
        ({"words": " "}, "words"),
        ({"valid_until": date(2026, 10, 1)}, "valid_until"),
        ({"passes": {}}, "passes"),
        ({"passes": {"B1": "done"}}, "passes"),
        ({"passes": {"C2": "done"}}, "passes"),
        ({"passes": {"B5": "return"}}, "passes"),
        ({"passes": {"B5": "entah"}}, "passes"),
    ],
)
def test_what_is_not_sound_is_refused_and_nothing_is_kept(desk, changes, field):
    with pytest.raises(Invalid) as refused:
        given(desk, **changes)
    assert refused.value.field == field
    assert not StandingDisposition.objects.exists()


def test_nobody_decides_beforehand_for_somebody_above_them(desk):
    with pytest.raises(policies.NotAllowed, match="B5"):
        given(desk, by=desk.people.budi)
    with pytest.raises(policies.NotAllowed):
        given(desk, by=desk.people.andi)
    assert not StandingDisposition.objects.exists()


def test_an_acting_official_binds_nobody_beyond_their_days(desk):
    with office_scope(desk.people.office.pk):
        office.appoint(
            post=desk.people.court.posts["sekretaris"], person=desk.people.hadi.person,
            kind=AppointmentKind.PLH, decree_number="77/KP/XI/2026",
            decree_on=desk.now.date(), valid_from=desk.now.date(),
            valid_until=desk.now.date() + timedelta(days=4), **TOLD,
        )  # fmt: skip
    with pytest.raises(policies.NotAllowed):
        given(desk, by=desk.people.hadi)


def test_a_version_that_names_steps_otherwise_is_not_covered(desk):
    row = given(desk)
    StandingDisposition.objects.filter(pk=row.pk).update(passes={"B9": "done"})
    assert states(walked(desk))["B4"] == "ready"


def test_another_office_is_not_bound(desk):
    given(desk)
    with office_scope(desk.people.eko.person.office_id):
        assert not StandingDisposition.objects.exists()
