"""Close a month: said by the head of its procedures when every row is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kelola.ledger.services import append
from kelola.sop import policies, queries
from kelola.sop.models import MonthClose
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from kelola.office.models import Person
    from kelola.sop.models import SopVersion


def close_month(*, version: SopVersion, first: date, by: Person, at: datetime) -> MonthClose:
    """Close a month of an SOP. What was recorded stays as it is; nothing is settled by closing.

    Args:
        version: the version in use.
        first: the month's first day.
        by: who closes it, a head of its procedures.
        at: aware moment.

    Raises:
        NotAllowed: the person is no head of these procedures, rows are not settled yet, or the
            month is closed already.

    """
    calendar = calendar_of(version.office_id)
    today = workcal.local(calendar, at).date()
    roles = queries.roles_of(by, today).of(version.sop_id)
    already = policies.NotAllowed(_("This month is closed already."))
    try:
        with transaction.atomic():
            month = queries.month_of(version, calendar, first)
            policies.require(policies.may_close_month(roles, month.heads))
            if month.closed is not None:
                raise already
            _require_settled(month)
            row = MonthClose.objects.create(
                office_id=version.office_id,
                sop_id=version.sop_id,
                month=first,
                closed_at=at,
                closed_by=by,
            )
            _tell(row, month)
    except IntegrityError:
        raise already from None
    return row


def _require_settled(month: queries.Month) -> None:
    left = sum(1 for row in month.rows if not row.is_settled)
    if left or not month.rows:
        told = ngettext(
            "%(n)s row is not settled yet: do it, or record that it is not carried out.",
            "%(n)s rows are not settled yet: do them, or record what is not carried out.",
            left,
        )
        raise policies.NotAllowed(told % {"n": left})


def _tell(row: MonthClose, month: queries.Month) -> None:
    done, late, undone = month.counts
    append(
        office=row.office_id,
        at=row.closed_at,
        by=str(row.closed_by_id),
        verb="sop.month.closed",
        object=f"sop.sop:{row.sop_id}",
        data={
            "month": row.month.isoformat(),
            "done": done,
            "late": late,
            "undone": undone,
            "steps": [str(r.step.pk) for r in month.rows if r.step is not None],
        },
    )
