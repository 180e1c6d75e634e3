"""Queries whose SQL is built once read what the ORM reads, and never past the open office."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kelola.office.prepared import Prepared
from kelola.office.scope import ScopeMissing, office_scope, unscoped
from kelola.sop import queries
from kelola.sop.models import Run, Step
from kelola.sop.services import rows
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tests.runs import Desk

pytestmark = pytest.mark.django_db


def steps_of(run: UUID) -> QuerySet[Step]:
    """Return the steps of a run in order."""
    return Step.objects.filter(run=run).order_by("position")


def test_it_reads_what_the_orm_reads(desk: Desk) -> None:
    first, second = desk.open("B"), desk.open("B")
    desk.finish(first, "B1")
    asked = Prepared(steps_of, run=UUID)
    for run in (first, second):  # built for the one, asked for both
        found = asked.rows(Step, run=run.id)
        assert [s.__dict__ | {"_state": 0} for s in found] == [
            s.__dict__ | {"_state": 0} for s in steps_of(run.id)
        ]
        assert not found[0]._state.adding


def test_a_row_read_by_it_is_saved_as_any_other(desk: Desk) -> None:
    run = desk.open("B")
    found = Prepared(steps_of, run=UUID).rows(Step, run=run.id)[0]
    found.remarks = "Diubah"
    found.save(update_fields=["remarks"])
    assert Step.objects.get(run=run).remarks == "Diubah"


def test_it_stays_in_the_open_office(desk: Desk) -> None:
    run = desk.open("B")
    asked = Prepared(steps_of, run=UUID)
    assert asked.rows(Step, run=run.id)
    with office_scope(desk.people.other.office.pk):
        assert asked.tuples(run=run.id) == []
        with pytest.raises(Run.DoesNotExist):
            rows.load(run.id)


def test_without_an_open_office_it_reads_nothing(desk: Desk) -> None:
    run = desk.open("B")
    with unscoped("a read that forgot its office"), pytest.raises(ScopeMissing):
        Prepared(steps_of, run=UUID).rows(Step, run=run.id)


def test_a_query_that_leaves_out_an_argument_or_the_office_is_refused(desk: Desk) -> None:
    run = desk.open("B")
    with pytest.raises(ValueError, match="run"):
        Prepared(lambda run: Step.objects.all(), run=UUID).rows(Step, run=run.id)  # noqa: ARG005 - left out on purpose

    def everywhere(run: UUID) -> QuerySet[Step]:
        with unscoped("a query that forgot its office"):
            return steps_of(run)

    with pytest.raises(ValueError, match="open office"):
        Prepared(everywhere, run=UUID).rows(Step, run=run.id)


def test_roles_are_those_of_the_day(desk: Desk) -> None:
    person = desk.people.andi.person
    today = workcal.local(rows.load(desk.open("B").id).calendar, desk.now).date()
    held = queries.roles_of(person, today)
    assert held.by_sop
    person.appointments.update(valid_until=today)
    assert queries.roles_of(person, today) == held
    assert not queries.roles_of(person, today + timedelta(days=1)).by_sop
