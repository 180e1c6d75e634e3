"""Orders by word of mouth: the work goes on, and whoever gave it ratifies it later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.ledger.rules import digest
from kelola.sop import engine, outputs, phrases, policies, queries, services, sheets
from kelola.sop.models import Confirmation, ConfirmationState, Step
from kelola.sop.rules import next_closing
from kelola.sop.services import rows
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from kelola.office.models import Person
    from kelola.sop.models import Run
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
WORDS = "Kerjakan sekarang, pakai stok gudang"


@pytest.fixture
def run(desk: Desk) -> Run:
    """A request that waits for the Kasubag."""
    run = desk.open("B")
    for key in ("B1", "B2"):
        desk.finish(run, key)
    return run


def order(desk: Desk, run: Run, **changes: Any) -> Step:
    """Record, as Andi, that the Kasubag decided B3 ten minutes ago."""
    step = desk.step(run, "B3")
    given: dict[str, Any] = {
        "ordered_by": desk.people.budi.person,
        "ordered_at": desk.now - timedelta(minutes=10),
        "outcome": "done",
        "words": WORDS,
        "by": desk.people.andi.person,
        "at": desk.now,
    }
    services.record_order(step_id=step.id, **{**given, **changes})
    return Step.objects.get(id=step.id)


def ratify(desk: Desk, by: Person, *steps: Step) -> int:
    """Ratify these orders."""
    return services.ratify_orders(step_ids=[s.id for s in steps], by=by, at=desk.now)


def test_the_work_goes_on_and_both_moments_are_kept(desk: Desk, run: Run) -> None:
    desk.now += timedelta(hours=1)
    step = order(desk, run)
    assert (step.state, step.outcome, step.remarks) == ("ordered", "done", WORDS)
    assert (step.performed_at, step.recorded_at) == (desk.now - timedelta(minutes=10), desk.now)
    assert step.performer == desk.people.budi.person
    assert step.asked
    assert step.asked.recorded_by == desk.people.andi.person
    assert desk.step(run, "B4").clock_from == desk.now
    told = entries_of(str(run.office_id), [f"sop.run:{run.id}"])[-1]
    assert (told.verb, told.by) == ("sop.step.ordered", desk.people.andi.id)
    assert told.data["ordered_by"] == desk.people.budi.id
    assert told.data["words"] == digest(step.salt, WORDS)
    assert verify().ok


def test_it_is_no_signature(desk: Desk, run: Run) -> None:
    order(desk, run)
    signed = outputs.filled(desk.step(run, "B4")).signatures
    assert desk.people.budi.person.name not in [place.name for place in signed]


def test_who_gave_it_ratifies_all_at_once(desk: Desk, run: Run) -> None:
    other = desk.open("B", "Jaringan ruang sidang")
    for key in ("B1", "B2"):
        desk.finish(other, key)
    steps = [order(desk, run), order(desk, other)]
    budi = desk.people.budi.person
    today = workcal.local(calendar_of(desk.people.office.pk), desk.now).date()
    assert queries.to_confirm(budi, queries.roles_of(budi, today)) == steps
    assert ratify(desk, budi, *steps) == 2
    assert ratify(desk, budi, *steps) == 0  # a second click finds nothing left
    assert queries.to_confirm(budi, queries.roles_of(budi, today)) == []
    assert {c.state for c in Confirmation.objects.all()} == {"given"}
    verbs = [e.verb for e in entries_of(str(run.office_id), [f"sop.run:{run.id}"])]
    assert verbs.count("sop.order.ratified") == 1
    assert verify().ok
    with timezone.override(desk.people.office.zone):
        step = Step.objects.get(id=steps[0].id)
        assert phrases.asked_words(step).startswith("Disahkan Budi")
        assert phrases.asked_words(step) in str(sheets.run_paper(desk.people.office, run))


def test_of_many_orders_one_of_another_ratifies_none(desk: Desk, run: Run) -> None:
    step = order(desk, run)
    with pytest.raises(policies.NotAllowed):
        ratify(desk, desk.people.cut.person, step)
    other = desk.open("B", "Lagi")
    for key in ("B1", "B2"):
        desk.finish(other, key)
    mine = order(desk, other)
    Confirmation.objects.filter(step=mine).update(recorded_by=desk.people.budi.person)
    with pytest.raises(policies.NotAllowed, match="Anda sendiri"):
        ratify(desk, desk.people.budi.person, step, mine)
    assert {c.state for c in Confirmation.objects.all()} == {"asked"}


def test_a_false_order_is_answered_so(desk: Desk, run: Run) -> None:
    step = order(desk, run)
    services.answer(
        step_id=step.id,
        state=ConfirmationState.REFUSED,
        remarks="Saya tidak pernah memerintahkan ini",
        by=desk.people.budi.person,
        at=desk.now,
    )
    step = Step.objects.get(id=step.id)
    assert "Saya tidak pernah" in phrases.asked_words(step)
    assert step.state == "ordered"
    assert ratify(desk, desk.people.budi.person, step) == 0


def test_after_its_deadline_it_is_ratified_all_the_same(desk: Desk, run: Run) -> None:
    step = order(desk, run)
    assert step.asked
    due = step.asked.due_at
    assert due
    with timezone.override(desk.people.office.zone):
        early, late = due - timedelta(hours=1), due + timedelta(days=3)
        assert "sampai" in phrases.asked_words(step, early)
        assert "seharusnya paling lambat" in phrases.asked_words(step, late)
    desk.now = late
    assert ratify(desk, desk.people.budi.person, step) == 1


def test_the_deadline_is_the_closing_of_the_next_working_day(desk: Desk) -> None:
    calendar = calendar_of(desk.people.office.pk)
    monday = desk.now.date()
    friday = desk.now + timedelta(days=4)
    closing = workcal.windows(calendar, monday + timedelta(days=7))[-1][1]
    assert next_closing(calendar, friday) == closing
    assert next_closing(calendar, friday + timedelta(days=1)) == closing


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ordered_by": "gita"}, "bukan Kasubag"),
        ({"until": "B9"}, "tidak berurutan"),
        ({"until": "B2"}, "tidak berurutan"),
        ({"until": "B5", "outcome": "return"}, "tidak berurutan"),
        ({"by": "budi", "ordered_by": "budi"}, "Anda sendiri"),
        ({"by": "intan"}, "Hanya"),
        ({"words": " \n"}, engine.RefusalCode.REASON_MISSING),
        ({"outcome": "return"}, engine.RefusalCode.UNKNOWN_OUTCOME),
        ({"outcome": "unheard"}, engine.RefusalCode.UNKNOWN_OUTCOME),
    ],
)
def test_what_is_refused_changes_nothing(
    desk: Desk, run: Run, changes: dict[str, str], reason: object
) -> None:
    before = list(Step.objects.order_by("id").values())
    given = {
        key: getattr(desk.people, value).person if key in ("by", "ordered_by") else value
        for key, value in changes.items()
    }
    with pytest.raises((policies.NotAllowed, engine.Refusal)) as refused:
        order(desk, run, **given)
    error = refused.value
    assert error.code is reason if isinstance(error, engine.Refusal) else reason in error.reason
    assert list(Step.objects.order_by("id").values()) == before
    assert not Confirmation.objects.exists()


def test_one_order_from_above_goes_up_to_the_step_it_names(desk: Desk, run: Run) -> None:
    """The Secretary on the telephone: B3 and B4 below her, her own B5, all on her word."""
    cut = desk.people.cut.person
    order(desk, run, ordered_by=cut, until="B5")
    steps = {s.activity: s for s in Step.objects.filter(run=run)}
    assert [steps[k].state for k in ("B3", "B4", "B5", "B6")] == ["ordered"] * 3 + ["ready"]
    assert {steps[k].performer for k in ("B3", "B4", "B5")} == {cut}
    assert [steps[k].outcome for k in ("B3", "B4", "B5")] == ["done", "done", "do"]
    asked = list(Confirmation.objects.order_by("id"))
    assert [c.role for c in asked] == ["sekretaris"] * 3
    today = workcal.local(calendar_of(desk.people.office.pk), desk.now).date()
    mine = queries.to_confirm(cut, queries.roles_of(cut, today))
    assert [s.activity for s in mine] == ["B3", "B4", "B5"]
    assert ratify(desk, cut, *mine) == 3
    part = outputs.part(desk.procedure("B"), Step.objects.get(id=steps["B3"].id), {}, {})
    assert part.role == "Sekretaris"  # who decided, not whose step it was
    assert verify().ok


def test_an_order_that_goes_too_far_is_recorded_of_no_step(desk: Desk, run: Run) -> None:
    """The Kasubag decides B3 and B4; B5 is the Secretary's, above him."""
    with pytest.raises(policies.NotAllowed, match="bukan Sekretaris"):
        order(desk, run, until="B5")
    assert not Confirmation.objects.exists()
    assert desk.step(run, "B3").state == "ready"


def test_an_order_does_nobodys_own_step_for_them(desk: Desk, run: Run) -> None:
    desk.finish(run, "B3")
    desk.finish(run, "B4")
    given: dict[str, Any] = {
        "step_id": desk.step(run, "B5").id,
        "ordered_by": desk.people.cut.person,
        "ordered_at": desk.now,
        "outcome": "do",
        "words": WORDS,
        "by": desk.people.andi.person,
        "at": desk.now,
    }
    with pytest.raises(policies.NotAllowed, match="langkah Anda sendiri"):
        services.record_order(**given, until="B7")  # Andi's own
    assert desk.step(run, "B5").state == "ready"


def test_four_eyes_keep_who_ordered_from_checking_it(desk: Desk, run: Run) -> None:
    """B7 is not for whoever did B6, also when B6 was only ordered."""
    barred = desk.procedure("B").activity("B7").not_same_person_as
    assert barred == ("B6",)
    value = rows.load(run.id).value
    decided = engine.Step("B6", 1, engine.StepState.ORDERED, desk.now, performer="x")
    assert engine.four_eyes(replace(value, steps=(*value.steps, decided)), "B7", "x") == "B6"
