"""A month is closed by the head of its procedures when every row is settled, however it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kelola.ledger.queries import entries_of, verify
from kelola.sop import phrases, policies, queries, services
from kelola.sop.models import MonthClose, Run
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)
ROWS = ["C2", "C3", "C4", "C5", "C6", "C7", "D4", "D7"]


def month(desk: Desk, first: date = NOVEMBER) -> queries.Month:
    """Return the month as it stands."""
    return queries.month_of(desk.version, calendar_of(desk.people.office.pk), first)


def close(desk: Desk, login: str = "budi") -> MonthClose:
    """Close November."""
    by = getattr(desk.people, login).person
    return services.close_month(version=desk.version, first=NOVEMBER, by=by, at=desk.now)


def settle(desk: Desk) -> None:
    """Do the month: one row recorded afterwards, one not carried out."""
    services.open_rounds(at=desk.now)
    runs = {r.strand: r for r in Run.objects.all()}
    done = desk.now + timedelta(hours=1)
    desk.now += timedelta(days=2)
    desk.finish(runs["C2-C7"], "C2", performed_at=done, late_reason="Listrik padam")
    for key in ROWS[1:6]:
        desk.finish(runs["C2-C7"], key)
    desk.finish(runs["D4"], "D4")
    services.leave_undone(
        step_id=desk.step(runs["D7"], "D7").id,
        reason="Server dibawa ke Banda Aceh",
        by=desk.people.andi.person,
        at=desk.now,
    )


def test_the_eight_rows_of_the_month_stand_in_the_sops_order(desk: Desk) -> None:
    empty = month(desk)
    assert [row.activity.key for row in empty.rows] == ROWS
    assert {row.run for row in empty.rows} == {None}
    assert empty.counts == (0, 0, 0)
    services.open_rounds(at=desk.now)
    begun = month(desk)
    assert [row.activity.key for row in begun.rows if row.step] == ["C2", "D4", "D7"]
    assert not begun.is_settled
    assert {row.run for row in month(desk, date(2026, 12, 1)).rows} == {None}


def test_it_is_closed_with_one_row_afterwards_and_one_not_carried_out(desk: Desk) -> None:
    settle(desk)
    found = month(desk)
    assert found.is_settled
    assert found.counts == (7, 1, 1)
    with timezone.override(desk.people.office.zone):
        words = phrases.month_words(found)
    assert words == "7 dari 8 langkah selesai, 1 catatan susulan, 1 tidak dilaksanakan"
    row = close(desk)
    assert (row.month, row.closed_by) == (NOVEMBER, desk.people.budi.person)
    told = entries_of(str(row.office_id), [f"sop.sop:{row.sop_id}"])[-1]
    assert told.verb == "sop.month.closed"
    assert {k: told.data[k] for k in ("month", "done", "late", "undone")} == {
        "month": "2026-11-01",
        "done": 7,
        "late": 1,
        "undone": 1,
    }
    assert month(desk).closed == row
    assert verify().ok
    with pytest.raises(policies.NotAllowed, match="sudah ditutup"):
        close(desk)
    assert MonthClose.objects.count() == 1


def test_open_rows_and_others_close_nothing(desk: Desk) -> None:
    with pytest.raises(policies.NotAllowed, match="8 baris"):
        close(desk)
    settle(desk)
    with pytest.raises(policies.NotAllowed, match="pimpinan"):
        close(desk, "andi")
    run = Run.objects.get(strand="D4")
    Run.objects.filter(pk=run.pk).update(state="cancelled")
    with pytest.raises(policies.NotAllowed, match="1 baris"):
        close(desk)
    assert not MonthClose.objects.exists()


def test_its_queries_do_not_grow_with_the_month(desk: Desk) -> None:
    services.open_rounds(at=desk.now)
    month(desk)
    with CaptureQueriesContext(connection) as few:
        month(desk)
    settle(desk)
    with CaptureQueriesContext(connection) as many:
        month(desk)
    assert len(many) == len(few)
